// The one table of what functions do. What they take and return is syntax/signatures.ts.
import type { FunctionBuild } from './call.ts';
import { changes, resets } from './changes.ts';
import { pi, scalarOf, timeOf, vectorOf } from './convert.ts';
import { DATES } from './dates.ts';
import { histogramFraction, histogramQuantile, histogramQuantiles } from './histograms.ts';
import { info } from './info.ts';
import { labelJoin, labelReplace } from './labels.ts';
import { mapRange, mapRangeWith, mapVector, mapVectorWith } from './map.ts';
import { clampBetween, MATHS, roundTo } from './maths.ts';
import { ofNativeHistograms } from './native.ts';
import { firstOverTime, lastOverTime, OVER_TIME } from './over-time.ts';
import { absent, absentOverTime } from './presence.ts';
import { madOverTime, quantileOverTime } from './quantile.ts';
import { delta, idelta, increase, irate, rate } from './rate.ts';
import { deriv, predictLinear } from './regression.ts';
import { doubleExponentialSmoothing } from './smoothing.ts';
import { sortByLabel, sortByValue } from './sorting.ts';
import { timestamp } from './timestamp.ts';
import { TRIGONOMETRY } from './trigonometry.ts';

const TABLE: Readonly<Record<string, FunctionBuild>> = {
  ...each({ ...MATHS, ...TRIGONOMETRY }, mapVector),
  ...each(OVER_TIME, mapRange),
  ...DATES,
  absent,
  absent_over_time: absentOverTime,
  changes: mapRange(changes),
  clamp: mapVectorWith(clampBetween),
  clamp_max: mapVectorWith((most) => clampBetween(Number.NEGATIVE_INFINITY, most)),
  clamp_min: mapVectorWith((least) => clampBetween(least, Number.POSITIVE_INFINITY)),
  delta: mapRange(delta),
  deriv: mapRange(deriv),
  double_exponential_smoothing: mapRangeWith(0, doubleExponentialSmoothing),
  first_over_time: firstOverTime,
  histogram_avg: ofNativeHistograms,
  histogram_count: ofNativeHistograms,
  histogram_fraction: histogramFraction,
  histogram_quantile: histogramQuantile,
  histogram_quantiles: histogramQuantiles,
  histogram_stddev: ofNativeHistograms,
  histogram_stdvar: ofNativeHistograms,
  histogram_sum: ofNativeHistograms,
  idelta: mapRange(idelta),
  increase,
  info,
  irate: mapRange(irate),
  label_join: labelJoin,
  label_replace: labelReplace,
  last_over_time: lastOverTime,
  mad_over_time: mapRange(madOverTime),
  pi,
  predict_linear: mapRangeWith(0, predictLinear),
  quantile_over_time: mapRangeWith(1, quantileOverTime),
  rate,
  resets: mapRange(resets),
  round: mapVectorWith(roundTo),
  scalar: scalarOf,
  sort: sortByValue(1),
  sort_by_label: sortByLabel(1),
  sort_by_label_desc: sortByLabel(-1),
  sort_desc: sortByValue(-1),
  time: timeOf,
  timestamp,
  vector: vectorOf,
};

/** By name, as `rate`. */
export const FUNCTIONS: ReadonlyMap<string, FunctionBuild> = new Map(Object.entries(TABLE));

function each<T>(what: Readonly<Record<string, T>>, build: (one: T) => FunctionBuild): Record<string, FunctionBuild> {
  return Object.fromEntries(Object.entries(what).map(([name, one]) => [name, build(one)]));
}
