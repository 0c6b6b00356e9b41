// Series to small integers: equal keys get equal numbers, so that grouping and matching compare no text per query.
import { keyOf } from '../../lib/key.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import type { SeriesList } from './series-list.ts';

export interface Numbering {
  /** One number per series of the list; lists numbered by the same Numbering can be compared. */
  number(list: SeriesList): Int32Array;
  /** How many numbers were given so far. */
  size(): number;
}

export function numbering(seriesKey: (labels: Labels) => string): Numbering {
  const numbers = new Map<string, number>();
  const numberOf = (key: string): number => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  return {
    number: (list) => Int32Array.from({ length: list.size }, (_, position) => numberOf(seriesKey(list.labels(position)))),
    size: () => numbers.size,
  };
}

/** A key of these labels' values; an empty value is an absent label. */
export function keyOfOnly(names: readonly string[]): (labels: Labels) => string {
  return (labels) => keyOf(names.map((name) => labels.get(name) ?? ''));
}

/** A key of all labels but these and the metric's name. */
export function keyOfAllBut(names: readonly string[]): (labels: Labels) => string {
  const left = new Set([...names, METRIC_NAME]);
  return (labels) => {
    const kept = [...labels.keys()].filter((name) => labels.get(name) && !left.has(name)).sort();
    return keyOf(kept.flatMap((name) => [name, labels.get(name) ?? '']));
  };
}
