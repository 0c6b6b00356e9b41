// A cluster of 10,000 pods followed from another process: how long until it is known, how long the loop stands still meanwhile, what it holds.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createCluster } from '../../src/discovery/kubernetes/cluster.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { tuneCollector } from '../../src/lib/collector.ts';
import { createKubeClient } from '../../src/lib/kube/create-client.ts';
import { silentLog } from '../../src/model/log.ts';
import { kubeconfigText } from '../lib/kube/support/kubeconfig.ts';
import { cpuMs, liveMib, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';

const PODS = 10_000;
const MOST_SYNC_SECONDS = 20;
const MOST_STALL_MS = 50;
const MOST_RSS_MIB = 500;
/** A busy cluster: all pods replaced in a quarter of an hour, with some ten events each. */
const CHANGES_PER_SECOND = 100;
const BUSY_SECONDS = 10;

tuneCollector();
const server = fork(fileURLToPath(new URL('./api-server.ts', import.meta.url)), [String(PODS)], { execArgv: [] });
const [{ port, ca }] = await once(server, 'message');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
const kubeconfigFile = join(folder, 'config');
const authority = { 'certificate-authority-data': Buffer.from(ca).toString('base64'), 'tls-server-name': 'kubernetes' };
writeFileSync(kubeconfigFile, kubeconfigText({ server: `https://127.0.0.1:${port}`, cluster: authority, user: { token: 'bench' } }));

const clock = systemClock();
const startMs = performance.now();
const client = await createKubeClient({ kubeconfigFile, clock, version: 'bench' });
const loadedMs = performance.now() - startMs;
rmSync(folder, { recursive: true });
const before = liveMib();
const cluster = createCluster({
  client,
  config: { namespaces: [], owners: [] },
  clock,
  log: silentLog,
  meter: createRegistryMeter().meter,
});
const stop = new AbortController();

const sync = await measured(async () => {
  void cluster.start(stop.signal);
  while (!cluster.isSynced()) await cluster.changedSince(cluster.snapshot().version, stop.signal).then(() => pause(100));
});
const { rss } = process.memoryUsage();
const { version, pods } = cluster.snapshot();

const busy = await measured(beBusy);
const changes = cluster.snapshot().version - version;
// Without the looks at the loop, which cost more than the events.
const [quietMs, quietCpuMs] = [performance.now(), cpuMs()];
await beBusy();
const busyShare = (cpuMs() - quietCpuMs) / (performance.now() - quietMs);

const relist = await measured(async () => {
  server.send({ forget: true, change: 10 });
  const from = cluster.snapshot().version;
  while (cluster.snapshot().version < from + 5) await pause(20);
  await pause(2_000);
});
const after = liveMib();
stop.abort();
await client.close();
server.disconnect();

report({
  work: `${pods.length} pods and what they belong to are known`,
  measured: `after ${shown(sync.seconds)} s (${shown(sync.cpuSeconds)} CPU s; the client ${shown(loadedMs)} ms before)`,
  reference: '(client-node’s informer: stalls of 2 s)',
  reach: `≤ ${MOST_SYNC_SECONDS} s`,
  verdict: verdictOf(sync.seconds <= MOST_SYNC_SECONDS && pods.length === PODS),
});
report({
  work: 'longest stall of the loop: sync, 100 events a second, list anew',
  measured: [sync, busy, relist].map(({ stallMs, stallCpuMs }) => `${shown(stallCpuMs)} CPU ms (${shown(stallMs)} ms)`).join(', '),
  reference: '(2,000 ms)',
  reach: `≤ ${MOST_STALL_MS} CPU ms`,
  verdict: verdictOf([sync, busy, relist].every(({ stallCpuMs }) => stallCpuMs <= MOST_STALL_MS) && changes > 0),
});
report({
  work: 'memory when they are known',
  measured: `${shown(rss / 2 ** 20)} MiB RSS; live heap ${shown(before.heap)} → ${shown(after.heap)} MiB, RSS before ${shown(before.rss)}`,
  reference: '(client-node’s informer: 576 MB)',
  reach: `≤ ${MOST_RSS_MIB} MiB`,
  verdict: verdictOf(rss / 2 ** 20 <= MOST_RSS_MIB),
});
report({
  work: `${CHANGES_PER_SECOND} events a second`,
  measured: `${shown(100 * busyShare)} % of a core, ${changes} changes in ${shown(busy.seconds)} s`,
  reference: '',
  reach: '',
  verdict: 'for information',
});

async function beBusy(): Promise<void> {
  for (let tenth = 0; tenth < BUSY_SECONDS * 10; tenth += 1) {
    server.send({ change: CHANGES_PER_SECOND / 10 });
    await pause(100);
    cluster.snapshot();
  }
}

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Longest time that the loop stood still. */
  readonly stallMs: number;
  /** Most CPU time of the main thread between two looks, which other work on the machine does not lengthen; two turns of the loop may be in it. */
  readonly stallCpuMs: number;
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const [beginMs, beginCpuMs] = [performance.now(), cpuMs()];
  let stallCpuMs = 0;
  let lookedMs = threadCpuMs();
  const look = setInterval(() => {
    const nowMs = threadCpuMs();
    stallCpuMs = Math.max(stallCpuMs, nowMs - lookedMs);
    lookedMs = nowMs;
  }, 1);
  delay.enable();
  await work();
  delay.disable();
  clearInterval(look);
  const seconds = (performance.now() - beginMs) / 1000;
  return { seconds, cpuSeconds: (cpuMs() - beginCpuMs) / 1000, stallMs: delay.max / 1e6, stallCpuMs };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
