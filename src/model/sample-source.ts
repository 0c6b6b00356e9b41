// What an engine may ask of the place where samples are kept. Rows are small integers; nothing here makes objects per sample.
import type { Labels } from './labels.ts';
import type { Matcher } from './matcher.ts';

/** A series: an interned line at a target. Valid while `rowsVersion` stands still. */
export type RowId = number;

/** Reusable buffer for the samples of one row; grown by the source when it is too small. */
export interface SampleWindow {
  timesMs: Float64Array;
  values: Float64Array;
  length: number;
}

export interface SampleSource {
  /** Changes whenever a row appears or is freed: what was computed from `select` is valid for as long as it stands still. */
  readonly rowsVersion: number;
  /** Rows whose labels satisfy every matcher, in ascending order; the array belongs to the source and must not be changed. */
  select(matchers: readonly Matcher[]): readonly RowId[];
  /** The series' labels, the metric's name under `__name__`; the same object for every call about one row. */
  labels(row: RowId): Labels;
  targetId(row: RowId): string;
  /**
   * Fills `into` with the samples of (fromMs, toMs], oldest first, without those marked stale.
   * NaN is a value like any other here.
   */
  read(row: RowId, fromMs: number, toMs: number, into: SampleWindow): void;
  /**
   * Puts the newest sample of (fromMs, toMs] into `into` (length 1), or length 0 when there is none
   * or the row was stale by then (its target was read or missed later without it).
   */
  readNewest(row: RowId, fromMs: number, toMs: number, into: SampleWindow): void;
}

export function sampleWindow(capacity = 64): SampleWindow {
  return { timesMs: new Float64Array(capacity), values: new Float64Array(capacity), length: 0 };
}
