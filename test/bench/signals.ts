// Every signal of the catalogue for a thousand pods, and for one: the store, the engine and the signals as they are served,
// beside Prometheus's engine, which is asked for the same numbers right after.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wire } from '../../src/app/wire.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { type Pod, podKey } from '../../src/model/pod.ts';
import { NAMESPACE } from './fleet.ts';
import { goProgram } from './go.ts';
import { cpuMs, quantile } from './measure.ts';
import { expressionOf } from './promql-questions.ts';
import { type PromqlReference, startReference } from './promql-reference.ts';
import { writeSeries } from './promql-series.ts';
import { report } from './report.ts';
import { createSignalsFleet, PODS } from './signals-fleet.ts';
import { type Measured, type Numbers, rowOf } from './signals-row.ts';
import { SteppedClock } from './stepped-clock.ts';

const INTERVAL_MS = 5000;
/** Scrapes come in five heaps, as phases are spread over the interval. */
const TICK_MS = 1000;
const ROUNDS = 60;
const WARM_UPS = 5;
const FIGURES = 9;
/** One question about one pod is too short to be measured. */
const SINGLE_PODS = 20;
/** Defaults of Plimsoll for targets that are scraped every five seconds. */
const WINDOWS = { windowMs: 60_000, liveWindowMs: 15_000 };

const built = goProgram('promql');
const clock = new SteppedClock();
const fleet = createSignalsFleet(clock, ROUNDS);
const { scraper, ingest, engine, signals, inventory } = wire({ ...fleet, clock, log: silentLog, meter: nullMeter });
for (let round = 0; round <= ROUNDS; round += 1) await scrapeAll();

const pods = inventory().allPods();
const singles = pods.filter((_, index) => index % (PODS / SINGLE_PODS) === SINGLE_PODS);
const names = signals.list().map(({ name }) => name);
/** When the reference's series end. */
const filledMs = clock.nowMs();
const told = new Map<string, { readonly all: Numbers; readonly one: Numbers }>();
for (const name of names) told.set(name, { all: await numbersOf(name, [pods]), one: await numbersOf(name, singles.map(onlyOf)) });
const reference = built.kind === 'built' ? await referenceOf(built.program) : built.why;

for (const turn of turnsOf(names)) {
  for (const [name, ours] of await measure(turn)) {
    const numbers = told.get(name) ?? { all: new Map(), one: new Map() };
    const theirs = typeof reference === 'string' ? reference : await measureReference(reference, name);
    report(rowOf({ name, ours, numbers, theirs }));
  }
}
if (typeof reference !== 'string') reference.stop();

/** One interval in which every target is scraped once. */
async function scrapeAll(): Promise<void> {
  for (let tick = 0; tick < INTERVAL_MS / TICK_MS; tick += 1) {
    clock.step(TICK_MS);
    scraper.tick();
    await scraper.idle();
  }
  ingest.sweep();
}

/** The values told for some pods, asked for in so many questions. */
async function numbersOf(signal: string, questions: readonly (readonly Pod[])[]): Promise<Numbers> {
  const numbers = new Map<string, number>();
  for (const about of questions) {
    for (const { pod, answer } of await signals.ofPods({ signal, pods: about, metricSelector: [] })) {
      if (answer.kind === 'value') numbers.set(podKey(pod), answer.value);
    }
  }
  return numbers;
}

/** One signal of Tritons and one of exporters share the scrapes before their questions; they read nothing in common. */
function turnsOf(all: readonly string[]): readonly (readonly string[])[] {
  const ofGpus = all.filter((name) => name.startsWith('gpu_'));
  const ofTritons = all.filter((name) => !name.startsWith('gpu_'));
  const turns = Math.max(ofGpus.length, ofTritons.length);
  return Array.from({ length: turns }, (_, turn) => [...ofTritons.slice(turn, turn + 1), ...ofGpus.slice(turn, turn + 1)]);
}

/**
 * Before each timed question all targets were scraped again, so that nothing can be answered from memory of the last answer.
 * What follows from the question alone may be remembered: it was asked before those scrapes, as an autoscaler asks the same again.
 */
async function measure(turn: readonly string[]): Promise<ReadonlyMap<string, Measured>> {
  const times = turn.map((name) => ({ name, all: [] as number[], one: [] as number[] }));
  for (let figure = 0; figure < WARM_UPS + FIGURES; figure += 1) {
    for (const { name } of times) await cpuOf(name, [pods]);
    if (figure >= WARM_UPS) await scrapeAll();
    for (const { name, all, one } of times) {
      clock.step(1);
      all.push(await cpuOf(name, [[...pods]]));
      clock.step(1);
      one.push((await cpuOf(name, singles.map(onlyOf))) / SINGLE_PODS);
    }
  }
  return new Map(times.map(({ name, all, one }) => [name, measuredOf(all.slice(WARM_UPS), one.slice(WARM_UPS))]));
}

function measuredOf(all: readonly number[], one: readonly number[]): Measured {
  return { allMs: quantile(all, 0.5), mostMs: quantile(all, 1), oneMs: quantile(one, 0.5) };
}

async function cpuOf(signal: string, questions: readonly (readonly Pod[])[]): Promise<number> {
  // What rendering texts left behind is not the question's to clear away.
  globalThis.gc?.({ type: 'minor' });
  const startMs = cpuMs();
  for (const about of questions) await signals.ofPods({ signal, pods: about, metricSelector: [] });
  return cpuMs() - startMs;
}

function onlyOf(pod: Pod): readonly Pod[] {
  return [pod];
}

/** Prometheus's engine over what it would have scraped until now. */
async function referenceOf(program: string): Promise<PromqlReference> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  const file = join(folder, 'series');
  const everything = names.map((name) => expressionOf(name, { ...WINDOWS, matchers: '' })).join(' ');
  const facts = new Set(everything.match(/\b(?:gpu|triton_model)_\w+/g));
  const timesMs = Array.from({ length: ROUNDS }, (_, round) => filledMs - (ROUNDS - 1 - round) * INTERVAL_MS);
  try {
    await writeSeries(file, { fleet, engine, told: facts, timesMs });
    return await startReference(program, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureReference(promql: PromqlReference, signal: string): Promise<{ all: Reference; one: Reference }> {
  const ask = (matchers: readonly string[]): Promise<Reference> => {
    const expressions = matchers.map((one) => expressionOf(signal, { ...WINDOWS, matchers: one }));
    return promql.ask({ expressions, timeMs: filledMs, warmUps: 1, figures: FIGURES });
  };
  return {
    all: await ask([`namespace="${NAMESPACE}"`]),
    one: await ask(singles.map(({ namespace, name }) => `namespace="${namespace}",pod="${name}"`)),
  };
}

type Reference = Awaited<ReturnType<PromqlReference['ask']>>;
