// Values during evaluation: columns beside a list of series, so that a step over thousands makes no objects.
import { floatAt } from '../../lib/columns.ts';
import type { SeriesList } from './labels/series-list.ts';
import type { Mark, Scratch } from './running/scratch.ts';

/** In `newestMs`: the series has no value at this instant. */
export const ABSENT = Number.NaN;
/** In `newestMs`: there is a value, and no sample went into it. */
export const NO_SAMPLE = Number.NEGATIVE_INFINITY;

/** Valid until the run ends; a step may change in place what its operand gave it, since nobody else sees that. */
export interface Vector {
  readonly list: SeriesList;
  /** At least as long as the list; meaningless where absent. */
  readonly values: Float64Array;
  /** Time of the newest sample that contributed, or ABSENT, or NO_SAMPLE. Math.max keeps ABSENT. */
  readonly newestMs: Float64Array;
  /**
   * What is kept for the query, where the values were made of ranges of samples. Prometheus goes through such series one by one,
   * all steps of each: so two that lose what tells them apart may not have values even at different steps.
   */
  readonly overSteps?: Map<object, unknown>;
}

export interface Scalar {
  readonly value: number;
  /** As in a vector, never ABSENT. */
  readonly newestMs: number;
}

/** Where columns come from: a run. */
interface Columns {
  readonly scratch: Scratch;
}

/** With whatever was in its columns before. */
export function rawVector(list: SeriesList, { scratch }: Columns): Vector {
  return { list, values: scratch.column(list.size), newestMs: scratch.column(list.size) };
}

/** In columns that a step may write over. */
export function copyOf({ list, values, newestMs }: Vector, run: Columns): Vector {
  const copy = rawVector(list, run);
  copy.values.set(values);
  copy.newestMs.set(newestMs);
  return copy;
}

/** All absent. */
export function absentVector(list: SeriesList, run: Columns): Vector {
  const vector = rawVector(list, run);
  vector.newestMs.fill(ABSENT, 0, list.size);
  return vector;
}

/** The vector in the first columns after a mark; whatever else was taken since then is free again. */
export function movedDown({ list, values, newestMs }: Vector, { mark, run }: { readonly mark: Mark; readonly run: Columns }): Vector {
  run.scratch.release(mark);
  const moved = rawVector(list, run);
  // In this order: the second of the new columns may be the first of the old ones.
  moved.values.set(values.subarray(0, list.size));
  moved.newestMs.set(newestMs.subarray(0, list.size));
  return moved;
}

export function isPresent(vector: Vector, position: number): boolean {
  return !Number.isNaN(floatAt(vector.newestMs, position));
}
