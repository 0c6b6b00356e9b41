// A whole Plimsoll with rules of prometheus-adapter, over real sockets: what it lists, what it answers, and what becomes of a file that changes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigFile, configFileOf } from './support/config-file.ts';
import { ask, type Running, runPlimsoll, tritonSettings } from './support/server.ts';
import { listenOn, type Served, says, tritonText } from './support/targets.ts';
import { until as untilBy } from './support/wait.ts';

const PODS = [
  { name: 'bert-0', pending: 3 },
  { name: 'bert-1', pending: 5 },
];

const RULES = `
rules:
- seriesQuery: 'nv_inference_pending_request_count{namespace!="",pod!=""}'
  resources: {overrides: {namespace: {resource: namespace}, pod: {resource: pod}}}
  name: {matches: '^nv_inference_(.*)_count$', as: 'waiting_\${1}'}
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)'
- seriesQuery: 'nv_inference_pending_request_count{namespace!="",pod!=""}'
  resources: {template: <<.Resource>>}
  name: {as: idle_ratio}
  metricsQuery: '0 * sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>) / 0'
- seriesQuery: 'not_there'
  resources: {template: <<.Resource>>}
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)'
externalRules:
- seriesQuery: 'nv_inference_pending_request_count'
  resources: {overrides: {namespace: {resource: namespace}}}
  name: {as: Pending_By_Pod}
  metricsQuery: 'sum by (pod) (<<.Series>>{<<.LabelMatchers>>})'
- seriesQuery: 'nv_inference_pending_request_count'
  resources: {namespaced: false}
  name: {as: pending_everywhere}
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>})'
`;

/** Scrapes, looks for series and looks at the file come one after the other, on a machine that may be busy. */
const DEADLINE_MS = 20_000;
const until = <Value>(what: string, probe: () => Promise<Value | undefined> | Value | undefined): Promise<Value> =>
  untilBy(what, probe, DEADLINE_MS);

let rules: ConfigFile;
let running: Running;
const served: Served[] = [];

beforeAll(async () => {
  rules = await configFileOf(RULES, 'rules.yaml');
  for (const { pending } of PODS) served.push(await listenOn(says(tritonText(pending))));
  const pods = PODS.map(({ name }, index) => ({ name, port: served[index]?.port ?? 0 }));
  running = await runPlimsoll(
    tritonSettings(pods, [
      { path: ['prometheus_adapter_config'], value: rules.path },
      { path: ['scrape', 'interval'], value: '200ms' },
    ]),
  );
  await until('the metrics of the rules', async () => ((await items(EVERY_POD)).length === PODS.length ? true : undefined));
  await until('the external ones', async () =>
    (await items(`${EXTERNAL}/namespaces/demo/pending_by_pod`)).length === PODS.length ? true : undefined,
  );
}, 2 * DEADLINE_MS);

afterAll(async () => {
  await running.stop();
  await Promise.all(served.map(({ close }) => close()));
  await rules.remove();
});

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';
const EVERY_POD = `${CUSTOM}/namespaces/demo/pods/*/waiting_pending_request`;

interface Item {
  readonly describedObject?: { readonly name: string; readonly kind: string };
  readonly metricLabels?: Readonly<Record<string, string>>;
  readonly value: string;
}

async function reply(path: string): Promise<{
  readonly code: number | undefined;
  readonly body: { items?: Item[]; message?: string; resources?: { name: string; namespaced: boolean }[] };
}> {
  const { code, body } = await ask(running.server.metricsApiUrl + path);
  return { code, body: JSON.parse(body) };
}

async function items(path: string): Promise<readonly Item[]> {
  return (await reply(path)).body.items ?? [];
}

