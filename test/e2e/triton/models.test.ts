// What a real server with many kinds of models does, against what is known: as many requests in flight as there are clients.
import { beforeAll, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { expectFormOf } from './form.ts';
import { inferBody, inferPath, type Work } from './load.ts';
import { BATCHED, callerOf, ensemble, FROM_THREADS, instances, type Model, PLAIN, STREAMING } from './models.ts';
import { NEWEST } from './releases.ts';
import { type Rig, startRig } from './rig.ts';
import { describeTriton } from './suite.ts';

const DELAY_SECONDS = 0.31;
const BODY = inferBody(DELAY_SECONDS);
const STREAM_BODY = JSON.stringify({ DELAY: [DELAY_SECONDS] });

const DECOUPLED = 'max_batch_size: 0 model_transaction_policy { decoupled: true }';
const CACHED = `max_batch_size: 1 response_cache { enable: true } ${instances(1)}`;

const THREE: Model = { name: 'three_instances', config: `max_batch_size: 1 metric_tags { key: "team" value: "speech" } ${instances(3)}` };
const UNUSED_BATCHES: Model = { name: 'unused_batches', config: `max_batch_size: 8 ${instances(1)}` };
const ROWS: Model = { name: 'rows', config: `max_batch_size: 8 dynamic_batching { } ${instances(1)}` };
const VERSIONS: Model = { name: 'versions', config: `max_batch_size: 1 version_policy { all { } } ${instances(1)}`, versions: ['1', '2'] };
const IDLE: Model = { name: 'idle', config: `max_batch_size: 1 ${instances(1)}` };
const FIRST: Model = { name: 'first', config: `max_batch_size: 1 ${instances(1)}` };
const SECOND: Model = { name: 'second', config: `max_batch_size: 1 ${instances(2)}` };
const BOTH = ensemble('both', [FIRST.name, SECOND.name]);
const CALLED: Model = { name: 'called', config: `max_batch_size: 1 ${instances(1)}` };
const CALLER: Model = { name: 'caller', config: `max_batch_size: 1 ${instances(2)}`, code: callerOf(CALLED.name) };
const MISSED: Model = { name: 'missed', config: CACHED };
const HIT: Model = { name: 'hit', config: CACHED };
const THREADS: Model = { name: 'threads', config: `${DECOUPLED} ${instances(1)}`, code: FROM_THREADS };
const STREAMS: Model = { name: 'streams', config: `${DECOUPLED} ${instances(1)}`, code: STREAMING };
const SEQUENCES: Model = {
  name: 'sequences',
  config: `max_batch_size: 1 sequence_batching { direct { } max_sequence_idle_microseconds: 600000000 } ${instances(2)}`,
};

interface Case {
  readonly title: string;
  readonly models: readonly Model[];
  readonly loads: readonly { readonly clients: number; readonly work: Work }[];
  /** By selector of labels, by signal. */
  readonly truths: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** As many requests in flight as clients. */
function loadOf(model: string, clients: number, { version, rows = 1 }: { version?: string; rows?: number } = {}): Case['loads'][number] {
  const body = inferBody(DELAY_SECONDS, { rows });
  return { clients, work: { path: inferPath(model, version), body: () => body } };
}

function streamsOf(model: string, clients: number): Case['loads'][number] {
  return { clients, work: { path: `/v2/models/${model}/generate_stream`, body: () => STREAM_BODY } };
}

/** No two requests are equal. */
function unequalBodies(): () => string {
  let sent = 0;
  return () => {
    sent += 1;
    return inferBody(DELAY_SECONDS + sent / 1e6);
  };
}

const CASES: readonly Case[] = [
  {
    title: 'two instances without batching execute two of four requests',
    models: [PLAIN],
    loads: [loadOf(PLAIN.name, 4)],
    truths: {
      'model=delay_plain': {
        triton_inflight_requests: 4,
        triton_pending_requests: 2,
        triton_queued_requests: 2,
        triton_executing_requests: 2,
        triton_requests_per_second: 2 / DELAY_SECONDS,
        triton_request_latency_seconds: 2 * DELAY_SECONDS,
        triton_queue_latency_seconds: DELAY_SECONDS,
        triton_queue_compute_ratio: 1,
        triton_failure_ratio: 0,
        triton_capacity_requests: 2,
        triton_saturation_ratio: 2,
        triton_busy_instances_ratio: 1,
        triton_batch_size: 1,
      },
    },
  },
  {
    title: 'two instances with batches of four execute eight of sixteen requests',
    models: [BATCHED],
    loads: [loadOf(BATCHED.name, 16)],
    truths: {
      'model=delay_batched': {
        triton_inflight_requests: 16,
        triton_executing_requests: 8,
        triton_inferences_per_second: 8 / DELAY_SECONDS,
        triton_capacity_requests: 8,
        triton_saturation_ratio: 2,
        triton_busy_instances_ratio: 1,
        triton_batch_size: 4,
      },
    },
  },
  {
    title: 'three instances, and a metric tag, have room for a third request',
    models: [THREE],
    loads: [loadOf(THREE.name, 2)],
    truths: {
      'model=three_instances': {
        triton_inflight_requests: 2,
        triton_pending_requests: 0,
        triton_executing_requests: 2,
        triton_capacity_requests: 3,
        triton_saturation_ratio: 2 / 3,
        triton_busy_instances_ratio: 2 / 3,
      },
    },
  },
  {
    title: 'a batch size without dynamic batching is one request at a time',
    models: [UNUSED_BATCHES],
    loads: [loadOf(UNUSED_BATCHES.name, 3)],
    truths: {
      'model=unused_batches': {
        triton_inflight_requests: 3,
        triton_executing_requests: 1,
        triton_capacity_requests: 1,
        triton_saturation_ratio: 3,
        triton_batch_size: 1,
      },
    },
  },
  {
    title: 'two requests of four rows fill a batch of eight',
    models: [ROWS],
    loads: [loadOf(ROWS.name, 4, { rows: 4 })],
    truths: {
      'model=rows': {
        triton_inflight_requests: 4,
        triton_executing_requests: 2,
        triton_inferences_per_second: 8 / DELAY_SECONDS,
        triton_capacity_requests: 2,
        triton_saturation_ratio: 2,
        triton_batch_size: 8,
      },
    },
  },
  {
    title: 'two versions of a model are two models and add up',
    models: [VERSIONS],
    loads: [loadOf(VERSIONS.name, 1, { version: '1' }), loadOf(VERSIONS.name, 2, { version: '2' })],
    truths: {
      'model=versions,version=1': { triton_inflight_requests: 1, triton_capacity_requests: 1 },
      'model=versions,version=2': { triton_inflight_requests: 2, triton_saturation_ratio: 2 },
      'model=versions': { triton_inflight_requests: 3, triton_capacity_requests: 2 },
    },
  },
  {
    title: 'an ensemble’s request is where it is, and counts once',
    models: [FIRST, SECOND, BOTH],
    loads: [loadOf(BOTH.name, 3)],
    truths: {
      'model=first': {
        triton_inflight_requests: 2,
        triton_executing_requests: 1,
        triton_saturation_ratio: 2,
        triton_busy_instances_ratio: 1,
      },
      'model=second': { triton_inflight_requests: 1, triton_capacity_requests: 2, triton_saturation_ratio: 0.5 },
      'model in (first,second,both)': { triton_inflight_requests: 3 },
    },
  },
  {
    title: 'a request that a model hands to another counts there, when the first is excluded',
    models: [CALLER, CALLED],
    loads: [loadOf(CALLER.name, 2)],
    truths: { 'model in (caller,called)': { triton_inflight_requests: 2, triton_executing_requests: 1, triton_capacity_requests: 1 } },
  },
  {
    title: 'a cache that misses changes nothing',
    models: [MISSED],
    loads: [{ clients: 2, work: { path: inferPath(MISSED.name), body: unequalBodies() } }],
    truths: { 'model=missed': { triton_inflight_requests: 2, triton_executing_requests: 1, triton_batch_size: 1 } },
  },
  {
    title: 'a cache that hits answers without executing',
    models: [HIT],
    loads: [{ clients: 1, work: { path: inferPath(HIT.name), body: () => BODY, pauseMs: 50 } }],
    truths: { 'model=hit': { triton_inflight_requests: 0, triton_inferences_per_second: 0, triton_busy_instances_ratio: 0 } },
  },
  {
    title: 'a decoupled model that executes until it has answered is counted when it is admitted',
    models: [STREAMS],
    loads: [streamsOf(STREAMS.name, 2)],
    truths: { 'model=streams': { triton_inflight_requests: 2, triton_executing_requests: 1 } },
  },
  {
    title: 'a model without requests has a true zero',
    models: [IDLE, SEQUENCES],
    loads: [],
    truths: {
      'model=idle': {
        triton_inflight_requests: 0,
        triton_saturation_ratio: 0,
        triton_busy_instances_ratio: 0,
        triton_capacity_requests: 1,
      },
    },
  },
];
const CLIENTS_COUNTED = 4 + 16 + 2 + 3 + 4 + 3 + 3 + 2 + 2 + 2;

await describeTriton(NEWEST, 'a real Triton with many kinds of models', (install) => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig(install, {
      models: [...CASES.flatMap(({ models }) => models), THREADS],
      flags: ['--cache-config=local,size=1048576'],
      settings: { models: { [CALLER.name]: { counts: 'exclude' }, [STREAMS.name]: { counts: 'include' } } },
    });
    const loads = [...CASES.flatMap((one) => one.loads), streamsOf(THREADS.name, 3)];
    for (const { work, clients } of loads) rig.load(work).setConcurrency(clients);
    await rig.settle();
    return () => rig[Symbol.asyncDispose]();
  });

  it('says what the committed capture says, in the same form', async () => {
    await expectFormOf('real-2.51.0-kinds.txt', await rig.server.exposition());
  });

  it.each(CASES)('$title', async ({ truths }) => {
    await Promise.all(Object.entries(truths).map(([labels, signals]) => rig.expectTruths(signals, labels)));
  });

  it('adds up what is in flight, and is as saturated as its most saturated model', async () => {
    await rig.expectTruths({ triton_inflight_requests: CLIENTS_COUNTED, triton_saturation_ratio: 3 });
  });

  it('has no number for an ensemble, whose requests count at its models', async () => {
    expect(await rig.ask('triton_inflight_requests', `model=${BOTH.name}`)).toMatchObject({ kind: 'refusal', code: 404 });
  });

  it('knows every model from its server', () => {
    expect(rig.plimsoll.log()).not.toContain('"model-kinds-unknown"');
  });

  it('has no number for streams that are answered from threads, and says why', async () => {
    expect(await rig.ask('triton_inflight_requests', `model=${THREADS.name}`)).toEqual({
      kind: 'refusal',
      code: 404,
      message: expect.stringContaining('decoupled'),
    });
  });

  it('counts sequences without a slot as pending though nothing executes', async () => {
    const ended = Promise.withResolvers<void>();
    const ids = [1, 2, 3, 4];
    const send = async (sequence_id: number, parameters: object): Promise<number> => {
      const body = inferBody(0, { parameters: { sequence_id, ...parameters } });
      return (await fetch(`${rig.server.url}${inferPath(SEQUENCES.name)}`, { method: 'POST', body })).status;
    };
    const run = async (id: number): Promise<readonly number[]> => {
      const begun = await send(id, { sequence_start: true });
      await ended.promise;
      return [begun, await send(id, { sequence_end: true })];
    };
    const sequences = Promise.all(ids.map(run));
    await rig.settle();
    await rig.expectTruths(
      { triton_inflight_requests: 2, triton_pending_requests: 2, triton_executing_requests: 0 },
      `model=${SEQUENCES.name}`,
    );
    ended.resolve();
    expect(await sequences).toEqual(ids.map(() => [200, 200]));
    await until({
      ask: async () => (await rig.read('triton_pending_requests', `model=${SEQUENCES.name}`)) === 0 || undefined,
      withinMs: 3 * rig.profile.intervalMs + 2000,
      everyMs: 100,
      failure: () => 'sequences still pend after all have ended',
    });
  });
});
