// What signals say of how an answer came about.
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { ExplainQuestion, Findings } from '../../src/model/explanation.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { type Pod, podKey } from '../../src/model/pod.ts';
import { QueryError } from '../../src/model/query-engine.ts';
import type { TargetStatus } from '../../src/model/target.ts';
import { createSignals } from '../../src/signals/signals.ts';
import { bookOf, engineOf, type FakeEngine, failed, NOW_MS, pod, series, status } from './support.ts';

const PODS = ['a', 'b', 'c', 'd'].map((name) => pod(name, { node: 'n' }));
const TARGETS = [
  status('ta', { pod: 'a' }),
  status('tb', { pod: 'b' }),
  failed(status('tc', { pod: 'c' })),
  status('x', { source: 'dcgm', node: 'n' }),
];
const INFLIGHT = { nv_inference_pending: [series({ pod: 'a' }, 3, NOW_MS - 1000), series({ pod: 'b' }, 5, NOW_MS - 2000)] };

function inventoryOf(pods: readonly Pod[]): Inventory {
  return {
    podsOf: ({ resource, namespace, name }) => {
      if (resource === 'deployments' && name === 'triton') return pods;
      const found = pods.filter((one) => resource === 'pods' && podKey(one) === `${namespace}/${name}`);
      return found.length > 0 ? found : undefined;
    },
    podsIn: (namespace) => pods.filter((one) => one.namespace === namespace),
    allPods: () => pods,
    objects: () => [],
  };
}

interface Asking extends Partial<ExplainQuestion> {
  readonly engine?: FakeEngine;
  readonly targets?: readonly TargetStatus[];
  readonly pods?: readonly Pod[];
}

const DEPLOYMENT = { kind: 'object', object: { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'triton' } } as const;

function explained({ engine = engineOf(INFLIGHT), targets = TARGETS, pods = PODS, ...question }: Asking = {}): Promise<Findings> {
  const signals = createSignals({
    engine,
    inventory: () => inventoryOf(pods),
    book: bookOf(targets),
    clock: new VirtualClock(NOW_MS),
    config: () => configSchema.parse({}),
    startedMs: NOW_MS - 300_000,
    meter: nullMeter,
  });
  return signals.explain({ signal: 'triton_inflight_requests', subject: DEPLOYMENT, metricSelector: [], mostPods: 10, ...question });
}

const ref = (name: string) => ({ namespace: 'demo', name });

describe('pods', () => {
  it('come with what lacks first, then by value, then those that do not count', async () => {
    const { pods, podCount, answers } = await explained();
    expect(pods.map(({ pod: { name }, kind }) => `${name} ${kind}`)).toEqual(['c missing', 'b read', 'a read', 'd missing']);
    expect(podCount).toBe(4);
    expect(answers).toMatchObject([{ pod: undefined, answer: { kind: 'value', value: 12, estimated: true } }]);
  });

  it('are as many as are asked for, and still all are in the answer', async () => {
    const { pods, podCount, answers } = await explained({ mostPods: 2 });
    expect(pods.map(({ pod: { name } }) => name)).toEqual(['c', 'b']);
    expect([podCount, answers.length]).toEqual([4, 1]);
    expect(answers).toEqual((await explained()).answers);
  });

  it('have the targets that speak of them', async () => {
    const { pods, liveTargets } = await explained();
    expect(pods.map(({ pod: { name }, targets }) => [name, targets.map(({ target }) => target.id)])).toEqual([
      ['c', ['tc']],
      ['b', ['tb']],
      ['a', ['ta']],
      ['d', []],
    ]);
    expect(liveTargets).toEqual(new Set(['ta', 'tb', 'x']));
  });

  it('of GPUs have their own Triton and eight exporters at most', async () => {
    const exporters = Array.from({ length: 20 }, (_, index) => status(`x${index}`, { source: 'dcgm', node: index < 10 ? 'n' : 'm' }));
    const { pods, deviceLabels } = await explained({
      signal: 'gpu_utilization_ratio',
      targets: [...TARGETS, ...exporters],
      subject: { kind: 'pods', pods: [ref('a')] },
    });
    expect(pods[0]?.targets.map(({ target }) => target.id)).toEqual(['ta', 'x', 'x0', 'x1', 'x2', 'x3', 'x4', 'x5']);
    expect(deviceLabels).toEqual(['uuid', 'mig_id']);
  });
});

