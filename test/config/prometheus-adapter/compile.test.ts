import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file, problemsOf, rulesOf, type WrittenRule } from './support.ts';

describe('a file that is no configuration', () => {
  it.each([
    ['', ': it is empty; give rules or externalRules'],
    ['\n# nothing\n', ': it is empty; give rules or externalRules'],
    ['rules: []', ': it has no rules; give rules or externalRules'],
    ['rules:', ': it has no rules; give rules or externalRules'],
    ['{', ': not YAML: Flow map must end with a } at line 1, column 2:'],
    ['rules: []\nrules: []', ': not YAML: Map keys must be unique at line 2, column 1:'],
    ['42', ': expected object, got "42"'],
    ['rules: {}', 'rules: expected array, got "{}"'],
    ['rules: [42]', 'rules[0]: expected object, got "42"'],
    ['rulez: []', 'rulez: unknown key; did you mean rules?'],
    ['rules: *x', ': not YAML: Unresolved alias (the anchor must be set before the alias): x'],
    ['rules: [{nonsense: 1}]', 'rules[0].nonsense: unknown key; prometheus-adapter has no such key here'],
    ['rules: [{resources: {overrides: {pod: {}}}}]', 'rules[0].resources.overrides.pod.resource: missing; it is required'],
    ['rules: [{name: {matches: 3}}]', 'rules[0].name.matches: expected string, got "3"'],
    [
      'kind: ConfigMap\ndata: {config.yaml: ""}',
      ': it is a ConfigMap; give what stands in its data, as kubectl get configmap NAME -o yaml shows it',
    ],
  ])('%j', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  it('resourceRules are refused with what to use instead', async () => {
    const [problem, ...others] = await problemsOf(`${file({ rules: [{}] }).slice(0, -1)},"resourceRules":{"cpu":{}}}`);
    expect(others).toEqual([]);
    expect(problem).toBe(
      'resourceRules: they serve metrics.k8s.io, the CPU and memory of pods and nodes, which Plimsoll leaves to metrics-server; install that, and take resourceRules out',
    );
  });

  it('is bounded', async () => {
    expect(await problemsOf(`# ${'x'.repeat(4 * 1024 * 1024)}`)).toEqual([
      ': it is longer than 4194304 characters, the limit of one file; leave rules out',
    ]);
  });
});

describe('a rule that is not right', () => {
  it.each<[WrittenRule, string]>([
    [{ seriesQuery: '' }, 'rules[0].seriesQuery: missing; it is required'],
    [
      { seriesQuery: 'x{a=}' },
      'rules[0].seriesQuery: cannot parse "x{a=}": 1:5: parse error: unexpected "}" in label matching, expected string',
    ],
    [{ seriesQuery: 'rate(x[5m])' }, 'rules[0].seriesQuery: cannot parse "rate(x[5m])": 1:5: parse error: unexpected "("'],
    [
      { seriesQuery: '{a=~".*"}' },
      'rules[0].seriesQuery: cannot parse "{a=~\\".*\\"}": 1:1: parse error: vector selector must contain at least one non-empty matcher',
    ],
    [
      { seriesQuery: '{__name__=~"^(?!go_).*"}' },
      'rules[0].seriesQuery: cannot parse "{__name__=~\\"^(?!go_).*\\"}": 1:2: parse error: error parsing regexp: invalid or unsupported Perl syntax: `(?!`',
    ],
    [{ metricsQuery: '' }, 'rules[0].metricsQuery: missing; it is required'],
    [
      { metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m]) by (<<.GroupBy>>)' },
      'rules[0].metricsQuery: cannot parse "sum(rate(queue_us{namespace=\\"default\\",pod=\\"name\\"}[1m]) by (pod)": 1:',
    ],
    [
      { metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>})) by (<<.GroupBy>>)' },
      'parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    [
      { metricsQuery: '<<.Series>>[5m]' },
      'rules[0].metricsQuery: cannot use "queue_us[5m]": it gives a range; write a query that gives series, one for each object',
    ],
    [{ metricsQuery: '42' }, 'rules[0].metricsQuery: cannot use "42": it gives a scalar'],
    [
      { metricsQuery: 'sum(<<.Serie>>)' },
      'rules[0].metricsQuery: cannot read the template "sum(<<.Serie>>)": there is no field ".Serie"; did you mean .Series?, at character 7 (".Serie>>)")',
    ],
    [
      { metricsQuery: '<<template "x">>' },
      'rules[0].metricsQuery: cannot read the template "<<template \\"x\\">>": the action "template" is not supported',
    ],
    [{ metricsQuery: '<<join .GroupBySlice ",">>' }, 'there is no function "join"'],
    [
      { metricsQuery: '<<index .GroupBySlice 4>>' },
      'rules[0].metricsQuery: rules[0].metricsQuery cannot be filled: function "index": index 4 is out of range: there are 1',
    ],
    [{ seriesFilters: [{}] }, 'rules[0].seriesFilters[0]: it has neither is nor isNot; say one of them'],
    [
      { seriesFilters: [{ is: 'a' }, { is: 'a', isNot: 'b' }] },
      'rules[0].seriesFilters[1]: is and isNot exclude each other; write two filters',
    ],
    [
      { seriesFilters: [{ isNot: '(?!x)' }] },
      'rules[0].seriesFilters[0].isNot: cannot compile "(?!x)": error parsing regexp: invalid or unsupported Perl syntax: `(?!`; RE2 has no lookaround: leave names out by seriesFilters with isNot',
    ],
    [
      { name: { matches: '(' } },
      'rules[0].name.matches: cannot compile "(": error parsing regexp: missing closing ): `(`; write it in the syntax of RE2',
    ],
    [{ name: { matches: '^(a)(b)$' } }, 'rules[0].name.as: missing; ^(a)(b)$ has 2 groups, so say what the metric is called'],
    [{ name: { matches: 'a'.repeat(1001) } }, 'it is longer than 1000 characters, the limit of a pattern; write several rules'],
    [{ name: { matches: 'a{1}b{1}c{1}d{1}e{1}' } }, 'it has more than 4 repetitions such as {2,5}; write the text out'],
    [
      { resources: { overrides: { isvc: { group: 'x.io', resource: 'widget' } } } },
      'rules[0].resources.overrides.isvc: there is no resource "widget.x.io"; name a custom one in kubernetes.owners of Plimsoll\'s configuration',
    ],
    [
      { resources: { template: '<<.Group>>' } },
      'rules[0].resources.template: "<<.Group>>" does not say the resource; write <<.Resource>> where it stands in the label',
    ],
    [
      { resources: { template: '<<.Name>>' } },
      'rules[0].resources.template: cannot read the template "<<.Name>>": there is no field ".Name"; there are .Group, .Resource',
    ],
    [{ resources: { template: '(<<.Resource>>' } }, 'rules[0].resources.template: cannot compile "^((?P<resource>.+?)$"'],
  ])('%j', async (rule, problem) => {
    const problems = await problemsOf(file({ rules: [rule] }));
    expect(problems.filter((one) => one.includes(problem))).toHaveLength(1);
  });

  it('is told with all others, by the number of its rule', async () => {
    const text = file({
      rules: [{}, { seriesQuery: 'x{' }, { metricsQuery: '<<.Nope>>', name: { matches: '(' } }],
      externalRules: [{ metricsQuery: 'x[1m]' }],
    });
    expect((await problemsOf(text)).map((problem) => problem.split(':')[0])).toEqual([
      'rules[1].seriesQuery',
      'rules[2].name.matches',
      'rules[2].metricsQuery',
      'externalRules[0].metricsQuery',
    ]);
  });

  it('a mistake that all share is told of each, and of a hundred at most', async () => {
    const problems = await problemsOf(file({ rules: Array.from({ length: 150 }, () => ({ resources: { template: 'x' } })) }));
    expect(problems).toHaveLength(101);
    expect(problems[99]).toMatch(/^rules\[99].resources.template/);
    expect(problems[100]).toBe(': and 50 more problems; mend these first');
  });
});

it('takes what has no value for what is empty, as YAML in Go does', async () => {
  const rules = await rulesOf(`
rules:
- seriesQuery: queue_us
  seriesFilters:
  resources: {template: <<.Resource>>, overrides: , namespaced: }
  name: {matches: , as: }
  metricsQuery: sum(<<.Series>>) by (<<.GroupBy>>)
externalRules:
resourceRules:
`);
  expect(rules.map(({ path, namespaced }) => ({ path, namespaced }))).toEqual([{ path: 'rules[0]', namespaced: true }]);
});

it('an external rule may give a number', async () => {
  const [rule] = await rulesOf(file({ externalRules: [{ metricsQuery: 'scalar(sum(<<.Series>>))' }] }));
  expect(rule?.path).toBe('externalRules[0]');
});

it('says of any text what is wrong with it, and never fails otherwise', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('rules', 'externalRules').chain((key) => fc.json().map((value) => `${key}: ${value}`)),
  );
  await fc.assert(
    fc.asyncProperty(text, async (one) => {
      expect(Array.isArray(await problemsOf(one))).toBe(true);
    }),
  );
});
