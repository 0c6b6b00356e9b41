import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { selects } from '../../src/model/label-selector.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { type Pod, podKey } from '../../src/model/pod.ts';
import { QueryError } from '../../src/model/query-engine.ts';
import type { Signals } from '../../src/model/signal.ts';
import type { TargetStatus } from '../../src/model/target.ts';
import { createSignals } from '../../src/signals/signals.ts';
import { bookOf, engineOf, type FakeEngine, failed, NOW_MS, pod, series, status } from './support.ts';

const PODS = [pod('a'), pod('b', { labels: labelsOf({ app: 'other', model: 'x' }) })];
const TARGETS = [status('ta', { pod: 'a' }), status('tb', { pod: 'b' }), status('x', { source: 'dcgm' })];
const INFLIGHT = { nv_inference_pending: [series({ pod: 'a' }, 3, NOW_MS - 1000), series({ pod: 'b' }, 5, NOW_MS - 2000)] };

function inventoryOf(pods: readonly Pod[]): Inventory {
  return {
    podsOf: ({ resource, namespace, name }) => {
      if (resource === 'deployments' && name === 'triton') return pods;
      const found = pods.filter((one) => resource === 'pods' && podKey(one) === `${namespace}/${name}`);
      return found.length > 0 ? found : undefined;
    },
    podsIn: (namespace, selector) => pods.filter((one) => one.namespace === namespace && selects(selector, one.labels)),
    allPods: () => pods,
    objects: () => [],
  };
}

function signalsOf(parts: { engine: FakeEngine; pods?: readonly Pod[]; targets?: readonly TargetStatus[]; config?: object }): Signals {
  const { engine, pods = PODS, targets = TARGETS, config = {} } = parts;
  return createSignals({
    engine,
    inventory: () => inventoryOf(pods),
    book: bookOf(targets),
    clock: new VirtualClock(NOW_MS),
    config: () => configSchema.parse(config),
    startedMs: NOW_MS - 300_000,
    meter: nullMeter,
  });
}

const ANY = { metricSelector: [] } as const;
const DEPLOYMENT = { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'triton' };

it('lists the catalogue without its expressions', () => {
  const [first] = signalsOf({ engine: engineOf({}) }).list();
  expect(Object.keys(first ?? {})).toEqual(['name', 'unit', 'help', 'labels']);
});

describe('pods', () => {
  it('answers in the order asked, unknown pods included', async () => {
    const pods = [
      { namespace: 'demo', name: 'b' },
      { namespace: 'demo', name: 'gone' },
      { namespace: 'demo', name: 'a' },
    ];
    const answers = await signalsOf({ engine: engineOf(INFLIGHT) }).ofPods({ signal: 'triton_inflight_requests', ...ANY, pods });
    expect(answers.map(({ pod: one, answer }) => [one.name, answer.kind === 'value' ? answer.value : answer.detail])).toEqual([
      ['b', 5],
      ['gone', 'no pod demo/gone is known; see whether it runs, and whether a target has its labels namespace and pod'],
      ['a', 3],
    ]);
  });

  it('gives each its own evidence', async () => {
    const [only] = await signalsOf({ engine: engineOf(INFLIGHT) }).ofPods({ signal: 'triton_inflight_requests', ...ANY, pods: PODS });
    expect(only?.answer).toMatchObject({
      newestMs: NOW_MS - 1000,
      windowMs: 60_000,
      coverage: { expected: 1, contributing: 1 },
      estimated: false,
    });
  });
});

describe('a pod that was never ready', () => {
  const pods = [pod('a'), pod('b', { ready: false, starting: true })];

  it('has no number of its own, though its server says one', async () => {
    const answers = await signalsOf({ engine: engineOf(INFLIGHT), pods }).ofPods({ signal: 'triton_inflight_requests', ...ANY, pods });
    expect(answers.map(({ answer }) => (answer.kind === 'value' ? answer.value : answer.reason))).toEqual([3, 'not-ready']);
  });

  it('is neither in a sum nor missing from it', async () => {
    const answer = await signalsOf({ engine: engineOf(INFLIGHT), pods }).ofObject({
      signal: 'triton_inflight_requests',
      ...ANY,
      object: DEPLOYMENT,
    });
    expect(answer).toMatchObject({ value: 3, estimated: false, coverage: { expected: 1, contributing: 1, missing: [] } });
  });
});

