// Label sets of many series. The same object means the same series in the same order, so what is computed from a list is kept with it.
import { type Labels, METRIC_NAME } from '../../model/labels.ts';

export interface SeriesList {
  readonly size: number;
  labels(position: number): Labels;
  /** False only when no two series can become equal by losing their names. */
  readonly namesDiffer: boolean;
}

/** A list whose label sets are made when they are first asked for: most are never seen by anybody. */
export function lazyList(list: { readonly size: number; readonly namesDiffer: boolean; make(position: number): Labels }): SeriesList {
  const made: (Labels | undefined)[] = [];
  const labels = (position: number): Labels => {
    made[position] ??= list.make(position);
    return made[position];
  };
  return { size: list.size, namesDiffer: list.namesDiffer, labels };
}

/** The one series without labels. */
export function unlabelled(): SeriesList {
  return lazyList({ size: 1, namesDiffer: false, make: () => new Map() });
}

export function keepLabels(labels: Labels, names: readonly string[]): Map<string, string> {
  const kept = new Map<string, string>();
  for (const name of names) {
    const value = labels.get(name);
    if (value) kept.set(name, value);
  }
  return kept;
}

export function dropLabels(labels: Labels, names: readonly string[]): Map<string, string> {
  const kept = new Map(labels);
  for (const name of names) kept.delete(name);
  return kept;
}

export function withoutName(labels: Labels): Labels {
  return dropLabels(labels, [METRIC_NAME]);
}
