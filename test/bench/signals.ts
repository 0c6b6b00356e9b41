// Every signal of the catalogue for a thousand pods, and for one: the store, the engine and the signals as they are served,
// beside Prometheus's engine, which is asked for the same numbers right after.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wire } from '../../src/app/wire.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { type Pod, podKey } from '../../src/model/pod.ts';
import { goProgram } from '../e2e/go-program.ts';
import { NAMESPACE } from './fleet.ts';
import { cpuMs, quantile } from './measure.ts';
import { expressionOf } from './promql-questions.ts';
import { type PromqlReference, startReference } from './promql-reference.ts';
import { writeSeries } from './promql-series.ts';
import { report } from './report.ts';
import { scrapeRound } from './scrape-round.ts';
import { createSignalsFleet, PODS } from './signals-fleet.ts';
import { type Measured, type Numbers, rowOf } from './signals-row.ts';
import { SteppedClock } from './stepped-clock.ts';

const INTERVAL_MS = 5000;
const ROUNDS = 60;
const WARM_UPS = 5;
const FIGURES = 9;
/** Each is a mean already. */
const SINGLE_FIGURES = 5;
/** One question about one pod is too short to be measured. */
const SINGLE_PODS = 20;
/** Defaults of Plimsoll for targets that are scraped every five seconds, and for kubelets. */
const WINDOWS = { windowMs: 60_000, liveWindowMs: 15_000 };
const KUBELET_WINDOWS = { windowMs: 120_000, liveWindowMs: 90_000 };

const built = goProgram('bench/go/promql');
const clock = new SteppedClock();
const fleet = createSignalsFleet(clock, ROUNDS);
const plimsoll = wire({ ...fleet, clock, log: silentLog, meter: nullMeter });
const { engine, signals, inventory } = plimsoll;
for (let round = 0; round <= ROUNDS; round += 1) await scrapeRound(clock, plimsoll);

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

/** One signal of Tritons or kubelets and one of exporters share the scrapes before their questions; they read nothing in common. */
function turnsOf(all: readonly string[]): readonly (readonly string[])[] {
  const ofGpus = all.filter((name) => name.startsWith('gpu_'));
  const others = all.filter((name) => !name.startsWith('gpu_'));
  const turns = Math.max(ofGpus.length, others.length);
  return Array.from({ length: turns }, (_, turn) => [...others.slice(turn, turn + 1), ...ofGpus.slice(turn, turn + 1)]);
}

async function measure(turn: readonly string[]): Promise<ReadonlyMap<string, Measured>> {
  const all = await figuresOf(turn, { figures: FIGURES, questions: [pods] });
  const one = await figuresOf(turn, { figures: SINGLE_FIGURES, questions: singles.map(onlyOf) });
  const timesOf = (name: string): Measured => {
    const allMs = all.get(name) ?? [];
    return { allMs: quantile(allMs, 0.5), mostMs: quantile(allMs, 1), oneMs: quantile(one.get(name) ?? [], 0.5) };
  };
  return new Map(turn.map((name) => [name, timesOf(name)]));
}

interface Timing {
  readonly figures: number;
  /** About which pods; a figure is the mean over them. */
  readonly questions: readonly (readonly Pod[])[];
}

/**
 * CPU milliseconds of a question, for each signal. Before each figure all targets were scraped again, so that nothing can be answered
 * from memory of the last answer. What follows from the question alone may be remembered: autoscalers ask the same again.
 */
async function figuresOf(turn: readonly string[], { figures, questions }: Timing): Promise<ReadonlyMap<string, number[]>> {
  const times = new Map(turn.map((name): [string, number[]] => [name, []]));
  for (let figure = -WARM_UPS; figure < figures; figure += 1) {
    if (figure >= 0) await scrapeRound(clock, plimsoll);
    // What rendering texts left behind is not the question's to clear away.
    globalThis.gc?.({ type: 'minor' });
    for (const [name, spent] of times) {
      clock.step(1);
      const ms = await cpuOf(name, questions);
      if (figure >= 0) spent.push(ms);
    }
  }
  return times;
}

async function cpuOf(signal: string, questions: Timing['questions']): Promise<number> {
  const asked = questions.map((about) => ({ signal, pods: [...about], metricSelector: [] }));
  const startMs = cpuMs();
  for (const question of asked) await signals.ofPods(question);
  return (cpuMs() - startMs) / asked.length;
}

function windowsOf(signal: string): typeof WINDOWS {
  return /^(?:pod|node)_/.test(signal) ? KUBELET_WINDOWS : WINDOWS;
}

function onlyOf(pod: Pod): readonly Pod[] {
  return [pod];
}

/** Prometheus's engine over what it would have scraped until now. */
async function referenceOf(program: string): Promise<PromqlReference> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  const file = join(folder, 'series');
  const everything = names.map((name) => expressionOf(name, { ...windowsOf(name), matchers: '' })).join(' ');
  const facts = new Set(everything.match(/\b(?:(?:gpu|triton_model)_\w+|node_cpu_cores)/g));
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
    const expressions = matchers.map((one) => expressionOf(signal, { ...windowsOf(signal), matchers: one }));
    return promql.ask({ expressions, timeMs: filledMs, warmUps: 1, figures: SINGLE_FIGURES });
  };
  return {
    all: await ask([`namespace="${NAMESPACE}"`]),
    one: await ask(singles.map(({ namespace, name }) => `namespace="${namespace}",pod="${name}"`)),
  };
}

type Reference = Awaited<ReturnType<PromqlReference['ask']>>;
