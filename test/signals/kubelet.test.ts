// Signals of kubelets on the embedded engine, over samples that come at their own pace.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { staticInventory } from '../../src/discovery/inventory.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { labelsOf, METRIC_NAME } from '../../src/model/labels.ts';
import { nullMeter } from '../../src/model/meter.ts';
import type { SignalAnswer, Signals } from '../../src/model/signal.ts';
import type { Target, TargetStatus } from '../../src/model/target.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { createSignals } from '../../src/signals/signals.ts';
import { createStore, type SampleStore } from '../../src/store/store.ts';
import type { TargetWriter } from '../../src/store/target-writer.ts';
import { bookOf, NOW_MS, status } from './support.ts';

const NODES = ['n1', 'n2'];
const OLD_SAMPLES = { code: 'old-samples', message: 'some samples are old' };

function kubeletOf(node: string): Target {
  const { target } = status(`kubelet-${node}`, { source: 'kubelet', node });
  return { ...target, labels: labelsOf({ instance: `${node}:10250`, node }) };
}

/** Triton targets make pods `a` and `b` on node n1, `c` on n2. */
const PODS = [
  ['a', 'n1'],
  ['b', 'n1'],
  ['c', 'n2'],
].map(([name = '', node = '']): Target => {
  const { target } = status(`triton-${name}`);
  return { ...target, labels: labelsOf({ instance: name, namespace: 'demo', pod: name, node, deployment: 'd' }) };
});

interface World {
  readonly store: SampleStore;
  readonly atMs?: number;
  readonly hanging?: string;
}

function signalsOver({ store, atMs = NOW_MS, hanging }: World): Signals {
  const clock = new VirtualClock(atMs);
  const read = { lastAttemptMs: atMs - 1000, lastSuccessMs: atMs - 1000, firstSuccessMs: atMs - 600_000 };
  const statuses = [...NODES.map(kubeletOf), ...PODS].map(
    (target): TargetStatus => ({
      ...status(target.id),
      ...read,
      target,
      warnings: target.id === `kubelet-${hanging}` ? [OLD_SAMPLES] : [],
    }),
  );
  return createSignals({
    engine: createEmbeddedEngine({ source: store, clock, lookbackMs: 300_000 }),
    inventory: () => staticInventory({ targets: PODS, listedMs: 0 }),
    book: bookOf(statuses),
    clock,
    config: () => configSchema.parse({}),
    startedMs: 0,
    meter: nullMeter,
  });
}

async function ofPod(signals: Signals, signal: string): Promise<SignalAnswer | undefined> {
  const [one] = await signals.ofPods({ signal, pods: [{ namespace: 'demo', name: 'a' }], metricSelector: [] });
  return one?.answer;
}

async function ofAll(signals: Signals, signal: string): Promise<SignalAnswer> {
  return signals.ofObject({ signal, object: { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'd' }, metricSelector: [] });
}

interface Said {
  readonly name: string;
  readonly pod?: string;
  /** Own time; undefined for what is written at the scrape's. */
  readonly takenMs?: number;
}

function put(writer: TargetWriter, { name, pod, takenMs }: Said, value: number): void {
  const labels = labelsOf({ [METRIC_NAME]: name, ...(pod === undefined ? {} : { namespace: 'demo', pod }) });
  const row = writer.row(labels, { ownTime: takenMs !== undefined, clash: 'override' }) ?? -1;
  if (takenMs === undefined) writer.put(row, value);
  else writer.putStamped(row, takenMs, value);
}

/** Cores in use by pod, of the whole node, and what it has. */
const USE = {
  n1: { pods: { a: 2, b: 1 }, used: 6, cores: 8 },
  n2: { pods: { c: 0.5 }, used: 2, cores: 32 },
};

/** Two samples of every pod and node, 10 s apart; each pod has a megabyte for each core in use. */
function steadyStore(): SampleStore {
  const store = createStore({ retentionMs: 300_000, seriesLimit: 1000, meter: nullMeter });
  for (const [node, { pods, used, cores }] of Object.entries(USE)) {
    const writer = store.openTarget(kubeletOf(node));
    for (const takenMs of [NOW_MS - 20_000, NOW_MS - 10_000]) {
      writer.begin(takenMs + 1000);
      for (const [pod, rate] of Object.entries(pods)) {
        put(writer, { name: 'pod_cpu_used_seconds_total', pod, takenMs }, (takenMs / 1000) * rate);
        put(writer, { name: 'pod_memory_used_bytes', pod, takenMs }, rate * 1e6);
      }
      put(writer, { name: 'node_cpu_used_seconds_total', takenMs }, (takenMs / 1000) * used);
      put(writer, { name: 'node_cpu_cores' }, cores);
    }
  }
  return store;
}

