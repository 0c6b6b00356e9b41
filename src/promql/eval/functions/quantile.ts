// Quantiles of values: quantile_over_time, and the median of deviations from a median.
import type { SampleWindow } from '../../../model/sample-source.ts';
import { quantileOf } from '../aggregations/quantiles.ts';
import { type Place, warning } from '../annotations.ts';
import { printShortest } from '../labels/go-text.ts';
import type { Run } from '../running/run.ts';
import type { RangeReduce } from '../step.ts';
import { placeOfArgument } from './call.ts';
import type { BindRange } from './map.ts';

/** The first argument is the quantile. */
export const quantileOverTime: BindRange = ([quantile = Number.NaN], { run, context }): RangeReduce => {
  warnOfQuantile(quantile, { run, place: placeOfArgument(context, 0) });
  return ({ values, length }) => quantileOf(values.slice(0, length), quantile);
};

/** Median absolute deviation. */
export function madOverTime({ values, length }: SampleWindow): number {
  const own = values.slice(0, length);
  const median = quantileOf(own, 0.5);
  return quantileOf(
    own.map((value) => Math.abs(value - median)),
    0.5,
  );
}

/** A warning unless the quantile is between 0 and 1. */
export function warnOfQuantile(quantile: number, { run, place }: { readonly run: Run; readonly place: Place }): void {
  if (quantile >= 0 && quantile <= 1) return;
  run.usage.annotate(warning(`quantile value should be between 0 and 1, got ${printShortest(quantile)}`, place));
}
