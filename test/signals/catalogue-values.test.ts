// The catalogue's expressions on the embedded engine: numbers worked out by hand from counters that grow evenly.
import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { staticInventory } from '../../src/discovery/inventory.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { labelsOf, METRIC_NAME } from '../../src/model/labels.ts';
import { nullMeter } from '../../src/model/meter.ts';
import type { SignalAnswer } from '../../src/model/signal.ts';
import type { SourceName, Target, TargetStatus } from '../../src/model/target.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { createSignals } from '../../src/signals/signals.ts';
import { createStore } from '../../src/store/store.ts';
import { bookOf, NOW_MS, status } from './support.ts';

interface Said {
  readonly name: string;
  readonly labels?: Record<string, string>;
  /** A gauge's value, or what a counter grows by a second. */
  readonly value: number;
}

function target(name: string, said: { source: SourceName; labels: Record<string, string> }): Target {
  const { target: plain } = status(name, { source: said.source });
  return { ...plain, labels: labelsOf({ instance: `${name}:1`, ...said.labels }) };
}

const COUNTER = /_us$|_success$|_failure$|_count$|_total$/;
const GAUGE = 'nv_inference_pending_request_count';

/** 25 scrapes 5 s apart, the last at NOW_MS − 1 s. */
function storeOf(targets: readonly (readonly [Target, readonly Said[]])[]): ReturnType<typeof createStore> {
  const store = createStore({ retentionMs: 300_000, seriesLimit: 1000, meter: nullMeter });
  for (const [one, lines] of targets) {
    const writer = store.openTarget(one);
    for (let scrape = 0; scrape <= 24; scrape += 1) {
      writer.begin(NOW_MS - 121_000 + scrape * 5000);
      for (const { name, labels = {}, value } of lines) {
        const row = writer.row(labelsOf({ [METRIC_NAME]: name, ...labels }), { ownTime: false, clash: 'override' });
        const grows = COUNTER.test(name) && name !== GAUGE;
        if (row !== undefined) writer.put(row, grows ? value * scrape * 5 : value);
      }
    }
  }
  return store;
}

const KINDS: readonly Said[] = [
  { name: 'triton_model_info', labels: { model: 'llm', version: '1', kind: 'leaf', instances: '2' }, value: 1 },
  { name: 'triton_model_info', labels: { model: 'asr', version: '1', kind: 'leaf', instances: '2' }, value: 1 },
  { name: 'triton_model_info', labels: { model: 'all', version: '1', kind: 'ensemble' }, value: 1 },
];

/** Both series sets of a GPU model, as Triton ≥ 23.09 says them: the gauge on one, the durations on the other. */
function model(name: string, rates: Record<string, number>, pending: number): Said[] {
  const plain = { model: name, version: '1' };
  const onGpu = { ...plain, gpu_uuid: 'GPU-1' };
  return [
    { name: GAUGE, labels: plain, value: pending },
    { name: GAUGE, labels: onGpu, value: 0 },
    ...Object.entries(rates).flatMap(([family, value]) => [
      { name: `nv_inference_${family}`, labels: plain, value: 0 },
      { name: `nv_inference_${family}`, labels: onGpu, value },
    ]),
  ];
}

/** What the API says: two instances that execute batches of up to eight rows, and how much of a second they execute in each. */
function described(name: string, busy: number): Said[] {
  const labels = { model: name, version: '1' };
  return [
    { name: 'triton_model_instances', labels, value: 2 },
    { name: 'triton_model_max_batch_size', labels, value: 8 },
    { name: 'triton_instance_busy_seconds_total', labels, value: busy },
  ];
}

const BUSY = {
  request_success: 10,
  count: 40,
  exec_count: 10,
  request_duration_us: 5e6,
  queue_duration_us: 2e6,
  compute_input_duration_us: 0.5e6,
  compute_infer_duration_us: 2e6,
  compute_output_duration_us: 0.5e6,
};
const IDLE = Object.fromEntries(Object.keys(BUSY).map((family) => [family, 0]));

function failures(perSecond: number): Said[] {
  return ['OTHER', 'BACKEND'].map((reason) => ({
    name: 'nv_inference_request_failure',
    labels: { model: 'llm', version: '1', reason },
    value: perSecond / 2,
  }));
}

const POD = { namespace: 'demo', deployment: 'triton' };
const BUSY_POD = target('ta', { source: 'triton', labels: { ...POD, pod: 'a' } });
const IDLE_POD = target('tb', { source: 'triton', labels: { ...POD, pod: 'b' } });
const EXPORTER = target('x', { source: 'dcgm', labels: { namespace: 'gpu', pod: 'exporter' } });

const HIDDEN = { namespace: '', pod: '' };
const SLICE_3 = { uuid: 'U2', mig_id: '3' };
const SLICE_4 = { uuid: 'U2', mig_id: '4' };

function owner(pod: string, gpu: Record<string, string>, container = 'main'): Said {
  return { name: 'gpu_owner', labels: { namespace: 'demo', pod, container, evidence: 'exporter-labels', ...gpu }, value: 1 };
}

function gpu(name: string, labels: Record<string, string>, value: number): Said {
  return { name: `gpu_${name}`, labels: { source: 'dcgm', ...labels, ...HIDDEN }, value };
}

