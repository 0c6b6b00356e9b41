// The one table of what functions take and return: https://prometheus.io/docs/prometheus/latest/querying/functions/.
import type { ValueType } from './ast.ts';

export interface Signature {
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  readonly optional: number;
  /** The last argument may be said any number of times more: at most so many. */
  readonly more: number;
  readonly returns: ValueType;
  /** Prometheus has it behind `--enable-feature=promql-experimental-functions`. */
  readonly isExperimental: boolean;
}

const ANY_NUMBER = Number.POSITIVE_INFINITY;
/** What `histogram_quantiles` takes after its first quantile. */
const MORE_QUANTILES = 9;

const OF_EACH_SAMPLE =
  'abs acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sqrt tan tanh timestamp';
const OF_TIME = 'day_of_month day_of_week day_of_year days_in_month hour minute month year';
const OF_WHOLE_VECTORS = 'absent sort sort_desc';
const OF_NATIVE_HISTOGRAMS = 'histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum';
const OF_RANGES =
  'absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time';
const EXPERIMENTS_ON_RANGES =
  'first_over_time mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time';

/** By name, as `rate`; names are case-sensitive. */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ...each(`${OF_EACH_SAMPLE} ${OF_WHOLE_VECTORS} ${OF_NATIVE_HISTOGRAMS}`, takes('vector')),
  ...each(OF_TIME, { ...takes('vector'), optional: 1 }),
  ...each(OF_RANGES, takes('range')),
  ...each(EXPERIMENTS_ON_RANGES, { ...takes('range'), isExperimental: true }),
  ['clamp', takes('vector', 'scalar', 'scalar')],
  ['clamp_max', takes('vector', 'scalar')],
  ['clamp_min', takes('vector', 'scalar')],
  ['double_exponential_smoothing', { ...takes('range', 'scalar', 'scalar'), isExperimental: true }],
  ['histogram_fraction', takes('scalar', 'scalar', 'vector')],
  ['histogram_quantile', takes('scalar', 'vector')],
  ['histogram_quantiles', { ...takes('vector', 'string', 'scalar'), more: MORE_QUANTILES, isExperimental: true }],
  ['info', { ...takes('vector', 'vector'), optional: 1, isExperimental: true }],
  ['label_join', { ...takes('vector', 'string', 'string', 'string'), optional: 1, more: ANY_NUMBER }],
  ['label_replace', takes('vector', 'string', 'string', 'string', 'string')],
  ['pi', { ...takes(), returns: 'scalar' }],
  ['predict_linear', takes('range', 'scalar')],
  ['quantile_over_time', takes('scalar', 'range')],
  ['round', { ...takes('vector', 'scalar'), optional: 1 }],
  ['scalar', { ...takes('vector'), returns: 'scalar' }],
  ['sort_by_label', { ...takes('vector', 'string'), optional: 1, more: ANY_NUMBER, isExperimental: true }],
  ['sort_by_label_desc', { ...takes('vector', 'string'), optional: 1, more: ANY_NUMBER, isExperimental: true }],
  ['time', { ...takes(), returns: 'scalar' }],
  ['vector', takes('scalar')],
]);

function takes(...args: readonly ValueType[]): Signature {
  return { args, optional: 0, more: 0, returns: 'vector', isExperimental: false };
}

function each(names: string, signature: Signature): [string, Signature][] {
  return names.split(' ').map((name) => [name, signature]);
}
