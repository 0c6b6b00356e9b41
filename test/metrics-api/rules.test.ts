// Metrics of rules beside those of the signals: who is asked, and what the lists and messages say.
import { describe, expect, it } from 'vitest';
import type { MetricsApiServices } from '../../src/metrics-api/services.ts';
import type { Answered } from '../../src/model/answer-recorder.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { KINDS_WITH_PODS, type ObjectKind, OTHER_KINDS } from '../../src/model/object-kinds.ts';
import type { RuleItem, RuleMetricList, RuleMetrics } from '../../src/model/rule-metrics.ts';
import type { Absent, SignalAnswer } from '../../src/model/signal.ts';
import { absent, ask, known } from './world.ts';

const KINDS: readonly ObjectKind[] = [...KINDS_WITH_PODS, ...OTHER_KINDS];

function kinds(...names: readonly string[]): readonly ObjectKind[] {
  return names.map((name) => KINDS.find((kind) => kind.name === name) ?? KINDS[0]).filter((kind) => kind !== undefined);
}

const LIST: RuleMetricList = {
  custom: kinds('ingresses', 'namespaces', 'pods', 'services').map((kind) => ({ kind, metrics: ['waiting'] })),
  external: ['Jobs_Waiting'],
};

interface Given {
  readonly objects?: (name: string) => SignalAnswer;
  readonly external?: readonly RuleItem[] | Absent;
  readonly unmatched?: string;
  readonly list?: RuleMetricList;
}

function rulesWith({ objects = () => known(3, 60_000), external = [], unmatched, list = LIST }: Given, asked: unknown[] = []): RuleMetrics {
  return {
    list: () => list,
    kindsOf: (metric) => (metric === 'waiting' ? list.custom.map(({ kind }) => kind) : []),
    ofObjects: async (question) => {
      asked.push({ ...question, kind: question.kind.name, abortSignal: undefined });
      return question.names.map((name) => ({ answer: objects(name) }));
    },
    ofExternal: async (question) => {
      asked.push({ ...question, abortSignal: undefined });
      return external;
    },
    unmatched: () => unmatched,
  };
}

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';

interface Item {
  readonly describedObject: { readonly name: string; readonly namespace?: string };
  readonly value: string;
  readonly windowSeconds?: number;
}

interface Replied {
  readonly code: number;
  readonly body: {
    readonly items: readonly Item[];
    readonly message?: string;
    readonly resources: readonly { readonly name: string; readonly namespaced: boolean }[];
  };
  readonly asked: unknown[];
}

async function reply(path: string, given: Given = {}, more: Partial<MetricsApiServices> = {}): Promise<Replied> {
  const asked: unknown[] = [];
  const { code, body } = await ask(path, { services: { rules: rulesWith(given, asked), ...more } });
  return { code, body: JSON.parse(body), asked };
}

describe('custom metrics', () => {
  it.each([
    {
      name: 'pods by their labels',
      path: '/namespaces/demo/pods/*/waiting?labelSelector=ordinal!%3D1',
      asked: { kind: 'pods', namespace: 'demo', names: ['triton-0', 'triton-2'] },
    },
    {
      name: 'one pod, known or not',
      path: '/namespaces/demo/pods/new/waiting',
      asked: { kind: 'pods', namespace: 'demo', names: ['new'] },
    },
    {
      name: 'all services',
      path: '/namespaces/demo/services/*/waiting',
      asked: { kind: 'services', namespace: 'demo', names: ['triton'] },
    },
    {
      name: 'an object of which no pods are known',
      path: '/namespaces/demo/ingresses.networking.k8s.io/front/waiting',
      asked: { kind: 'ingresses', namespace: 'demo', names: ['front'] },
    },
    { name: 'a namespace', path: '/namespaces/demo/metrics/waiting', asked: { kind: 'namespaces', namespace: undefined, names: ['demo'] } },
    {
      name: 'conditions on labels of series',
      path: '/namespaces/demo/pods/a/waiting?metricLabelSelector=model%3Dm',
      asked: { kind: 'pods', namespace: 'demo', names: ['a'], metricSelector: [{ key: 'model', operator: 'In', values: ['m'] }] },
    },
  ])('$name', async ({ path, asked }) => {
    const { code, body, asked: questions } = await reply(CUSTOM + path);
    expect(code).toBe(200);
    expect(questions).toEqual([{ metric: 'waiting', metricSelector: [], ...asked, abortSignal: undefined }]);
    expect(body.items.map((item) => [item.describedObject.name, item.describedObject.namespace, item.value, item.windowSeconds])).toEqual(
      asked.names.map((name) => [name, asked.namespace, '3', 60]),
    );
  });

  it('leaves out who has no value', async () => {
    const objects = (name: string): SignalAnswer =>
      name === 'triton-1' ? known(Number.NaN) : name === 'triton-2' ? absent('no-data', 'none') : known(0);
    const { body } = await reply(`${CUSTOM}/namespaces/demo/pods/*/waiting`, { objects });
    expect(body.items.map((item) => [item.describedObject.name, item.value])).toEqual([['triton-0', '0']]);
  });

  it.each([
    [
      '/namespaces/demo/pods/a/waiting',
      { objects: () => absent('no-data', 'rules[0] gives no series') },
      404,
      'could not find the metric waiting for pods "a" in namespace "demo": rules[0] gives no series',
    ],
    [
      '/namespaces/demo/deployments.apps/a/waiting',
      {},
      404,
      'its series have no label that stands for deployments.apps; ask about ingresses.networking.k8s.io, namespaces, pods, services',
    ],
    ['/namespaces/demo/pods/a/waitin', {}, 404, 'there is no such metric; did you mean waiting?'],
    [
      '/namespaces/demo/pods/a/other_thing',
      { unmatched: '1 of 2 rules have no series now' },
      404,
      'there is no such metric; there are triton_inflight_requests, triton_queue_latency_seconds, GPU_Power, waiting; 1 of 2 rules have no series now',
    ],
    [
      '/namespaces/demo/ingresses.networking.k8s.io/*/waiting',
      {},
      400,
      'cannot list ingresses.networking.k8s.io: only objects with pods are followed; ask about one by its name',
    ],
    ['/namespaces/demo/services/*/waiting?labelSelector=a', {}, 400, 'cannot select services by their labels'],
  ] as const)('%s', async (path, given, code, message) => {
    const { code: said, body } = await reply(CUSTOM + path, given);
    expect({ code: said, message: body.message }).toEqual({ code, message: expect.stringContaining(message) });
  });

  it('nothing selected is an empty list, and nobody is asked', async () => {
    const { code, body, asked } = await reply(`${CUSTOM}/namespaces/demo/pods/*/waiting?labelSelector=app%3Dnone`);
    expect({ code, items: body.items, asked }).toEqual({ code: 200, items: [], asked: [] });
  });

  it('a name that the signals have is theirs', async () => {
    const { asked, code } = await reply(`${CUSTOM}/namespaces/demo/pods/triton-0/triton_inflight_requests`);
    expect({ asked, code }).toEqual({ asked: [], code: 200 });
  });

  it('without rules no more kinds can be asked about than there were', async () => {
    const { code, body } = await reply(`${CUSTOM}/namespaces/demo/ingresses.networking.k8s.io/a/waiting`, {}, { rules: undefined });
    expect({ code, message: body.message }).toEqual({ code: 404, message: expect.stringContaining('there is no resource') });
  });
});