describe('the engine', () => {
  it('is asked about live targets and the pods alone, within the limits', async () => {
    const engine = engineOf(INFLIGHT);
    const { signal: abortSignal } = new AbortController();
    const question = { signal: 'triton_inflight_requests', object: DEPLOYMENT, metricSelector: [], abortSignal };
    const targets = [...TARGETS.slice(0, 2), failed(status('dead', { pod: 'c' }))];
    await signalsOf({ engine, targets, config: { limits: { query_samples: 7, query_timeout: '2s' } } }).ofObject(question);
    const [{ expr, podSet, ...request } = { expr: '', podSet: undefined }, ...others] = engine.requests;
    expect(others).toEqual([]);
    expect(request).toEqual({
      timeMs: NOW_MS,
      deadlineMs: NOW_MS + 2000,
      sampleBudget: 7,
      abortSignal,
      liveTargets: new Set(['ta', 'tb']),
    });
    expect([podSet?.has('demo', 'a'), podSet?.has('demo', 'c')]).toEqual([true, false]);
    expect(expr).toContain('[15s]');
  });

  it('is not asked when no target is live', async () => {
    const engine = engineOf(INFLIGHT);
    const signals = signalsOf({ engine, targets: TARGETS.map(failed) });
    const answer = await signals.ofObject({ signal: 'triton_inflight_requests', ...ANY, object: DEPLOYMENT });
    expect(answer).toMatchObject({
      kind: 'absent',
      reason: 'failed',
      detail: expect.stringContaining('demo/a (last scrape of ta:8002 failed 12 s ago'),
    });
    expect(engine.requests).toEqual([]);
  });

  it('may fail', async () => {
    const counted: string[] = [];
    const meter = { ...nullMeter, counter: () => ({ add: (_by: number, labels = {}) => counted.push(JSON.stringify(labels)) }) };
    const signals = createSignals({
      engine: engineOf({ nv_: new QueryError('over-limit', 'too many samples') }),
      inventory: () => inventoryOf(PODS),
      book: bookOf(TARGETS),
      clock: new VirtualClock(NOW_MS),
      config: () => configSchema.parse({}),
      startedMs: 0,
      meter,
    });
    await expect(signals.ofPods({ signal: 'triton_pending_requests', ...ANY, pods: PODS })).rejects.toThrow('too many samples');
    expect(counted).toEqual(['{"signal":"triton_pending_requests"}']);
  });

  it('must give labels', async () => {
    const signals = signalsOf({ engine: engineOf({ nv_: { kind: 'scalar', value: 1, warnings: [] } }) });
    await expect(signals.ofPods({ signal: 'triton_pending_requests', ...ANY, pods: PODS })).rejects.toThrow('BUG');
  });

  it('warns once of each thing', async () => {
    const warned = { kind: 'vector', series: [series({ pod: 'a' }, 1, 5)], warnings: ['slow'] } as const;
    const question = { signal: 'triton_request_latency_seconds', ...ANY, pods: PODS.slice(0, 1) };
    const [only] = await signalsOf({ engine: engineOf({ nv_: warned }) }).ofPods(question);
    expect(only?.answer).toMatchObject({ value: 1, warnings: ['slow'] });
  });
});

