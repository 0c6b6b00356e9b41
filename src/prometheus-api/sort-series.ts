// Series in the order of their labels, sorted without holding up the event loop however many there are.
import { setImmediate } from 'node:timers/promises';
import type { Labels } from '../model/labels.ts';

/** Series of one turn: a few milliseconds, of which those of several questions may fall into one. */
const A_TURN = 256;

/** As Prometheus compares labels: name by name and value by value in the order of names, the shorter set first. */
export async function sortedByLabels<Series extends { readonly labels: Labels }>(series: readonly Series[]): Promise<readonly Series[]> {
  if (series.length < 2) return series;
  const runs: Keyed<Series>[][] = [];
  for (let from = 0; from < series.length; from += A_TURN) {
    if (from > 0) await setImmediate();
    const run = series.slice(from, from + A_TURN).map((one) => ({ key: orderOf(one.labels), one }));
    runs.push(run.sort(byKey));
  }
  while (runs.length > 1) {
    // Runs of like length are merged: the first two go, and what they make comes last.
    const [left = [], right = []] = runs.splice(0, 2);
    runs.push(await merged(left, right));
  }
  return (runs[0] ?? []).map(({ one }) => one);
}

interface Keyed<Series> {
  readonly key: string;
  readonly one: Series;
}

/** No character of a label comes before this one in practice, so joined texts compare as their parts do. */
const BETWEEN = '\u0000';

function orderOf(labels: Labels): string {
  return [...labels.keys()]
    .sort()
    .map((name) => name + BETWEEN + (labels.get(name) ?? ''))
    .join(BETWEEN);
}

function byKey<Series>(one: Keyed<Series>, other: Keyed<Series>): number {
  if (one.key === other.key) return 0;
  return one.key < other.key ? -1 : 1;
}

async function merged<Series>(left: readonly Keyed<Series>[], right: readonly Keyed<Series>[]): Promise<Keyed<Series>[]> {
  const all: Keyed<Series>[] = [];
  let fromLeft = 0;
  let fromRight = 0;
  while (all.length < left.length + right.length) {
    if (all.length % A_TURN === A_TURN - 1) await setImmediate();
    const one = left[fromLeft];
    const other = right[fromRight];
    if (one !== undefined && (other === undefined || byKey(one, other) <= 0)) {
      all.push(one);
      fromLeft += 1;
    } else if (other !== undefined) {
      all.push(other);
      fromRight += 1;
    }
  }
  return all;
}
