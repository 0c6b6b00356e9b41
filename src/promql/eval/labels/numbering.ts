// Series to small integers: equal labels get equal numbers, so that grouping and matching compare no text.
import { intAt } from '../../../lib/columns.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import { PairNumbers } from './pair-numbers.ts';
import type { SeriesList } from './series-list.ts';

export interface Numbered {
  /** By list, one number per series: from 0 without gaps, in the order in which they first come. */
  readonly numbers: readonly Int32Array[];
  /** How many different ones there are. */
  readonly size: number;
}

/** Which labels two series must have in common to be one; an empty label is an absent one. */
export type KeyLabels = { readonly only: readonly string[] } | { readonly allBut: readonly string[] };

/** Numbers that can be compared between the lists. With `allBut` the metric's name is left out too. */
export function numberSeries(lists: readonly SeriesList[], key: KeyLabels): Numbered {
  let numbers = lists.map(({ size }) => new Int32Array(size));
  let size = Math.min(1, sizeOf(lists));
  for (const name of namesOf(lists, key)) {
    const columns = lists.map((list) => list.labelIds(name));
    const pairs = new PairNumbers();
    numbers = numbers.map((column, at) => combined(column, { ids: columns[at] ?? column, pairs }));
    size = pairs.count;
  }
  return { numbers, size };
}

function namesOf(lists: readonly SeriesList[], key: KeyLabels): readonly string[] {
  if ('only' in key) return key.only;
  const left = new Set([...key.allBut, METRIC_NAME]);
  return [...new Set(lists.flatMap((list) => [...list.labelNames()]))].filter((name) => !left.has(name));
}

function combined(numbers: Int32Array, { ids, pairs }: { readonly ids: Int32Array; readonly pairs: PairNumbers }): Int32Array<ArrayBuffer> {
  const next = new Int32Array(numbers.length);
  for (let position = 0; position < numbers.length; position += 1)
    next[position] = pairs.of(intAt(numbers, position), intAt(ids, position));
  return next;
}

function sizeOf(lists: readonly SeriesList[]): number {
  let size = 0;
  for (const list of lists) size += list.size;
  return size;
}
