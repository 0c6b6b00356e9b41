// Labels and label sets in Prometheus's order: by the bytes of their names and values.
import type { Labels } from '../../../model/labels.ts';

export type LabelPairs = readonly (readonly [name: string, value: string])[];

/** A set's labels by their names, without empty ones. */
export function inLabelOrder(labels: Labels): LabelPairs {
  return [...labels].filter(([, value]) => value !== '').sort(([a], [b]) => compareTexts(a, b));
}

/** The order of two sets: that of the first label in which they differ, and then the shorter one first. */
export function comparePairs(one: LabelPairs, other: LabelPairs): number {
  for (const [at, [name, value]] of one.entries()) {
    const pair = other[at];
    if (pair === undefined) return 1;
    const order = compareTexts(name, pair[0]) || compareTexts(value, pair[1]);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}

/** A new list in the order of the items' labels. */
export function sortedByLabels<T extends { readonly labels: Labels }>(items: readonly T[]): readonly T[] {
  const keyed = items.map((item) => ({ item, pairs: inLabelOrder(item.labels) }));
  keyed.sort((a, b) => comparePairs(a.pairs, b.pairs));
  return keyed.map(({ item }) => item);
}

const FIRST_SURROGATE = 0xd800;

/** As UTF-8 compares: only what stands in two code units is out of place in a string. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}

/** Surrogates after all else. */
function rank(unit: number): number {
  return unit >= FIRST_SURROGATE && unit < 0xe000 ? unit + 0x10000 : unit;
}