describe('custom metrics', () => {
  it('of every pod', async () => {
    const found = await items(EVERY_POD);
    expect(found.map(({ describedObject, value }) => [describedObject?.name, value])).toEqual([
      ['bert-0', '3'],
      ['bert-1', '5'],
    ]);
  });

  it.each([
    { path: `${CUSTOM}/namespaces/demo/pods/bert-1/waiting_pending_request`, value: '5' },
    { path: `${CUSTOM}/namespaces/demo/metrics/waiting_pending_request`, value: '8' },
    { path: `${CUSTOM}/namespaces/demo/pods/bert-1/waiting_pending_request?metricLabelSelector=model%3Dm`, value: '5' },
  ])('$path', async ({ path, value }) => {
    expect((await items(path)).map((item) => item.value)).toEqual([value]);
  });

  it.each([
    [
      `${CUSTOM}/namespaces/demo/pods/bert-1/waiting_pending_request?metricLabelSelector=model%3Dother`,
      'rules[0] gives no series with pod="bert-1"',
    ],
    [`${CUSTOM}/namespaces/demo/pods/*/idle_ratio`, 'none of 2 has a value (2 not-finite)'],
    [
      `${CUSTOM}/namespaces/demo/services/x/waiting_pending_request`,
      'its series have no label that stands for services; ask about namespaces, pods',
    ],
    [`${CUSTOM}/namespaces/demo/pods/*/waiting`, 'there is no such metric;'],
    [`${CUSTOM}/namespaces/demo/pods/*/not_there`, '1 of 5 rules have no series now, the first of them rules[2]'],
    [`${EXTERNAL}/namespaces/other/pending_by_pod`, 'externalRules[0] gives no series'],
  ])('%s is a 404 that says why', async (path, why) => {
    const { code, body } = await reply(path);
    expect({ code, message: body.message }).toEqual({ code: 404, message: expect.stringContaining(why) });
  });
});

it('external metrics have an item for each series, whatever the case of their name', async () => {
  const found = await items(`${EXTERNAL}/namespaces/demo/pending_by_pod`);
  expect(found.map(({ metricLabels, value }) => [metricLabels, value])).toEqual([
    [{ pod: 'bert-0' }, '3'],
    [{ pod: 'bert-1' }, '5'],
  ]);
});

it('an external metric of all namespaces is one for whoever asks', async () => {
  expect((await items(`${EXTERNAL}/namespaces/nobodys/pending_everywhere`)).map(({ value }) => value)).toEqual(['8']);
});

it('discovery has the metrics beside those of the catalogue', async () => {
  const custom = (await reply(CUSTOM)).body.resources ?? [];
  const ofRules = custom.filter(({ name }) => /\/(?:waiting_|idle_ratio)/.test(name));
  expect(ofRules.map(({ name, namespaced }) => [name, namespaced])).toEqual([
    ['pods/idle_ratio', true],
    ['pods/waiting_pending_request', true],
    // Of the label job, which says what scraped it: prometheus-adapter takes it for one too.
    ['jobs.batch/idle_ratio', true],
    ['namespaces/idle_ratio', false],
    ['namespaces/waiting_pending_request', false],
  ]);
  expect(custom.map(({ name }) => name)).toContain('pods/triton_pending_requests');
  const external = (await reply(EXTERNAL)).body.resources ?? [];
  expect(external.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Pending_By_Pod', 'pending_everywhere', 'triton_pending_requests']),
  );
});

it(
  'a changed file is in force without a restart; a wrong one is not, and the log says so',
  async () => {
    await rules.write('rules: [{seriesQuery: "x{"}]');
    const told = await until('the complaint', () => running.logged.find(({ msg }) => msg.includes('not reloaded')));
    expect(told['problems']).toContain('rules[0].seriesQuery: cannot parse "x{"');
    expect(await items(EVERY_POD)).toHaveLength(2);
    await rules.write(RULES.replace('waiting_', 'queued_'));
    await until('the new name', async () => ((await items(EVERY_POD.replace('waiting_', 'queued_'))).length === 2 ? true : undefined));
    expect((await reply(EVERY_POD)).code).toBe(404);
    await rules.write(RULES);
    await until('the old name', async () => ((await items(EVERY_POD)).length === 2 ? true : undefined));
  },
  3 * DEADLINE_MS,
);
