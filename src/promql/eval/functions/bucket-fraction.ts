// Which share of a classic histogram's observations lies between two values, as if they were spread evenly in each bucket.
import { floatAt } from '../../../lib/columns.ts';
import { type Buckets, coversAll, mergeEqualBounds } from './bucket-quantile.ts';

/** Between 0 and 1; NaN without observations. */
export function bucketFraction({ lower, upper }: { readonly lower: number; readonly upper: number }, buckets: Buckets): number {
  if (!coversAll(buckets)) return Number.NaN;
  mergeEqualBounds(buckets);
  const count = floatAt(buckets.counts, buckets.length - 1);
  if (count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets) - rankOf(lower, buckets)) / count;
}

/** How many observations lie below a value, at most all of them. */
function rankOf(value: number, { bounds, counts, length }: Buckets): number {
  const all = floatAt(counts, length - 1);
  let below = 0;
  // A histogram whose first bound is above zero has no negative observations.
  let start = floatAt(bounds, 0) <= 0 ? Number.NEGATIVE_INFINITY : 0;
  for (let at = 0; at < length; at += 1) {
    const end = floatAt(bounds, at);
    const count = floatAt(counts, at);
    if (start >= value) return below > all ? all : below;
    if (end > value) {
      const rank = start === Number.NEGATIVE_INFINITY ? count : below + ((count - below) * (value - start)) / (end - start);
      return rank > all ? all : rank;
    }
    below = count;
    start = end;
  }
  return all;
}
