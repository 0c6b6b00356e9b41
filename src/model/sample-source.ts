// What an engine may ask of the place where samples are kept. Rows are small integers; nothing here makes objects per sample.
import type { Labels } from './labels.ts';
import type { Matcher } from './matcher.ts';

/** A series: an interned line at a target. Valid while `rowsVersion` stands still. */
export type RowId = number;

/** Rows in ascending order: those of one target mostly stand together. */
export type RowList = Int32Array;

/** A label's name or value. Equal texts have one id. */
export type TextId = number;
export const NO_TEXT: TextId = -1;

/** Reusable buffer for the samples of one row; grown by the source when it is too small. */
export interface SampleWindow {
  timesMs: Float64Array;
  values: Float64Array;
  length: number;
}

/** Beside rows that were asked about: the newest sample of each. */
export interface NewestColumns {
  readonly values: Float64Array;
  /** NaN where there is none, and the value then means nothing. */
  readonly newestMs: Float64Array;
}

/** What rates are made of, for some rows of a list. Reusable. */
export interface GrowthColumns {
  /** How many rows are filled in; all columns have room for the same number, one at least. */
  length: number;
  /** The first sample's value. */
  readonly first: Float64Array;
  /** Last sample − first sample; for counters with what was lost at each fall added back (it restarted from zero). */
  readonly growth: Float64Array;
  readonly firstMs: Float64Array;
  readonly lastMs: Float64Array;
  /** How many there are; with 0 the other columns mean nothing. */
  readonly samples: Float64Array;
}

/** (fromMs, toMs]: the near end is left out. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Instants `firstMs`, `firstMs + stepMs`, …: `count` of them, from each of which a question looks back. */
export interface Instants {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly count: number;
  readonly lookbackMs: number;
}

export interface SampleSource {
  /** Changes whenever a row appears or is freed: what was computed from `select` is valid for as long as it stands still. */
  readonly rowsVersion: number;
  /** True when none of the rows, which were there at that version, has gone or become another since. */
  areOlder(rows: RowList, version: number): boolean;
  /** Rows whose labels satisfy every matcher; the array belongs to the source and must not be changed. */
  select(matchers: readonly Matcher[]): RowList;
  /** The series' labels, the metric's name under `__name__`; made anew at each call. */
  labels(row: RowId): Labels;
  /** One label of each row by the ids of texts; NO_TEXT where it has none. An id is good for as long as a row has the text. */
  labelIds(rows: RowList, name: string): Int32Array;
  /** '' for NO_TEXT. */
  text(id: TextId): string;
  /** NO_TEXT where no series says it. */
  textId(text: string): TextId;
  /** Every label that one of the rows may have. */
  labelNames(rows: RowList): ReadonlySet<string>;
  /** Of the row: a small integer, which may be another's when the version changes. */
  target(row: RowId): number;
  /** By the number that `target` says. */
  targetId(target: number): string;
  /**
   * Calls `visit` with the position of each row in turn, when `window` holds its samples of a range: oldest first, without those
   * marked stale. NaN is a value like any other here. What `visit` throws ends it.
   */
  readEach(rows: RowList, range: TimeRange, to: { readonly window: SampleWindow; readonly visit: (position: number) => void }): void;
  /**
   * Fills the columns with each row's newest sample of a range: none when the row was stale by then (its target was read or missed
   * later without it). Returns how many there are.
   */
  readNewest(rows: RowList, range: TimeRange, into: NewestColumns): number;
  /** As readNewest at each of the instants: the columns hold all rows at the first one, then all rows at the next. */
  readNewestOver(rows: RowList, instants: Instants, into: NewestColumns): void;
  /**
   * Fills the columns with the growth over a range, as counters grow, of the rows from position `from` on: as many as there is room for.
   * So a long list is read in pieces that stay close to the processor.
   */
  readGrowth(rows: RowList, range: TimeRange, to: { readonly from: number; readonly into: GrowthColumns }): void;
}

export function growthColumns(room: number): GrowthColumns {
  const column = (): Float64Array => new Float64Array(room);
  return { length: 0, first: column(), growth: column(), firstMs: column(), lastMs: column(), samples: column() };
}

export function sampleWindow(capacity = 64): SampleWindow {
  return { timesMs: new Float64Array(capacity), values: new Float64Array(capacity), length: 0 };
}
