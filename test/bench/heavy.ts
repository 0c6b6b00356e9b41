// Eight clients that ask all there is, again and again, while three hundred servers are scraped: scrapes stay on time, and an autoscaler has its answers.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openServer } from '../../src/app/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { fleetSettings, NAMESPACE, playFleet } from './fleet.ts';
import { quantile, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';

const PODS = 300;
const MODELS = 3;
const WARM_UP_MS = 20_000;
const MEASURE_MS = 20_000;
const PAUSE_MS = '0';
const METRIC = 'triton_pending_requests';

const clock = systemClock();
const fleet = await playFleet({ pods: PODS, models: MODELS });
const server = await openServer({ settings: fleetSettings(fleet.addresses, MODELS), version: 'bench', writeLog: () => {} });
const stop = new AbortController();
const running = server.run(stop.signal);
await clock.sleep(WARM_UP_MS);

const custom = `${server.metricsApiUrl}/apis/custom.metrics.k8s.io/v1beta2/namespaces/${NAMESPACE}`;
const everything = encodeURIComponent('{__name__=~"nv_.+"}');
const heavy = [
  ...Array<string>(4).fill(`${server.telemetryUrl}/federate?match[]=${everything}`),
  ...Array<string>(2).fill(`${server.telemetryUrl}/metrics`),
  ...Array<string>(2).fill(`${custom}/pods/*/${METRIC}`),
];
const before = await failures();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const asked = await Promise.all([
  askFor(`${custom}/deployments.apps/triton/${METRIC}`, '50'),
  ...heavy.map((url) => askFor(url, PAUSE_MS)),
]);
delay.disable();
const after = await failures();
const [autoscaler, ...others] = asked.map(({ latencies }) => latencies);
const stallMs = delay.max / 1e6;
const failed = after.failed - before.failed;
const skipped = after.skipped - before.skipped;
report({
  work: `8 clients asking heavy questions without a pause while ${PODS} pods are scraped, ${others.flat().length} answers`,
  measured: `longest stall ${shown(stallMs)} ms, ${failed} scrapes failed, ${skipped} skipped; an autoscaler’s answer ${shown(quantile(autoscaler ?? [], 0.5))} ms p50, ${shown(quantile(autoscaler ?? [], 0.99))} ms p99`,
  reference: '',
  // A stall is told: what it may be is for test/app/heavy.test.ts, in processor time, for nine clients keep a small machine busy.
  reach: 'no scrape fails or is skipped',
  verdict: verdictOf(failed === 0 && skipped === 0),
});
stop.abort();
await running;
fleet.stop();

interface Failures {
  readonly failed: number;
  readonly skipped: number;
}

async function failures(): Promise<Failures> {
  const text = await (await fetch(`${server.telemetryUrl}/metrics`)).text();
  const sum = (pattern: RegExp): number => [...text.matchAll(pattern)].reduce((total, { groups }) => total + Number(groups?.['value']), 0);
  return {
    failed: sum(/^plimsoll_scrapes_total\{.*result="(?!success").*\} (?<value>\d+)$/gm),
    skipped: sum(/^plimsoll_scrapes_skipped_total\S* (?<value>\d+)$/gm),
  };
}

async function askFor(url: string, pauseMs: string): Promise<{ readonly latencies: readonly number[] }> {
  const child = fork(fileURLToPath(new URL('./asker.ts', import.meta.url)), [url, String(MEASURE_MS), pauseMs], { execArgv: [] });
  const [answered] = (await once(child, 'message')) as [{ readonly latencies: readonly number[] }];
  return answered;
}
