// A thousand autoscalers within a second, each about a pod of its own, as the signals answer them.
import { wire } from '../../src/app/wire.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import type { Pod } from '../../src/model/pod.ts';
import { cpuMs, quantile, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';
import { scrapeRound } from './scrape-round.ts';
import { createSignalsFleet } from './signals-fleet.ts';
import { SteppedClock } from './stepped-clock.ts';

const ROUNDS = 15;
const WARM_UPS = 3;
const FIGURES = 7;
const SECOND_MS = 1000;
const MOST_SHARE = 0.3;
/** What the example autoscalers follow, and a latency. */
const SIGNALS = ['triton_inflight_requests', 'triton_request_latency_seconds'];

const clock = new SteppedClock();
const plimsoll = wire({ ...createSignalsFleet(clock, ROUNDS), clock, log: silentLog, meter: nullMeter });
for (let round = 0; round < ROUNDS; round += 1) await scrapeRound(clock, plimsoll);
const pods = plimsoll.inventory().allPods();
for (const signal of SIGNALS) await measure(signal);

async function measure(signal: string): Promise<void> {
  const firstMs = await askedByAll(signal);
  const figures: number[] = [];
  for (let figure = -WARM_UPS; figure < FIGURES; figure += 1) {
    await scrapeRound(clock, plimsoll);
    const ms = await askedByAll(signal);
    if (figure >= 0) figures.push(ms);
  }
  const share = quantile(figures, 0.5) / SECOND_MS;
  report({
    work: `${pods.length} autoscalers within a second, each about another pod: ${signal}`,
    measured: `${shown(share * 100)} % of a core; when each asked for the first time ${shown((firstMs / SECOND_MS) * 100)} %`,
    reference: '–',
    reach: `≤ ${MOST_SHARE * 100} % of a core`,
    verdict: verdictOf(share <= MOST_SHARE),
  });
}

/** CPU milliseconds of one question by each. */
async function askedByAll(signal: string): Promise<number> {
  clock.step(1);
  globalThis.gc?.({ type: 'minor' });
  const startMs = cpuMs();
  for (const pod of pods) await ask(signal, pod);
  return cpuMs() - startMs;
}

async function ask(signal: string, pod: Pod): Promise<void> {
  const [told] = await plimsoll.signals.ofPods({ signal, pods: [pod], metricSelector: [] });
  if (told?.answer.kind !== 'value') throw new Error(`${signal} of ${pod.name} has no value: ${JSON.stringify(told)}`);
}