describe('servers that people should know something about', () => {
  const about = (code: string, message = code) => ({ ...status('ta', { pod: 'a' }), warnings: [{ code, message }] });
  const latency = { signal: 'triton_request_latency_seconds', ...ANY, pods: PODS.slice(0, 1) };
  const inflight = { ...latency, signal: 'triton_inflight_requests' };
  const answered = { nv_: [series({ pod: 'a' }, 1, 5)] };

  it.each([
    { code: 'model-kinds-unknown', question: latency, warnings: ['model-kinds-unknown'] },
    { code: 'not-ready', question: latency, warnings: ['not-ready'] },
    { code: 'pending-leak', question: inflight, warnings: ['pending-leak'] },
    { code: 'pending-leak', question: latency, warnings: [] },
    { code: 'no-pending-gauge', question: inflight, warnings: ['no-pending-gauge'] },
    { code: 'another', question: inflight, warnings: [] },
  ])('a value of $question.signal says $warnings of $code', async ({ code, question, warnings }) => {
    const [only] = await signalsOf({ engine: engineOf(answered), targets: [about(code)] }).ofPods(question);
    expect(only?.answer).toMatchObject({ kind: 'value', warnings });
  });

  it.each([
    { code: 'pending-leak', asks: true },
    { code: 'no-pending-gauge', asks: true },
    { code: 'model-kinds-unknown', asks: false },
  ])('asks the careful expression because of $code: $asks', async ({ code, asks }) => {
    const engine = engineOf(answered);
    await signalsOf({ engine, targets: [about(code)] }).ofPods(inflight);
    expect(engine.requests.some(({ expr }) => expr.includes('triton_pending_leak_requests'))).toBe(asks);
  });

  it.each([
    { code: 'not-ready', question: latency, reason: 'not-ready', detail: 'is not known: not-ready' },
    { code: 'counters-disabled', question: latency, reason: 'no-data', detail: 'is not known: counters-disabled' },
    { code: 'another', question: latency, reason: 'no-data', detail: 'series missing' },
    { code: 'no-pending-gauge', question: latency, reason: 'no-data', detail: 'series missing' },
  ])('a value that is missing is explained by $code: $reason', async ({ code, question, reason, detail }) => {
    const [only] = await signalsOf({ engine: engineOf({}), targets: [about(code)] }).ofPods(question);
    expect(only?.answer).toMatchObject({ kind: 'absent', reason, detail: expect.stringContaining(detail) });
  });

  it('names a few of many', async () => {
    const targets = ['1', '2', '3', '4', '5'].map((name) => ({ ...about('not-ready', name), target: status(name, { pod: 'a' }).target }));
    const [only] = await signalsOf({ engine: engineOf(answered), targets }).ofPods(latency);
    expect(only?.answer).toMatchObject({ warnings: ['1', '2', '3'] });
  });
});

describe('an object', () => {
  it('is the reduction over its pods', async () => {
    const answer = await signalsOf({ engine: engineOf(INFLIGHT) }).ofObject({
      signal: 'triton_inflight_requests',
      ...ANY,
      object: DEPLOYMENT,
    });
    expect(answer).toMatchObject({ value: 8, newestMs: NOW_MS - 1000, coverage: { expected: 2, contributing: 2, missing: [] } });
  });

  it('reads the live window of the live gauge', async () => {
    const answer = await signalsOf({ engine: engineOf(INFLIGHT) }).ofObject({
      signal: 'triton_pending_requests',
      ...ANY,
      object: DEPLOYMENT,
    });
    expect(answer).toMatchObject({ value: 8, windowMs: 15_000 });
  });

  it('divides sums', async () => {
    const engine = engineOf({
      nv_inference_request_duration_us: [series({ pod: 'a' }, 6), series({ pod: 'b' }, 0, 3)],
      nv_inference_request_success: [series({ pod: 'a' }, 12, 7)],
    });
    const question = { signal: 'triton_request_latency_seconds', ...ANY, object: DEPLOYMENT };
    const answer = await signalsOf({ engine }).ofObject(question);
    expect(answer).toMatchObject({
      value: 0.5,
      newestMs: 7,
      coverage: { expected: 2, contributing: 1, missing: [{ pod: { namespace: 'demo', name: 'b' } }] },
    });
  });

  it('counts a shared GPU once', async () => {
    const owners = [series({ pod: 'a', uuid: 'g' }, 1), series({ pod: 'b', uuid: 'g' }, 1), series({ pod: 'b', uuid: 'h' }, 1)];
    const values = [series({ pod: 'a', uuid: 'g' }, 0.9), series({ pod: 'b', uuid: 'g' }, 0.9), series({ pod: 'b', uuid: 'h' }, 0.1)];
    const signals = signalsOf({ engine: engineOf({ gpu_utilization_ratio: values, gpu_owner: owners }) });
    expect(await signals.ofObject({ signal: 'gpu_utilization_ratio', ...ANY, object: DEPLOYMENT })).toMatchObject({ value: 0.5 });
    const pods = await signals.ofPods({ signal: 'gpu_utilization_ratio', ...ANY, pods: PODS });
    expect(pods.map(({ answer }) => answer.kind === 'value' && answer.value)).toEqual([0.9, 0.5]);
  });

  it('may not exist', async () => {
    const signals = signalsOf({ engine: engineOf({}) });
    const ask = async (object: typeof DEPLOYMENT | { group: string; resource: string; name: string }): Promise<unknown> =>
      signals.ofObject({ signal: 'gpu_power_watts', ...ANY, object });
    expect(await ask({ ...DEPLOYMENT, name: 'gone' })).toEqual({
      kind: 'absent',
      reason: 'no-object',
      detail:
        'no object deployments.apps demo/gone is known; see whether it is there, or, where no cluster is followed, whether the labels of a target name it',
    });
    expect(await ask({ group: '', resource: 'nodes', name: 'n1' })).toMatchObject({
      detail: expect.stringContaining('no object nodes n1 is known'),
    });
  });

  it('may have no pods', async () => {
    const engine = engineOf(INFLIGHT);
    const answer = await signalsOf({ engine, pods: [] }).ofObject({ signal: 'triton_inflight_requests', ...ANY, object: DEPLOYMENT });
    expect(answer).toMatchObject({ kind: 'absent', reason: 'no-data' });
    expect(engine.requests).toEqual([]);
  });

  it('may be incomplete by the configuration', async () => {
    const signals = signalsOf({
      engine: engineOf(INFLIGHT),
      targets: [TARGETS[0] ?? status('t'), failed(status('tb', { pod: 'b' }))],
      config: { signals: { coverage: 'strict' } },
    });
    const question = { signal: 'triton_inflight_requests', ...ANY, object: DEPLOYMENT };
    expect(await signals.ofObject(question)).toMatchObject({ kind: 'absent', reason: 'incomplete' });
  });

  it('takes the window of the configuration', async () => {
    const signals = signalsOf({ engine: engineOf(INFLIGHT), config: { signals: { window: '15s' } } });
    const question = { signal: 'triton_inflight_requests', ...ANY, object: DEPLOYMENT };
    expect(await signals.ofObject(question)).toMatchObject({ windowMs: 15_000 });
  });
});

