// How fast counters and gauges change: rate, increase, delta, irate, idelta.
import { floatAt } from '../../../lib/columns.ts';
import type { GrowthColumns, SampleWindow } from '../../../model/sample-source.ts';
import { nameDropper } from '../labels/distinct.ts';
import { type RangeBounds, rangeArgument, type Step } from '../step.ts';
import { ABSENT, type Vector } from '../vector.ts';
import { type CallContext, type FunctionBuild, placeOfArgument } from './call.ts';
import { noteNonCounters } from './non-counters.ts';

export const rate: FunctionBuild = (args, context) => counterStep(args, { context, perSeconds: ({ seconds }) => seconds });

export const increase: FunctionBuild = (args, context) => counterStep(args, { context, perSeconds: () => 1 });

interface CounterCall {
  readonly context: CallContext;
  /** What the growth over the range is divided by. */
  readonly perSeconds: (bounds: RangeBounds) => number;
}

function counterStep(args: readonly Step[], { context, perSeconds }: CounterCall): Step {
  const range = rangeArgument(args, 0);
  const dropName = nameDropper(context.settings);
  const note = noteNonCounters(placeOfArgument(context, 0));
  return {
    type: 'vector',
    run: (run) => {
      const vector = range.grow(run, (columns, about) => extrapolateCounters(columns, { ...about, perSeconds: perSeconds(about.bounds) }));
      note(vector, run);
      return dropName(vector);
    },
  };
}

/** The part of a range that samples cover, and what is to be added to it at its ends. Times in seconds. */
interface Cover {
  covered: number;
  before: number;
  after: number;
}

/**
 * As `extrapolatedRate` of Prometheus 3 (promql/functions.go): a gap at an end of less than 1.1 mean intervals is filled,
 * of a larger one half an interval.
 */
function coverOf(
  first: number,
  last: number,
  about: { readonly samples: number; readonly bounds: RangeBounds; readonly into: Cover },
): void {
  const { samples, bounds, into } = about;
  const covered = (last - first) / 1000;
  const interval = covered / (samples - 1);
  const gapBefore = (first - bounds.fromMs) / 1000;
  const gapAfter = (bounds.toMs - last) / 1000;
  into.covered = covered;
  into.before = gapBefore >= interval * 1.1 ? interval / 2 : gapBefore;
  into.after = gapAfter >= interval * 1.1 ? interval / 2 : gapAfter;
}

interface Extrapolation {
  readonly bounds: RangeBounds;
  /** Position of the first of these series in `into`. */
  readonly from: number;
  readonly into: Vector;
  readonly perSeconds: number;
}

/** Absent with fewer than two samples. Rows of one target have their times in common, so most of this is done once for them. */
function extrapolateCounters(rows: GrowthColumns, { bounds, from, into, perSeconds }: Extrapolation): void {
  const cover: Cover = { covered: 0, before: 0, after: 0 };
  const { values, newestMs } = into;
  let firstMs = Number.NaN;
  let lastMs = Number.NaN;
  let samples = 0;
  let factor = Number.NaN;
  for (let at = 0; at < rows.length; at += 1) {
    if (rows.firstMs[at] !== firstMs || rows.lastMs[at] !== lastMs || rows.samples[at] !== samples) {
      firstMs = floatAt(rows.firstMs, at);
      lastMs = floatAt(rows.lastMs, at);
      samples = floatAt(rows.samples, at);
      coverOf(firstMs, lastMs, { samples, bounds, into: cover });
      factor = (cover.covered + cover.before + cover.after) / cover.covered / perSeconds;
    }
    const growth = floatAt(rows.growth, at);
    const first = floatAt(rows.first, at);
    newestMs[from + at] = samples < 2 ? ABSENT : lastMs;
    // A counter is never continued back past zero.
    const sinceZero = growth > 0 && first >= 0 ? cover.covered * (first / growth) : cover.before;
    values[from + at] =
      growth * (sinceZero < cover.before ? (cover.covered + sinceZero + cover.after) / cover.covered / perSeconds : factor);
  }
}

/** Of gauges: what falls counts too. */
export function delta({ timesMs, values, length }: SampleWindow, bounds: RangeBounds): number | undefined {
  if (length < 2) return undefined;
  const cover: Cover = { covered: 0, before: 0, after: 0 };
  coverOf(floatAt(timesMs, 0), floatAt(timesMs, length - 1), { samples: length, bounds, into: cover });
  return (floatAt(values, length - 1) - floatAt(values, 0)) * ((cover.covered + cover.before + cover.after) / cover.covered);
}

/** Per second between the last two samples; after a restart all that the counter shows is new. */
export function irate({ timesMs, values, length }: SampleWindow): number | undefined {
  if (length < 2) return undefined;
  const seconds = (floatAt(timesMs, length - 1) - floatAt(timesMs, length - 2)) / 1000;
  const previous = floatAt(values, length - 2);
  const last = floatAt(values, length - 1);
  return (last < previous ? last : last - previous) / seconds;
}

/** Between the last two samples; what falls counts too. */
export function idelta({ values, length }: SampleWindow): number | undefined {
  return length < 2 ? undefined : floatAt(values, length - 1) - floatAt(values, length - 2);
}
