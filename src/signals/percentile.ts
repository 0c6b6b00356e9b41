// The 95th percentile of what many pods observed, from the rates of their histograms' buckets.

import { partsOf } from '../lib/key.ts';
import type { Reading } from './readings.ts';

/** What the name of a signal that is reduced so promises. */
const SHARE = 0.95;

interface Bucket {
  /** Upper bound. */
  readonly le: number;
  /** Observations per second up to it. */
  readonly rate: number;
}

/**
 * As PromQL's `histogram_quantile`: linear within a bucket, from 0 in the first one. In the last bucket nothing is known but that it is more
 * than the largest bound, which is then the answer. NaN without an observation, or without a bucket that holds all.
 */
export function percentile95(readings: readonly Reading[]): number {
  const buckets = bucketsOf(readings);
  const all = buckets.at(-1);
  if (all === undefined || buckets.length < 2 || all.le !== Number.POSITIVE_INFINITY || !(all.rate > 0)) return Number.NaN;
  const rank = SHARE * all.rate;
  const at = buckets.findIndex(({ rate }) => rate >= rank);
  const bucket = buckets[at] ?? all;
  const before = buckets[at - 1];
  if (bucket.le === Number.POSITIVE_INFINITY) return before?.le ?? Number.NaN;
  if (before === undefined) return bucket.le <= 0 ? bucket.le : (bucket.le * rank) / bucket.rate;
  return before.le + ((bucket.le - before.le) * (rank - before.rate)) / (bucket.rate - before.rate);
}

/**
 * Sums over the pods by bound. Pods of two versions may have other bounds: a pod's rate up to a bound that it does not have is at least that up
 * to its next lower one, so that sums never fall from one bound to the next.
 */
function bucketsOf(readings: readonly Reading[]): readonly Bucket[] {
  const sums = new Map<number, number>();
  for (const { device, value } of readings) {
    const le = boundOf(partsOf(device)[0] ?? '');
    if (!Number.isNaN(le)) sums.set(le, (sums.get(le) ?? 0) + value);
  }
  const sorted = [...sums].sort(([one], [other]) => one - other);
  let largest = 0;
  return sorted.map(([le, rate]) => {
    largest = Math.max(largest, rate);
    return { le, rate: largest };
  });
}

/** `+Inf` as Prometheus's libraries write it. */
function boundOf(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : text === '' ? Number.NaN : Number(text);
}
