// Quantiles of values: quantile_over_time, and the median of deviations from a median.
import { floatAt } from '../../../lib/columns.ts';
import type { SampleWindow } from '../../../model/sample-source.ts';
import { type Place, warning } from '../annotations.ts';
import type { Run } from '../run.ts';
import type { RangeReduce } from '../step.ts';
import { placeOfArgument } from './call.ts';
import type { BindRange } from './map.ts';
import { printGeneral } from './print-number.ts';

/** Up to so many Go's sort keeps equal values in their order; beyond, a zero may be in front of a negative one or behind it. */
const MOST_IN_ORDER = 12;

/** The first argument is the quantile. */
export const quantileOverTime: BindRange = ([quantile = Number.NaN], { run, context }): RangeReduce => {
  warnOfQuantile(quantile, { run, place: placeOfArgument(context, 0) });
  return ({ values, length }) => quantileOf(quantile, values.slice(0, length));
};

/** Median absolute deviation. */
export function madOverTime({ values, length }: SampleWindow): number {
  const own = values.slice(0, length);
  const median = quantileOf(0.5, own);
  return quantileOf(
    0.5,
    own.map((value) => Math.abs(value - median)),
  );
}

/** A warning unless the quantile is between 0 and 1. */
export function warnOfQuantile(quantile: number, { run, place }: { readonly run: Run; readonly place: Place }): void {
  if (quantile >= 0 && quantile <= 1) return;
  run.usage.annotate(warning(`quantile value should be between 0 and 1, got ${printGeneral(quantile)}`, place));
}

/**
 * Between the two nearest values in proportion. Beyond 0 and 1 it is infinite; without values, or for NaN, it is NaN.
 * Puts the values in order, NaN first.
 */
export function quantileOf(quantile: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  putInOrder(values);
  const rank = quantile * (values.length - 1);
  const below = Math.floor(rank);
  const weight = rank - below;
  return floatAt(values, below) * (1 - weight) + floatAt(values, Math.min(values.length - 1, below + 1)) * weight;
}

function putInOrder(values: Float64Array): void {
  if (values.length > MOST_IN_ORDER) {
    values.sort();
    const numbers = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
    // ECMAScript has NaN last.
    values.copyWithin(values.length - numbers, 0, numbers).fill(Number.NaN, 0, values.length - numbers);
    return;
  }
  for (let end = 1; end < values.length; end += 1) {
    const value = floatAt(values, end);
    let at = end;
    for (; at > 0 && isBefore(value, floatAt(values, at - 1)); at -= 1) values[at] = floatAt(values, at - 1);
    values[at] = value;
  }
}

function isBefore(value: number, other: number): boolean {
  return value < other || (Number.isNaN(value) && !Number.isNaN(other));
}
