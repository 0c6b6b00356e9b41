// Samples as both sides are given them.

/** A number as text, for a number of JSON is never NaN and has no −0; `stale` marks the end of a series. */
export type ValueText = string;

export interface SeriesData {
  readonly labels: Readonly<Record<string, string>>;
  /** Ascending; whole milliseconds. */
  readonly timesMs: readonly number[];
  readonly values: readonly ValueText[];
}

/** In the order in which both sides read them, which is the order of sums: see `sorted`. */
export type DataSet = readonly SeriesData[];

/** In the order of their labels. */
export function sorted(series: Iterable<SeriesData>): DataSet {
  const keyed = Array.from(series, (one) => ({ one, key: Object.entries(one.labels).sort().join('\u0000') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ one }) => one);
}

/** `String`, except for −0. */
export function valueText(value: number): ValueText {
  return Object.is(value, -0) ? '-0' : String(value);
}