describe('an external metric', () => {
  it('selects pods by their labels and series by the signal’s', async () => {
    const engine = engineOf(INFLIGHT);
    const answer = await signalsOf({ engine }).ofExternal({
      signal: 'triton_inflight_requests',
      namespace: 'demo',
      selector: [
        { key: 'app', operator: 'In', values: ['triton'] },
        { key: 'model', operator: 'In', values: ['llm'] },
      ],
    });
    expect(answer).toMatchObject({ kind: 'value', value: 3 });
    expect(engine.requests[0]?.expr).toContain('{__pod_set__="1",model="llm"}');
  });

  it.each([
    { namespace: 'demo', key: 'tier', detail: 'no pod of namespace demo is known whose labels (tier) the selector selects; see' },
    { namespace: 'empty', key: 'model', detail: 'no pod of namespace empty is known; see' },
  ])('may have no pods in $namespace', async ({ namespace, key, detail }) => {
    const selector = [{ key, operator: 'Exists', values: [] }] as const;
    const answer = await signalsOf({ engine: engineOf({}) }).ofExternal({ signal: 'triton_inflight_requests', namespace, selector });
    expect(answer).toMatchObject({ kind: 'absent', reason: 'no-object', detail: expect.stringContaining(detail) });
  });
});

it('knows no other signal', async () => {
  const signals = signalsOf({ engine: engineOf({}) });
  const unknown = {
    kind: 'absent',
    reason: 'no-data',
    detail: expect.stringContaining('cannot find signal "nope": the catalogue has no such name; use one of triton_inflight_requests,'),
  };
  expect(await signals.ofPods({ signal: 'nope', ...ANY, pods: PODS })).toEqual(PODS.map((one) => ({ pod: one, answer: unknown })));
  expect(await signals.ofObject({ signal: 'nope', ...ANY, object: DEPLOYMENT })).toEqual(unknown);
  expect(await signals.ofExternal({ signal: 'nope', namespace: 'demo', selector: [] })).toEqual(unknown);
});

it('refuses conditions on labels that a signal does not have', async () => {
  const metricSelector = [{ key: 'app', operator: 'Exists', values: [] }] as const;
  const asked = signalsOf({ engine: engineOf(INFLIGHT) }).ofPods({ signal: 'triton_inflight_requests', metricSelector, pods: PODS });
  await expect(asked).rejects.toBeInstanceOf(QueryError);
});
