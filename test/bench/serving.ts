// The HPA's question about a thousand pods over TLS, while their thousand servers are scraped.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openServer } from '../../src/app/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { fleetSettings, NAMESPACE, playFleet } from './fleet.ts';
import { cpuMs, quantile, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';

const PODS = 1000;
const MODELS = 6;
/** For rates to have two samples, and for the first compilation. */
const WARM_UP_MS = 20_000;
const MEASURE_MS = 15_000;
const MOST_CPU_MS = 1.5;
const MOST_P99_MS = 20;
const METRIC = 'triton_pending_requests';

const clock = systemClock();
const fleet = await playFleet({ pods: PODS, models: MODELS });
const server = await openServer({ settings: fleetSettings(fleet.addresses, MODELS), version: 'bench', writeLog: () => {} });
const stop = new AbortController();
const running = server.run(stop.signal);
await clock.sleep(WARM_UP_MS);

const url = `${server.metricsApiUrl}/apis/custom.metrics.k8s.io/v1beta2/namespaces/${NAMESPACE}/pods/*/${METRIC}`;
await askFor(5_000, url);
const scrapingMs = await cpuOver(() => clock.sleep(MEASURE_MS));
let answered: Asked = { latencies: [], bytes: 0 };
const togetherMs = await cpuOver(async () => {
  answered = await askFor(MEASURE_MS, url);
});
const cpu = (togetherMs - scrapingMs) / answered.latencies.length;
const p99 = quantile(answered.latencies, 0.99);
report({
  work: `pods/*/${METRIC} of ${PODS} pods over TLS while they are scraped, ${answered.latencies.length} answers of ${Math.round(answered.bytes / 1024)} KiB`,
  measured: `${shown(cpu)} CPU ms, ${shown(quantile(answered.latencies, 0.5))} ms p50, ${shown(p99)} ms p99`,
  reference: '(prometheus-adapter: 255 CPU ms, 282 ms p50)',
  reach: `≤ ${MOST_CPU_MS} CPU ms, p99 ≤ ${MOST_P99_MS} ms`,
  verdict: verdictOf(cpu <= MOST_CPU_MS && p99 <= MOST_P99_MS),
});
stop.abort();
await running;
fleet.stop();

async function cpuOver(work: () => Promise<unknown>): Promise<number> {
  const startMs = cpuMs();
  await work();
  return cpuMs() - startMs;
}

interface Asked {
  readonly latencies: readonly number[];
  readonly bytes: number;
}

/** Asks from another process, again and again. */
async function askFor(durationMs: number, from: string): Promise<Asked> {
  const child = fork(fileURLToPath(new URL('./asker.ts', import.meta.url)), [from, String(durationMs)], { execArgv: [] });
  const [asked] = (await once(child, 'message')) as [Asked];
  return asked;
}
