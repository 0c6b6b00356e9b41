// A tenth of the pods replaced each minute, for thirty virtual minutes: memory must not grow.
import { wire } from '../../src/app/wire.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { fleetSettings } from './fleet.ts';
import { liveMib, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';
import { SteppedClock } from './stepped-clock.ts';
import { gpuUuid, podText } from './texts.ts';

const PODS = 300;
const MODELS = 6;
const INTERVAL_MS = 5000;
const TICK_MS = 500;
const MINUTES = 30;
/** Twice the retention: from here on as much leaves as comes. */
const SETTLED_MINUTES = 11;
const SIGNALS = ['triton_inflight_requests', 'gpu_utilization_ratio'];
const MOST_GROWTH = 0.05;

const clock = new SteppedClock();
const startMs = clock.nowMs();
let born = PODS;
let pods = [...Array(PODS).keys()];
let said = { seconds: -1, text: '' };
const { scraper, ingest, signals, inventory, apply } = wire({
  settings: settings(),
  clock,
  log: silentLog,
  meter: nullMeter,
  fetch: async (target) => ({ kind: 'body', bytes: textOf(Number(/\d+/.exec(target.labels.get('instance') ?? '')?.[0])) }),
});

const looks: { readonly heap: number; readonly rss: number }[] = [];
for (let minute = 0; minute < MINUTES; minute += 1) {
  for (let tick = 0; tick < 60_000 / TICK_MS; tick += 1) {
    clock.step(TICK_MS);
    scraper.tick();
    await scraper.idle();
    if (tick % 20 === 0) ingest.sweep();
  }
  for (const signal of SIGNALS) await signals.ofPods({ signal, pods: inventory().allPods(), metricSelector: [] });
  pods = [...pods.slice(PODS / 10), ...Array.from({ length: PODS / 10 }, () => born++)];
  apply(settings());
  const { heap, buffers, rss } = liveMib();
  if (minute >= SETTLED_MINUTES) looks.push({ heap: heap + buffers, rss });
}

const heapGrowth = growthOf(looks.map(({ heap }) => heap));
const rssGrowth = growthOf(looks.map(({ rss }) => rss));
report({
  work: `churn: ${PODS / 10} of ${PODS} pods replaced a minute for ${MINUTES} virtual minutes`,
  measured: `live heap ${percent(heapGrowth)}, RSS ${percent(rssGrowth)} from ${shown(looks[0]?.rss ?? 0)} MiB, in ${MINUTES - SETTLED_MINUTES} minutes`,
  reference: '',
  reach: 'flat: below 5 %',
  verdict: verdictOf(heapGrowth < MOST_GROWTH && rssGrowth < MOST_GROWTH),
});

function settings(): ReturnType<typeof fleetSettings> {
  return fleetSettings(
    pods.map((pod) => `pod-${pod}:8002`),
    MODELS,
  );
}

function textOf(pod: number): Uint8Array {
  const seconds = 1000 + Math.floor((clock.nowMs() - startMs) / INTERVAL_MS) * 5;
  if (seconds !== said.seconds) said = { seconds, text: podText({ models: MODELS, gpuUuid: gpuUuid(0), seconds }) };
  return new TextEncoder().encode(said.text.replaceAll(gpuUuid(0), gpuUuid(pod)));
}

/** The mean of the last third against that of the first. */
function growthOf(figures: readonly number[]): number {
  const third = Math.floor(figures.length / 3);
  return mean(figures.slice(-third)) / mean(figures.slice(0, third)) - 1;
}

function mean(figures: readonly number[]): number {
  let sum = 0;
  for (const figure of figures) sum += figure;
  return sum / figures.length;
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`;
}