const GPUS: readonly Said[] = [
  owner('a', { uuid: 'U1' }),
  owner('b', { uuid: 'U1' }),
  owner('b', { uuid: 'U1' }, 'sidecar'),
  owner('b', SLICE_3),
  gpu('utilization_ratio', { uuid: 'U1' }, 0.9),
  gpu('utilization_ratio', SLICE_3, 0.1),
  gpu('utilization_ratio', SLICE_4, 1),
  gpu('memory_used_bytes', { uuid: 'U1' }, 30),
  gpu('memory_free_bytes', { uuid: 'U1' }, 60),
  gpu('memory_reserved_bytes', { uuid: 'U1' }, 10),
  gpu('memory_used_bytes', SLICE_3, 10),
  gpu('memory_total_bytes', SLICE_3, 20),
  gpu('power_watts', { uuid: 'U1' }, 300),
  gpu('power_watts', SLICE_3, 200),
  gpu('power_watts', SLICE_4, 200),
  gpu('temperature_celsius', { uuid: 'U1' }, 60),
  gpu('temperature_celsius', SLICE_3, 70),
];

const TARGETS: readonly (readonly [Target, readonly Said[]])[] = [
  [
    BUSY_POD,
    [
      ...KINDS,
      ...model('llm', BUSY, 4),
      ...described('llm', 1.5),
      ...failures(2.5),
      ...model('asr', BUSY, 1),
      ...described('asr', 0.5),
      ...model('all', BUSY, 100),
    ],
  ],
  [IDLE_POD, [...KINDS.slice(0, 1), ...model('llm', IDLE, 0), ...described('llm', 0), ...failures(0), ...model('all', BUSY, 100)]],
  [EXPORTER, GPUS],
];

function statusOf(one: Target): TargetStatus {
  return { ...status(one.id), target: one };
}

const targets = TARGETS.map(([one]) => one);
const clock = new VirtualClock(NOW_MS);
const signals = createSignals({
  engine: createEmbeddedEngine({ source: storeOf(TARGETS), clock, lookbackMs: 300_000 }),
  inventory: () => staticInventory({ targets, listedMs: 0 }),
  book: bookOf(targets.map(statusOf)),
  clock,
  config: () => configSchema.parse({}),
  startedMs: 0,
  meter: nullMeter,
});

function shown(answer: SignalAnswer | undefined): unknown {
  return answer?.kind === 'value' ? Number(answer.value.toFixed(9)) : answer?.reason;
}

it.each([
  // Two busy leaf models each: 10 requests/s, 5 s of request time a second, of it 2 waiting and 3 computing.
  { signal: 'triton_inflight_requests', a: 11, b: 0, all: 11 },
  { signal: 'triton_pending_requests', a: 5, b: 0, all: 5 },
  { signal: 'triton_queued_requests', a: 4, b: 0, all: 4 },
  { signal: 'triton_executing_requests', a: 6, b: 0, all: 6 },
  { signal: 'triton_requests_per_second', a: 20, b: 0, all: 20 },
  { signal: 'triton_inferences_per_second', a: 80, b: 0, all: 80 },
  { signal: 'triton_request_latency_seconds', a: 0.5, b: 'undefined-ratio', all: 0.5 },
  { signal: 'triton_queue_latency_seconds', a: 0.2, b: 'undefined-ratio', all: 0.2 },
  { signal: 'triton_queue_compute_ratio', a: 1, b: 'undefined-ratio', all: 1 },
  { signal: 'triton_failure_ratio', a: 2.5 / 22.5, b: 'undefined-ratio', all: 2.5 / 22.5 },
  // A request has four rows, so an instance takes two of them at once; unknown in pod b, where it takes eight.
  { signal: 'triton_batch_size', a: 4, b: 'undefined-ratio', all: 4 },
  { signal: 'triton_capacity_requests', a: 8, b: 16, all: 24 },
  // llm: 7 in flight; asr: 4 on a capacity of 4 in pod a alone, where llm has 16 more in pod b.
  { signal: 'triton_saturation_ratio', a: 7 / 4, b: 0, all: 1 },
  { signal: 'triton_busy_instances_ratio', a: 0.5, b: 0, all: 2 / 6 },
  // Pod a has the GPU U1, pod b shares it and has a slice of U2.
  { signal: 'gpu_utilization_ratio', a: 0.9, b: 0.5, all: 0.5 },
  { signal: 'gpu_memory_used_ratio', a: 0.3, b: 40 / 120, all: 40 / 120 },
  { signal: 'gpu_power_watts', a: 300, b: 500, all: 500 },
  { signal: 'gpu_temperature_celsius', a: 60, b: 70, all: 70 },
])('$signal is $a, $b and together $all', async ({ signal, a, b, all }) => {
  const pods = ['a', 'b'].map((name) => ({ namespace: 'demo', name }));
  const perPod = await signals.ofPods({ signal, metricSelector: [], pods });
  const object = { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'triton' };
  const together = await signals.ofObject({ signal, metricSelector: [], object });
  const round = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toFixed(9)) : value);
  expect([...perPod.map(({ answer }) => shown(answer)), shown(together)]).toEqual([a, b, all].map(round));
  expect(together).toMatchObject({ newestMs: NOW_MS - 1000, coverage: { expected: 2, contributing: 2 } });
});

it.each([
  { signal: 'triton_inflight_requests', key: 'model', value: 'asr', answer: 4 },
  { signal: 'triton_inflight_requests', key: 'model', value: 'all', answer: 'no-data' },
  { signal: 'gpu_utilization_ratio', key: 'mig_id', value: '3', answer: 0.1 },
  { signal: 'gpu_utilization_ratio', key: 'uuid', value: 'U1', answer: 0.9 },
  { signal: 'gpu_utilization_ratio', key: 'uuid', value: 'U3', answer: 'no-data' },
])('$signal of $key $value is $answer', async ({ signal, key, value, answer }) => {
  const selector = [{ key, operator: 'In', values: [value] }] as const;
  expect(shown(await signals.ofExternal({ signal, namespace: 'demo', selector }))).toBe(answer);
});
