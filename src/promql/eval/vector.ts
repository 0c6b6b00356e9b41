// Values during evaluation: columns beside a list of series, so that a step over thousands makes two arrays and no objects.
import { numberAt } from './columns.ts';
import type { SeriesList } from './series-list.ts';

/** In `newestMs`: the series has no value at this instant. */
export const ABSENT = Number.NaN;
/** In `newestMs`: there is a value, and no sample went into it. */
export const NO_SAMPLE = Number.NEGATIVE_INFINITY;

export interface Vector {
  readonly list: SeriesList;
  /** Meaningless where absent. */
  readonly values: Float64Array;
  /** Time of the newest sample that contributed, or ABSENT, or NO_SAMPLE. Math.max keeps ABSENT. */
  readonly newestMs: Float64Array;
}

export interface Scalar {
  readonly value: number;
  /** As in a vector, never ABSENT. */
  readonly newestMs: number;
}

/** All absent. */
export function absentVector(list: SeriesList): Vector {
  return { list, values: new Float64Array(list.size), newestMs: new Float64Array(list.size).fill(ABSENT) };
}

export function isPresent(vector: Vector, position: number): boolean {
  return !Number.isNaN(numberAt(vector.newestMs, position));
}

export function mapValues(vector: Vector, change: (value: number) => number): Vector {
  return { ...vector, values: vector.values.map(change) };
}
