import { describe, expect, it } from 'vitest';
import { NamedKinds } from '../../../src/config/prometheus-adapter/kinds.ts';
import type { ObjectKind } from '../../../src/model/object-kinds.ts';
import { parseLabelSelector } from '../../../src/model/parse-label-selector.ts';
import { file, ruleOf, rulesOf, type WrittenRule } from './support.ts';

const KINDS = new NamedKinds([]);

function kindOf(name: string): ObjectKind {
  const kind = KINDS.find(name, '');
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}

interface Asked {
  readonly kind?: string;
  readonly namespace?: string | undefined;
  readonly names?: readonly string[];
  readonly selector?: string;
}

async function custom(rule: WrittenRule, { kind = 'pods', names = ['a'], selector = '', ...asked }: Asked): Promise<string> {
  const namespace = 'namespace' in asked ? asked.namespace : 'ns';
  return (await ruleOf(rule)).customQuery({
    series: 'queue_us',
    kind: kindOf(kind),
    namespace,
    names,
    selector: parseLabelSelector(selector),
  });
}

const ANY: WrittenRule = {
  resources: { template: '<<.Resource>>' },
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)',
};

describe('queries about objects', () => {
  it.each<{ readonly name: string; readonly asked: Asked; readonly query: string }>([
    { name: 'one pod', asked: {}, query: 'sum(queue_us{namespace="ns",pod="a"}) by (pod)' },
    { name: 'many pods', asked: { names: ['a', 'b.c'] }, query: 'sum(queue_us{namespace="ns",pod=~"a|b\\\\.c"}) by (pod)' },
    { name: 'a deployment', asked: { kind: 'deployments' }, query: 'sum(queue_us{namespace="ns",deployment="a"}) by (deployment)' },
    {
      name: 'a namespace',
      asked: { kind: 'namespaces', namespace: undefined, names: ['ns'] },
      query: 'sum(queue_us{namespace="ns"}) by (namespace)',
    },
    { name: 'a node', asked: { kind: 'nodes', namespace: undefined, names: ['n1'] }, query: 'sum(queue_us{node="n1"}) by (node)' },
    {
      name: 'a selector, sorted by its keys',
      asked: { selector: 'version=2,model=bert' },
      query: 'sum(queue_us{model="bert",version="2",namespace="ns",pod="a"}) by (pod)',
    },
    {
      name: 'alternatives',
      asked: { selector: 'model in (gpt,bert)' },
      query: 'sum(queue_us{model=~"bert|gpt",namespace="ns",pod="a"}) by (pod)',
    },
    {
      name: 'exclusions',
      asked: { selector: 'model!=bert,version notin (1,2)' },
      query: 'sum(queue_us{model!="bert",version!~"1|2",namespace="ns",pod="a"}) by (pod)',
    },
    { name: 'presence', asked: { selector: 'gpu,!mig' }, query: 'sum(queue_us{gpu!="",mig="",namespace="ns",pod="a"}) by (pod)' },
    {
      name: 'text that would end a string',
      asked: { names: ['a"} or vector(1) #'] },
      query: 'sum(queue_us{namespace="ns",pod="a\\"} or vector(1) #"}) by (pod)',
    },
  ])('$name', async ({ asked, query }) => {
    expect(await custom(ANY, asked)).toBe(query);
  });

  it.each([
    { query: '<<index .LabelValuesByName "pod">> <<index .LabelValuesByName "namespace">> + 1', filled: 'a|b ns' },
    { query: '<<range .GroupBySlice>>[<<.>>]<<end>>', filled: '[pod]' },
  ])('the raw values of $query', async ({ query, filled }) => {
    // The text around it makes an expression of it, whatever it says.
    const rule = { metricsQuery: `label_replace(x, "a", "${query.replaceAll('"', '`')}", "b", "c")` };
    expect(await custom(rule, { names: ['a', 'b'] })).toContain(filled);
  });

  it('says which label is missing', async () => {
    const rule = { resources: { overrides: { pod: { resource: 'pod' } } } };
    await expect(custom(rule, {})).rejects.toThrow(
      /^rules\[0] says no label for namespaces; give it resources.overrides or a resources.template/,
    );
    await expect(custom({}, { kind: 'deployments' })).rejects.toThrow(/^rules\[0] says no label for deployments.apps;/);
  });

  it('refuses to ask nothing', async () => {
    const rule = { metricsQuery: '<<if eq .GroupBy "pod">>sum(x) by (pod)<<end>>' };
    await expect(custom({ ...ANY, ...rule }, { kind: 'nodes' })).rejects.toThrow(
      /^rules\[0].metricsQuery "<<if eq .GroupBy .*" makes an empty query/,
    );
  });

  it('says where a template cannot be filled', async () => {
    const rule = { metricsQuery: '<<if eq .GroupBy "pod">>sum(x) by (pod)<<else>><<index .GroupBySlice 3>><<end>>' };
    await expect(custom({ ...ANY, ...rule }, { kind: 'nodes' })).rejects.toThrow(
      /^rules\[0].metricsQuery cannot be filled: function "index": index 3 is out of range/,
    );
  });
});

describe('queries of external metrics', () => {
  it.each<{ readonly name: string; readonly rule: WrittenRule; readonly selector?: string; readonly query: string }>([
    { name: 'of the namespace', rule: {}, query: 'queue_us{namespace="ns"}' },
    { name: 'of a selector', rule: {}, selector: 'queue=a', query: 'queue_us{queue="a",namespace="ns"}' },
    { name: 'of all namespaces', rule: { resources: { namespaced: false } }, query: 'queue_us{}' },
    {
      name: 'of all namespaces and a selector',
      rule: { resources: { namespaced: false } },
      selector: 'queue',
      query: 'queue_us{queue!=""}',
    },
    {
      name: 'with another label',
      rule: { resources: { overrides: { exported_namespace: { resource: 'namespace' } } } },
      query: 'queue_us{exported_namespace="ns"}',
    },
    {
      name: 'by nothing',
      rule: { metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)' },
      query: 'sum(queue_us{namespace="ns"}) by ()',
    },
  ])('$name', async ({ rule, selector = '', query }) => {
    const [compiled] = await rulesOf(file({ externalRules: [{ metricsQuery: '<<.Series>>{<<.LabelMatchers>>}', ...rule }] }));
    expect(compiled?.isExternal).toBe(true);
    expect(compiled?.externalQuery({ series: 'queue_us', namespace: 'ns', selector: parseLabelSelector(selector) })).toBe(query);
  });

  it('says how a rule without a label for namespaces can do', async () => {
    const [compiled] = await rulesOf(file({ externalRules: [{ resources: {} }] }));
    expect(() => compiled?.externalQuery({ series: 'a', namespace: 'ns', selector: [] })).toThrow(
      /or namespaced: false in an external rule$/,
    );
  });
});

it.each([
  ['sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)', undefined],
  ['sum(rate(<<.Series>>{<<.LabelMatchers>>}[90s])) by (<<.GroupBy>>)', 90_000],
  ['max_over_time(sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)[5m:30s]) + sum(x) / -(rate(y[10s]))', 360_000],
])('the range that %s reads', async (metricsQuery, rangeMs) => {
  expect((await ruleOf({ metricsQuery })).rangeMs).toBe(rangeMs);
});

it('has an example to show', async () => {
  expect((await ruleOf({})).example).toBe('sum(rate(queue_us{namespace="default",pod="name"}[1m])) by (pod)');
  expect((await ruleOf({ ...ANY, seriesQuery: '{__name__=~"^queue"}' })).example).toBe(
    'sum(series{namespace="default",pod="name"}) by (pod)',
  );
});
