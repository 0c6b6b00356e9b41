// What is said of histograms whose counts fell from a bucket to the next: one sentence for all of a query, or for each metric that is named.
import { type Annotation, info, type Place } from '../annotations.ts';
import { printShortest } from '../labels/go-text.ts';
import type { Run } from '../running/run.ts';
import type { Falls } from './bucket-quantile.ts';
import { printDigits } from './print-number.ts';

const PROBLEM =
  'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';
/** Of the largest difference. */
const DIGITS = 2;
/** Under which a query keeps what was noted. */
const NOTED = {};

export interface MetricFalls extends Falls {
  /** What is said of the metric, if anything. */
  readonly metric: string;
}

interface Noted extends MetricFalls {
  readonly place: Place;
  readonly fromMs: number;
  readonly toMs: number;
  readonly samples: number;
}

/** Of one call: what was noted at its last instant, and at all before. */
interface Notes {
  readonly last: Noted;
  readonly before: Noted | undefined;
}

/** Of one call in an expression. What is handed over is all of an instant: a run that is begun anew says it again, and it counts once. */
export function fallsNoter(place: Place): (falls: readonly MetricFalls[], run: Run) => void {
  const call = {};
  return (falls, run) => {
    for (const metric of new Set(falls.map((fall) => fall.metric))) {
      noteOfMetric(
        falls.filter((fall) => fall.metric === metric),
        { metric, place, call, run },
      );
    }
  };
}

interface Told {
  readonly metric: string;
  readonly place: Place;
  readonly call: object;
  readonly run: Run;
}

function noteOfMetric(falls: readonly MetricFalls[], { metric, place, call, run }: Told): void {
  const { timeMs, query, usage } = run;
  const last = sumOf(falls.map((fall): Noted => ({ ...fall, place, fromMs: timeMs, toMs: timeMs, samples: 1 })));
  if (last === undefined) return;
  const byMetric = (query.once.get(NOTED) as Map<string, Map<object, Notes>> | undefined) ?? new Map<string, Map<object, Notes>>();
  query.once.set(NOTED, byMetric);
  const byCall = byMetric.get(metric) ?? new Map<object, Notes>();
  byMetric.set(metric, byCall);
  const known = byCall.get(call);
  byCall.set(call, { last, before: known?.last.toMs === timeMs ? known.before : sumOf([known?.before, known?.last]) });
  const calls = [...byCall.values()].sort((one, other) => one.last.place.rank - other.last.place.rank);
  const all = sumOf(calls.flatMap((notes) => [notes.before, notes.last]));
  if (all !== undefined) usage.annotate(saidOf(all));
}

/** The place of the first one stays. */
function sumOf(parts: readonly (Noted | undefined)[]): Noted | undefined {
  let sum: Noted | undefined;
  for (const part of parts) if (part !== undefined) sum = sum === undefined ? part : together(sum, part);
  return sum;
}

function together(one: Noted, other: Noted): Noted {
  return {
    metric: one.metric,
    place: one.place,
    lowestBound: Math.min(one.lowestBound, other.lowestBound),
    highestBound: Math.max(one.highestBound, other.highestBound),
    largest: Math.max(one.largest, other.largest),
    fromMs: Math.min(one.fromMs, other.fromMs),
    toMs: Math.max(one.toMs, other.toMs),
    samples: one.samples + other.samples,
  };
}

function saidOf({ metric, lowestBound, highestBound, largest, samples, fromMs, toMs, place }: Noted): Annotation {
  const figures = `from buckets ${printShortest(lowestBound)} to ${printShortest(highestBound)}, with a max diff of ${printDigits(largest, DIGITS)}`;
  const times = `over ${samples} samples from ${printSecond(fromMs)} to ${printSecond(toMs)}`;
  const problem = `${PROBLEM}${metric}`;
  const { kind, text } = info(`${problem}, ${figures}, ${times}`, place);
  // Each says all that was noted until then.
  return { kind, text, problem: info(problem, place).problem, rank: Number.POSITIVE_INFINITY };
}

/** RFC 3339 in UTC, without parts of seconds. */
function printSecond(timeMs: number): string {
  return `${new Date(Math.trunc(timeMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
