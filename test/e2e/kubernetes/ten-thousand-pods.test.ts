// Ten thousand pods of which a thousand are targets: memory, stalls, and how soon Plimsoll has seen them all.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { figureOf, shown, table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { createPods, readyPods } from './rig/bulk.ts';
import { sumOfMetric } from './rig/exposition.ts';
import { longestStall, readStalls } from './rig/loop-log.ts';
import { type Plimsoll, startPlimsoll } from './rig/plimsoll.ts';
import { askMetric, podsPath } from './rig/questions.ts';
import { type Cluster, startCluster } from './rig/rig.ts';
import { memory } from './rig/usage.ts';
import { podTemplate, QUICK_TRITON } from './rig/workloads.ts';
import { isFull } from './run-folder.ts';

const COUNT = 10_000;
const TARGETS = 1000;
const LARGEST_RSS_MIB = 500;
const LONGEST_SYNC_MS = 20_000;
const LONGEST_STALL_MS = 50;
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
  let loopLog = '';
  let createdIn = 0;
  let listeningMs = Number.NaN;
  let syncedMs = Number.NaN;
  /** When each phase began and ended. */
  const phases: { readonly title: string; readonly fromMs: number; readonly toMs: number }[] = [];
  let rssMib = 0;
  const readsMs: number[] = [];
  const longest: { readonly title: string; readonly heldMs: number }[] = [];

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
    loopLog = join(cluster.controlPlane.folder, 'event-loop.log');
    plimsoll = await startPlimsoll({ ...cluster, loopLog });
  }, 900_000);
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  function endPhase(title: string): void {
    phases.push({ title, fromMs: phases.at(-1)?.toMs ?? listeningMs, toMs: Date.now() });
  }

  it(`are all known ${LONGEST_SYNC_MS / 1000} s after the start`, async () => {
    await until({
      ask: async () => (await plimsoll.health('/livez')) ?? undefined,
      withinMs: 60_000,
      everyMs: 5,
      failure: () => 'it does not listen',
    });
    // What Node does before, to load the code, holds up nobody.
    listeningMs = Date.now();
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
    endPhase('until all pods are known');
    await plimsoll.ready(120_000);
    endPhase('until ready');
    const answer = await askMetric(cluster.controlPlane.api, podsPath(SIGNAL, { namespace: 'load', app: 'triton' }));
    expect(answer.kind === 'items' ? answer.items.length : answer.message).toBe(TARGETS);
  });

  it(`take ${LARGEST_RSS_MIB} MB of memory at most, also while a Prometheus reads it`, async () => {
    // Until the retention of samples is full; the second half of it with reads of /metrics.
    for (let minute = 1; minute <= 3; minute += 1) {
      await setTimeout(60_000);
      endPhase(`minute ${minute}`);
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
    endPhase('minutes 4 to 6, while /metrics is read every 15 s');
    expect((rssMib * 1024 * 1024) / 1e6).toBeLessThanOrEqual(LARGEST_RSS_MIB);
  }, 600_000);

  it(`hold up the event loop for ${LONGEST_STALL_MS} ms at most`, async () => {
    const stalls = await readStalls(loopLog);
    for (const { title, ...span } of phases) longest.push({ title, heldMs: longestStall(stalls, span) });
    expect(longest).toHaveLength(6);
    expect(longest.filter(({ heldMs }) => heldMs > LONGEST_STALL_MS)).toEqual([]);
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
        ...longest.map(({ title, heldMs }) => [
          `longest that the event loop was held up: ${title}`,
          heldMs === 0 ? 'below 20 ms' : `${heldMs.toFixed(0)} ms`,
          `${LONGEST_STALL_MS} ms`,
        ]),
      ],
    );
    await writePart({ key: '5b ten thousand', title: '5. Ten thousand pods, a thousand of them targets', text });
  });
});