describe('external metrics', () => {
  const external = [
    { labels: labelsOf({ __name__: 'jobs', queue: 'a' }), answer: known(2, 60_000) },
    { labels: labelsOf({ queue: 'b' }), answer: known(3, 60_000) },
  ];

  it.each(['Jobs_Waiting', 'jobs_waiting'])('%s: an item for each series', async (name) => {
    const { body, asked } = await reply(`${EXTERNAL}/namespaces/demo/${name}?labelSelector=queue`, { external });
    expect(asked).toEqual([
      { metric: 'Jobs_Waiting', namespace: 'demo', selector: [{ key: 'queue', operator: 'Exists', values: [] }], abortSignal: undefined },
    ]);
    expect(body.items).toMatchObject([
      { metricName: name, metricLabels: { __name__: 'jobs', queue: 'a' }, value: '2', window: 60 },
      { metricName: name, metricLabels: { queue: 'b' }, value: '3', window: 60 },
    ]);
  });

  it.each([
    [
      'jobs_waiting',
      { external: absent('no-data', 'externalRules[0] gives no series') },
      'could not find the metric jobs_waiting for namespace "demo": externalRules[0] gives no series',
    ],
    ['jobs', {}, 'there is no such metric; there are triton_inflight_requests'],
    ['jobs_waitin', {}, 'did you mean Jobs_Waiting?'],
  ])('%s is a 404 that says why', async (name, given, message) => {
    const { code, body } = await reply(`${EXTERNAL}/namespaces/demo/${name}`, given);
    expect({ code, message: body.message }).toEqual({ code: 404, message: expect.stringContaining(message) });
  });

  it('are told with each of their items', async () => {
    const told: Answered[] = [];
    await reply(`${EXTERNAL}/namespaces/demo/jobs_waiting`, { external }, { recorder: { record: (answered) => void told.push(answered) } });
    await reply(
      `${EXTERNAL}/namespaces/demo/jobs_waiting`,
      { external: external.slice(0, 1) },
      { recorder: { record: (answered) => void told.push(answered) } },
    );
    expect(told.map(({ given }) => (given.kind === 'list' ? given.objects : given.kind))).toEqual([
      [{ name: 'queue=a' }, { name: 'queue=b' }],
      'value',
    ]);
  });
});

describe('discovery', () => {
  it('lists what the rules make beside what there is', async () => {
    const { body } = await reply(CUSTOM);
    const waiting = body.resources.filter(({ name }) => name.endsWith('/waiting'));
    expect(waiting.map(({ name, namespaced }) => [name, namespaced])).toEqual([
      ['pods/waiting', true],
      ['services/waiting', true],
      ['namespaces/waiting', false],
      ['ingresses.networking.k8s.io/waiting', true],
    ]);
    expect(body.resources.map(({ name }) => name)).toContain('pods/GPU_Power');
    const external = (await reply(EXTERNAL)).body.resources.map(({ name }) => name);
    expect(external).toEqual(['Jobs_Waiting', 'gpu_power', 'triton_inflight_requests', 'triton_queue_latency_seconds']);
  });

  it('is bounded', async () => {
    const metrics = Array.from({ length: 6000 }, (_, index) => `m${index}`);
    const list = { custom: kinds('pods', 'services').map((kind) => ({ kind, metrics })), external: metrics };
    const warned: object[] = [];
    const log = { debug: () => {}, info: () => {}, error: () => {}, warn: (fields: object) => void warned.push(fields) };
    const { body } = await reply(CUSTOM, { list }, { log });
    expect(body.resources.filter(({ name }) => /\/m\d+$/.test(name))).toHaveLength(5000);
    expect(warned).toEqual([{ listed: 500, all: 12_030 }]);
    expect((await reply(EXTERNAL, { list }, { log })).body.resources.length).toBe(5003);
  });
});
