// Ten thousand pods of which a thousand are targets: memory, stalls, and how soon Plimsoll has seen them all.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { figureOf, shown, table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { createPods, readyPods } from './rig/bulk.ts';
import { sumOfMetric } from './rig/exposition.ts';
import { type Plimsoll, startPlimsoll } from './rig/plimsoll.ts';
import { askMetric, podsPath } from './rig/questions.ts';
import { type Cluster, startCluster } from './rig/rig.ts';
import { type Stalls, watchStalls } from './rig/stalls.ts';
import { memory } from './rig/usage.ts';
import { podTemplate, QUICK_TRITON } from './rig/workloads.ts';
import { isFull } from './run-folder.ts';

const COUNT = 10_000;
const TARGETS = 1000;
const LARGEST_RSS_MIB = 500;
const LONGEST_SYNC_MS = 20_000;
const LONGEST_STALL_MS = 50;
/** Seen from outside, on a machine that does other things too. */
const SEEN_STALL_MS = 2 * LONGEST_STALL_MS;
/** Of the check of readiness, once all lists are read. */
const LISTED = '[+] kubernetes-listed:';
const SIGNAL = 'triton_pending_requests';
const OTHER_POD = {
  metadata: { labels: { app: 'web', tier: 'frontend' }, annotations: { 'example.com/checksum': 'f3a5'.repeat(16) } },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/team/web:1.2.3',
        ports: [{ containerPort: 8080 }],
        env: [{ name: 'MODE', value: 'production' }],
      },
    ],
  },
};

describe.skipIf(!isFull())(`${COUNT} pods (E2E_FULL=1)`, () => {
  let cluster: Cluster;
  let plimsoll: Plimsoll;
  let watched: Stalls;
  let createdIn = 0;
  let syncedMs = Number.NaN;
  const stalls: { readonly during: string; readonly ms: number }[] = [];
  let rssMib = 0;
  const readsMs: number[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ name: 'ten-thousand-pods' });
    const { api } = cluster.controlPlane;
    createdIn = await createPods(api, {
      namespace: 'load',
      count: TARGETS,
      name: 'triton',
      template: podTemplate({ name: 'triton', triton: { ...QUICK_TRITON, serviceMs: 2000 } }),
    });
    createdIn += await createPods(api, { namespace: 'web', count: COUNT - TARGETS, name: 'web', template: OTHER_POD });
    await readyPods(cluster.kubelets, { count: COUNT, withinMs: 300_000 });
    await cluster.kubelets.setLoad('load/triton', { kind: 'inflight', requests: TARGETS });
    plimsoll = await startPlimsoll(cluster);
    watched = watchStalls(`${plimsoll.telemetryUrl}/livez`);
  }, 900_000);
  afterAll(async () => {
    await watched?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const noteStall = (during: string): void => void stalls.push({ during, ms: watched.takeLongest() });

  it(`are all known ${LONGEST_SYNC_MS / 1000} s after the start`, async () => {
    await until({
      ask: async () => (await plimsoll.healthText('/readyz?verbose')).includes(LISTED) || undefined,
      withinMs: 3 * LONGEST_SYNC_MS,
      everyMs: 50,
      failure: () => `the pods are not known; see ${plimsoll.daemon.logFile}`,
    });
    syncedMs = Date.now() - plimsoll.startedMs;
    expect(syncedMs).toBeLessThanOrEqual(LONGEST_SYNC_MS);
  });

  it('are served, those that are targets', async () => {
    noteStall('until all pods are known');
    await plimsoll.ready(120_000);
    noteStall('until ready');
    const answer = await askMetric(cluster.controlPlane.api, podsPath(SIGNAL, { namespace: 'load', app: 'triton' }));
    expect(answer.kind === 'items' ? answer.items.length : answer.message).toBe(TARGETS);
  });

  it(`take ${LARGEST_RSS_MIB} MB of memory at most, also while a Prometheus reads it`, async () => {
    // Until the retention of samples is full; the second half of it with reads of /metrics.
    for (let minute = 1; minute <= 3; minute += 1) {
      await setTimeout(60_000);
      noteStall(`minute ${minute}`);
      rssMib = Math.max(rssMib, (await memory(plimsoll.daemon.pid)).rssMib);
    }
    for (let read = 1; read <= 12; read += 1) {
      const startMs = performance.now();
      const page = await plimsoll.metrics();
      readsMs.push(performance.now() - startMs);
      expect(sumOfMetric(page, 'plimsoll_kubernetes_objects', (labels) => labels.includes('resource="pods"'))).toBeGreaterThanOrEqual(
        COUNT,
      );
      await setTimeout(15_000);
      rssMib = Math.max(rssMib, (await memory(plimsoll.daemon.pid)).rssMib);
    }
    noteStall('minutes 4 to 6, while /metrics is read every 15 s');
    expect((rssMib * 1024 * 1024) / 1e6).toBeLessThanOrEqual(LARGEST_RSS_MIB);
  }, 600_000);

  it(`hold up the event loop for ${LONGEST_STALL_MS} ms at most`, () => {
    expect(stalls).toHaveLength(6);
    expect(stalls.filter(({ ms }) => !(ms <= SEEN_STALL_MS))).toEqual([]);
  });

  it('are told in the report', async () => {
    const { peakMib } = await memory(plimsoll.daemon.pid);
    const text = table(
      ['what', 'measured', 'bound'],
      [
        [`making ${COUNT} pods through the API`, `${createdIn.toFixed(0)} s`, ''],
        ['Plimsoll: start until all pods are known', `${(syncedMs / 1000).toFixed(1)} s`, '20 s'],
        ['Plimsoll: memory', `${rssMib.toFixed(0)} MiB, ${peakMib.toFixed(0)} MiB at most`, `${LARGEST_RSS_MIB} MB`],
        ['a read of /metrics, min / median / max', `${shown(figureOf(readsMs), 0)} ms`, ''],
        ...stalls.map(({ during, ms }) => [
          `longest time in which /livez was not answered: ${during}`,
          `${ms.toFixed(0)} ms`,
          `${LONGEST_STALL_MS} ms`,
        ]),
      ],
    );
    await writePart({ key: '5b ten thousand', title: '5. Ten thousand pods, a thousand of them targets', text });
  });
});