describe('answers', () => {
  it('are one for each pod told of, and those that nobody knows', async () => {
    const { answers } = await explained({ subject: { kind: 'pods', pods: [ref('a'), ref('gone'), ref('c')] } });
    expect(answers.map(({ pod: of, answer }) => [of?.name, answer.kind === 'value' ? answer.value : answer.reason])).toEqual([
      ['c', 'failed'],
      ['a', 3],
      ['gone', 'no-object'],
    ]);
  });

  it('are the reason where nobody is found', async () => {
    const object = { ...DEPLOYMENT.object, name: 'none' };
    expect(await explained({ subject: { kind: 'object', object } })).toMatchObject({
      answers: [{ answer: { kind: 'absent', reason: 'no-object' } }],
      pods: [],
      podCount: 0,
      expressions: [],
    });
    const external = { kind: 'external', namespace: 'none', selector: [] } as const;
    expect((await explained({ subject: external })).answers).toMatchObject([{ answer: { reason: 'no-object' } }]);
  });

  it('of a namespace take conditions on series and on pods', async () => {
    const engine = engineOf(INFLIGHT);
    const selector = [{ key: 'model', operator: 'In', values: ['m'] }] as const;
    const { answers, expressions } = await explained({ engine, subject: { kind: 'external', namespace: 'demo', selector } });
    expect(answers).toMatchObject([{ answer: { kind: 'value' } }]);
    expect(expressions[0]?.short).toContain('{pods,model="m"}');
  });
});

describe('expressions', () => {
  it('are those that were asked, with both parts of a ratio', async () => {
    const engine = engineOf({});
    const { expressions } = await explained({ engine, signal: 'triton_request_latency_seconds' });
    expect(expressions.map(({ role }) => role)).toEqual(['value', 'per']);
    for (const [at, { short }] of expressions.entries())
      expect(engine.requests[at]?.expr.replaceAll('__pod_set__="1"', 'pods')).toBe(short);
  });

  it('of GPUs have the owners, and the candidates where a pod has no number', async () => {
    const gpu = { signal: 'gpu_utilization_ratio' } as const;
    expect((await explained(gpu)).expressions.map(({ role }) => role)).toEqual(['value', 'owners', 'candidates']);
    const owned = [series({ pod: 'a', uuid: 'U', mig_id: '' }, 1, NOW_MS)];
    const one = { ...gpu, engine: engineOf({ gpu_owner: owned }), subject: { kind: 'pods', pods: [ref('a')] } } as const;
    expect((await explained(one)).expressions.map(({ role }) => role)).toEqual(['value', 'owners']);
    expect((await explained(one)).pods).toMatchObject([{ kind: 'read', readings: [{ device: new Map([['uuid', 'U']]), value: 1 }] }]);
  });

  it('are none where no target is live', async () => {
    expect((await explained({ targets: [] })).expressions).toEqual([]);
  });
});

it('fails with a QueryError for a signal that is not known, and with the engine’s', async () => {
  await expect(explained({ signal: 'nothing' })).rejects.toMatchObject({
    failure: 'bad-expression',
    message: expect.stringContaining('"nothing"'),
  });
  const error = new QueryError('deadline', 'late');
  await expect(explained({ engine: engineOf({ nv_inference_pending: error }) })).rejects.toBe(error);
});

describe('pinned connections', () => {
  const pods = [pod('a'), pod('b', { readySinceMs: NOW_MS - 90_000 })];
  const targets = [status('ta', { pod: 'a' }), status('tb', { pod: 'b' })];
  const load = (a: number, b: number) => [series({ pod: 'a' }, a), series({ pod: 'b' }, b)];
  const warned = async (question: Asking): Promise<string> => {
    const { answers } = await explained({ pods, targets, ...question });
    return answers.flatMap(({ answer }) => (answer.kind === 'value' ? answer.warnings : [])).join();
  };
  const PINNED = { nv_inference_queue_duration_us: load(3, 0), nv_inference_pending: load(8, 0) };
  const WORDS = 'scale-out brings no relief: connections are pinned to old pods (idle since they are ready: demo/b)';

  it.each(['triton_inflight_requests', 'inference_load_skew_ratio'])('are told of %s, once', async (signal) => {
    expect((await warned({ engine: engineOf(PINNED), signal })).split('pinned')).toHaveLength(2);
    expect(await warned({ engine: engineOf(PINNED), signal })).toContain(WORDS);
  });

  it.each([
    { name: 'the load is even', engine: engineOf({ ...PINNED, nv_inference_pending: load(4, 4) }) },
    { name: 'one pod is asked about', engine: engineOf(PINNED), subject: { kind: 'pods', pods: [ref('a')] } as const },
    { name: 'it cannot be told', engine: engineOf({ llm_requests_running: new QueryError('over-limit', 'too much'), ...PINNED }) },
  ])('are not told when $name', async ({ name: _name, ...question }) => {
    expect(await warned(question)).not.toContain('pinned');
  });

  it('show of each pod what waits, the fullest first', async () => {
    const found = await explained({ pods, targets, engine: engineOf(PINNED), signal: 'inference_load_skew_ratio' });
    expect(found.expressions.map(({ role }) => role)).toEqual(['value', 'waiting']);
    expect(found.pods).toMatchObject([
      { pod: { name: 'a' }, readings: [{ per: undefined, waiting: expect.any(Number) }] },
      { pod: { name: 'b' }, readings: [{ value: 0, waiting: 0 }] },
    ]);
  });

  it('hide no fault of ours', async () => {
    await expect(
      explained({ pods, targets, engine: engineOf({ llm_requests_running: new Error('BUG: here'), ...PINNED }) }),
    ).rejects.toThrow('BUG: here');
  });
});