describe('pods on two nodes', () => {
  it.each([
    { signal: 'pod_cpu_cores', one: 2, all: 3.5, newestMs: NOW_MS - 10_000 },
    { signal: 'pod_memory_working_set_bytes', one: 2e6, all: 3.5e6, newestMs: NOW_MS - 10_000 },
    // The cores were told with the last scrape.
    { signal: 'node_cpu_utilization_ratio', one: 0.75, all: 0.2, newestMs: NOW_MS - 9000 },
  ])('$signal is $one, and $all of all', async ({ signal, one, all, newestMs }) => {
    const signals = signalsOver({ store: steadyStore() });
    const expected = { newestMs, warnings: [], estimated: false };
    expect(await ofPod(signals, signal)).toMatchObject({ ...expected, value: expect.closeTo(one, 9) });
    const together = await ofAll(signals, signal);
    expect(together).toMatchObject({ ...expected, value: expect.closeTo(all, 9), coverage: { expected: 3, contributing: 3 } });
    // The samples themselves say over what time.
    expect(together).not.toHaveProperty('windowMs');
  });

  it('says that a kubelet of theirs hangs', async () => {
    const signals = signalsOver({ store: steadyStore(), hanging: 'n2' });
    expect(await ofAll(signals, 'pod_cpu_cores')).toMatchObject({ kind: 'value', warnings: [OLD_SAMPLES.message] });
    expect(await ofPod(signals, 'pod_cpu_cores')).toMatchObject({ kind: 'value', warnings: [] });
  });

  it('has no labels to select by: all that is said selects pods', async () => {
    const signals = signalsOver({ store: steadyStore() });
    const selector = (key: string, value: string) => [{ key, operator: 'In', values: [value] }] as const;
    const external = { signal: 'pod_cpu_cores', namespace: 'demo' };
    expect(await signals.ofExternal({ ...external, selector: selector('node', 'n1') })).toMatchObject({ value: expect.closeTo(3, 9) });
    await expect(
      signals.ofObject({
        signal: 'pod_cpu_cores',
        object: { group: '', resource: 'pods', namespace: 'demo', name: 'a' },
        metricSelector: selector('node', 'n1'),
      }),
    ).rejects.toThrow('cannot select pod_cpu_cores by label "node": it has none');
  });
});

it('tells a steady rate exactly, however samples and scrapes fall, with the time of the newest sample', async () => {
  const pauses = fc.array(fc.integer({ min: 10_000, max: 30_000 }), { minLength: 8, maxLength: 12 });
  const intervals = fc.constantFrom(2000, 5000, 15_000, 30_000);
  await fc.assert(
    fc.asyncProperty(pauses, intervals, fc.integer({ min: 1, max: 64 }), fc.nat(4000), async (gaps, intervalMs, cores, askedMs) => {
      const store = createStore({ retentionMs: 300_000, seriesLimit: 1000, meter: nullMeter });
      const writer = store.openTarget(kubeletOf('n1'));
      const taken: number[] = [NOW_MS];
      for (const gap of gaps) taken.push((taken.at(-1) ?? 0) + gap);
      for (let sentMs = NOW_MS; sentMs <= (taken.at(-1) ?? 0); sentMs += intervalMs) {
        const newestMs = taken.findLast((timeMs) => timeMs <= sentMs) ?? Number.NaN;
        writer.begin(sentMs);
        put(writer, { name: 'pod_cpu_used_seconds_total', pod: 'a', takenMs: newestMs }, ((newestMs - NOW_MS) / 1000) * cores);
        if (sentMs < NOW_MS + 2 * (30_000 + intervalMs)) continue;
        const answer = await ofPod(signalsOver({ store, atMs: sentMs + Math.min(askedMs, intervalMs - 1) }), 'pod_cpu_cores');
        expect(answer).toMatchObject({ kind: 'value', newestMs, value: expect.closeTo(cores, 6) });
      }
    }),
    { numRuns: 30 },
  );
});
