// Quantiles of a classic histogram, as if its observations were spread evenly in each bucket.
import { floatAt } from '../../../lib/columns.ts';

/** Buckets by upper bound, lowest first; counts are cumulative. */
export interface Buckets {
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
  length: number;
}

/** Counts that fell from a bucket to the next higher one, which no histogram's do. */
export interface Falls {
  readonly lowestBound: number;
  readonly highestBound: number;
  readonly largest: number;
}

export interface BucketQuantile {
  readonly value: number;
  /** Undefined when no count had to be raised. */
  readonly falls: Falls | undefined;
}

/** Counts that differ by less, in proportion, differ by rounding: Prometheus's own figure (promql/quantile.go). */
const TOLERANCE = 1e-12;
const SMALLEST_NORMAL = 2 ** -1022;

export function bucketQuantile(quantile: number, buckets: Buckets): BucketQuantile {
  if (Number.isNaN(quantile)) return { value: Number.NaN, falls: undefined };
  if (quantile < 0) return { value: Number.NEGATIVE_INFINITY, falls: undefined };
  if (quantile > 1) return { value: Number.POSITIVE_INFINITY, falls: undefined };
  if (!coversAll(buckets)) return { value: Number.NaN, falls: undefined };
  mergeEqualBounds(buckets);
  const falls = raiseFallen(buckets);
  return { value: valueAt(quantile, buckets), falls };
}

/** False when no bucket has everything that was observed. */
export function coversAll({ bounds, length }: Buckets): boolean {
  return floatAt(bounds, length - 1) === Number.POSITIVE_INFINITY;
}

/** By insertion: they mostly are in order. */
export function putInOrder({ bounds, counts, length }: Buckets): void {
  for (let end = 1; end < length; end += 1) {
    const bound = floatAt(bounds, end);
    const count = floatAt(counts, end);
    let at = end;
    for (; at > 0 && bound < floatAt(bounds, at - 1); at -= 1) {
      bounds[at] = floatAt(bounds, at - 1);
      counts[at] = floatAt(counts, at - 1);
    }
    bounds[at] = bound;
    counts[at] = count;
  }
}

/** Bounds that are equal numbers, as of le="1" and le="1.0", become one bucket with both counts. */
export function mergeEqualBounds(buckets: Buckets): void {
  const { bounds, counts } = buckets;
  let last = 0;
  for (let at = 1; at < buckets.length; at += 1) {
    if (bounds[at] === bounds[last]) {
      counts[last] = floatAt(counts, last) + floatAt(counts, at);
      continue;
    }
    last += 1;
    bounds[last] = floatAt(bounds, at);
    counts[last] = floatAt(counts, at);
  }
  buckets.length = last + 1;
}

function raiseFallen({ bounds, counts, length }: Buckets): Falls | undefined {
  let lowestBound = Number.POSITIVE_INFINITY;
  let highestBound = Number.NEGATIVE_INFINITY;
  let largest = 0;
  let isFallen = false;
  let previous = floatAt(counts, 0);
  for (let at = 1; at < length; at += 1) {
    const count = floatAt(counts, at);
    if (count === previous) continue;
    if (isAlmost(previous, count)) {
      counts[at] = previous;
    } else if (count < previous) {
      counts[at] = previous;
      isFallen = true;
      lowestBound = Math.min(lowestBound, floatAt(bounds, at));
      highestBound = Math.max(highestBound, floatAt(bounds, at));
      largest = Math.max(largest, previous - count);
    } else {
      previous = count;
    }
  }
  return isFallen ? { lowestBound, highestBound, largest } : undefined;
}

function isAlmost(one: number, other: number): boolean {
  if (Number.isNaN(one) && Number.isNaN(other)) return true;
  const sum = Math.abs(one) + Math.abs(other);
  const difference = Math.abs(one - other);
  if (one === 0 || other === 0 || sum < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}

function valueAt(quantile: number, { bounds, counts, length }: Buckets): number {
  const observations = floatAt(counts, length - 1);
  if (length < 2 || observations === 0) return Number.NaN;
  const rank = quantile * observations;
  const at = firstReaching(rank, { counts, length: length - 1 });
  // Nothing is known of where in the infinite bucket, nor in one that ends below zero and begins anywhere.
  if (at === length - 1) return floatAt(bounds, length - 2);
  const end = floatAt(bounds, at);
  if (at === 0 && end <= 0) return end;
  const start = at === 0 ? 0 : floatAt(bounds, at - 1);
  const below = at === 0 ? 0 : floatAt(counts, at - 1);
  return start + (end - start) * ((rank - below) / (floatAt(counts, at) - below));
}

/** The first place whose count is not below the rank; `length` when all are. By halves, as Go searches: NaN is below nothing. */
function firstReaching(rank: number, { counts, length }: { readonly counts: Float64Array; readonly length: number }): number {
  let from = 0;
  let to = length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (floatAt(counts, middle) >= rank) to = middle;
    else from = middle + 1;
  }
  return from;
}
