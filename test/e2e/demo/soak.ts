// The demo for minutes: served in-flight against the fleet's own truth, and memory that must not grow.
// Run by `npm run test:e2e:demo`; E2E_FULL=1 takes ten minutes, the short form little more than two.
import { openDemo } from '../../../src/cli/demo.ts';
import { demoFleet } from '../../../src/fleet/demo.ts';
import { createFleet } from '../../../src/fleet/fleet.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { readInflight } from './read-inflight.ts';
import { TruthRecorder } from './truth.ts';

const isFull = process.env['E2E_FULL'] === '1';
const DURATION_MS = isFull ? 600_000 : 130_000;
/** Memory is compared from here on: the retention is full, and everything was used once. */
const SETTLED_MS = isFull ? 240_000 : 80_000;
const WINDOW_MS = 60_000;
/** The live window is three scrape intervals. */
const READS = 3;
const SAMPLE_MS = 5;
const P95_LIMIT = 0.05;
/** Below this an error of a fraction of a request is a large share of nearly nothing. */
const LEAST_INFLIGHT = 2;
const GROWTH_LIMIT = 0.05;

const clock = systemClock();
const startMs = clock.nowMs();
const recorder = new TruthRecorder(createFleet(demoFleet(), { seed: 1, startMs }));
const log: string[] = [];
const { server, served } = await openDemo({
  fleet: recorder.observed(() => clock.nowMs()),
  clock,
  overrides: [
    { path: ['retention'], value: '2m' },
    { path: ['metrics_api', 'listen'], value: '127.0.0.1:0' },
    { path: ['telemetry', 'listen'], value: '127.0.0.1:0' },
  ],
  writeLog: (line) => log.push(line),
});
const stop = new AbortController();
const running = server.run(stop.signal);

const errors: number[] = [];
const heaps: { readonly atMs: number; readonly bytes: number }[] = [];
let nextQuestionMs = startMs + 1_000;
let nextHeapMs = startMs + SETTLED_MS;
while (clock.nowMs() < startMs + DURATION_MS) {
  await clock.sleep(SAMPLE_MS);
  recorder.sample(clock.nowMs());
  if (clock.nowMs() >= nextQuestionMs) {
    nextQuestionMs += 1_000;
    await compare();
  }
  if (clock.nowMs() >= nextHeapMs) {
    nextHeapMs += 5_000;
    globalThis.gc?.();
    heaps.push({ atMs: clock.nowMs(), bytes: process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers });
  }
}
stop.abort();
await running;
await served.close();
process.exitCode = summary() ? 0 : 1;

async function compare(): Promise<void> {
  const atMs = clock.nowMs();
  const values = await readInflight(server.metricsApiUrl);
  recorder.sample(clock.nowMs());
  let servedTotal = 0;
  let trueTotal = 0;
  for (const [pod, value] of values) {
    const truth = recorder.inflight(pod, { atMs, reads: READS, windowMs: WINDOW_MS });
    if (truth === undefined || atMs < startMs + WINDOW_MS + 10_000) return;
    note(value, truth);
    servedTotal += value;
    trueTotal += truth;
  }
  note(servedTotal, trueTotal);
}

function note(value: number, truth: number): void {
  if (truth >= LEAST_INFLIGHT) errors.push(Math.abs(value - truth) / truth);
}

function summary(): boolean {
  errors.sort((a, b) => a - b);
  const p95 = errors[Math.floor(0.95 * errors.length)] ?? Number.POSITIVE_INFINITY;
  const early = meanBytes(heaps.slice(0, Math.ceil(heaps.length / 3)));
  const late = meanBytes(heaps.slice(-Math.ceil(heaps.length / 3)));
  const growth = late / early - 1;
  const bad = log.filter((line) => /"level":"(?:error|fatal)"/.test(line));
  process.stdout.write(
    `demo for ${DURATION_MS / 1000} s: ${errors.length} comparisons of in-flight ≥ ${LEAST_INFLIGHT}\n` +
      `  error p50 ${percent(errors[Math.floor(0.5 * errors.length)])} p95 ${percent(p95)} (limit ${percent(P95_LIMIT)}) max ${percent(errors.at(-1))}\n` +
      `  memory after ${SETTLED_MS / 1000} s: ${mebibytes(early)} then ${mebibytes(late)}, ${percent(growth)} (limit ${percent(GROWTH_LIMIT)})\n` +
      `  errors in the log: ${bad.length}\n`,
  );
  return errors.length > 0 && p95 <= P95_LIMIT && growth <= GROWTH_LIMIT && bad.length === 0;
}

function meanBytes(of: readonly { readonly bytes: number }[]): number {
  let total = 0;
  for (const { bytes } of of) total += bytes;
  return total / of.length;
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(2)} %`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
