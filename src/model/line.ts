// One line of an exposition, read once, and what its numbers are written to.
import type { Scale } from '../lib/scale.ts';
import type { Labels } from './labels.ts';

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';

/** A series as the exposition says it, without a value. */
export interface Line {
  /** With the metric's name under `__name__`. */
  readonly labels: Labels;
  /** The TYPE of its family; `unknown` when the text has none or one that is not known. */
  readonly type: MetricType;
}

/** One series that a line feeds, decided when the line is first seen. */
export interface RowWrite {
  /** The series' labels with the name; the target's labels are added below these, and an empty value here hides one of them. */
  readonly labels: Labels;
  /** From the exposition's unit to the series' unit. */
  readonly scale: Scale;
  /** Values that stand for "not known" and are not written. */
  readonly isBlank?: (value: number) => boolean;
  /** Instead of `scale`, where the value depends on earlier ones of the target: NaN is not written. To be called once per value said. */
  readonly convert?: (value: number) => number;
}
