// Label sets as people say them. A Map, so that `__proto__` is a name like any other.

import { keyOf } from '../lib/key.ts';

/** The label that carries the metric's name. */
export const METRIC_NAME = '__name__';

/** Label names to values. An empty value means the same as an absent label. */
export type Labels = ReadonlyMap<string, string>;

export function labelsOf(record: Readonly<Record<string, string>>): Labels {
  return new Map(Object.entries(record));
}

/** One string for equal label sets, whatever their order, and another for any other. */
export function labelsKey(labels: Labels): string {
  const names = [...labels.keys()].sort();
  return keyOf(names.flatMap((name) => [name, labels.get(name) ?? '']));
}

/** Equal names with equal values, in whatever order. */
export function isSameLabels(one: Labels, other: Labels): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [name, value] of one) if (other.get(name) !== value) return false;
  return true;
}
