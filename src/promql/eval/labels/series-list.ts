// Label sets of many series. The same object means the same series in the same order, so what is computed from a list is kept with it.
import { intAt } from '../../../lib/columns.ts';
import { type Labels, METRIC_NAME } from '../../../model/labels.ts';
import { NO_TEXT, type TextId } from '../../../model/sample-source.ts';
import type { Texts } from './texts.ts';

/** What says what a metric is, and so goes with its name: the last two are Prometheus's type and unit as labels. */
export const METADATA_LABELS: readonly string[] = [METRIC_NAME, '__type__', '__unit__'];

export interface SeriesList {
  readonly size: number;
  /** Made anew at each call: most are never seen by anybody. */
  labels(position: number): Labels;
  /** Every label that one of them may have. */
  labelNames(): ReadonlySet<string>;
  /** One label of each by the ids of texts, NO_TEXT where it has none; made anew at each call, and good while the samples' source stands still. */
  labelIds(name: string): Int32Array;
  /** False only when no two series can become equal by losing their names. */
  readonly namesDiffer: boolean;
  /** True of a name that is there for the steps around only (eval/labels/late-names.ts). */
  losesName(position: number): boolean;
}

/** A list with other marks. */
export function listLosing(list: SeriesList, losesName: SeriesList['losesName']): SeriesList {
  return { ...list, losesName };
}

/** Of lists whose names stay. */
export function losesNone(): boolean {
  return false;
}

/** A list that says each of another's series without some labels. */
export function listWithout(list: SeriesList, names: readonly string[], { namesDiffer }: { readonly namesDiffer: boolean }): SeriesList {
  return {
    size: list.size,
    namesDiffer,
    losesName: list.losesName,
    labels: (position) => dropLabels(list.labels(position), names),
    labelNames: () => new Set([...list.labelNames()].filter((name) => !names.includes(name))),
    labelIds: (name) => (names.includes(name) ? noIds(list.size) : list.labelIds(name)),
  };
}

/** The same with some labels alone. */
export function listOfOnly(list: SeriesList, names: readonly string[]): SeriesList {
  return {
    size: list.size,
    namesDiffer: list.namesDiffer && names.includes(METRIC_NAME),
    losesName: list.losesName,
    labels: (position) => keepLabels(list.labels(position), names),
    labelNames: () => new Set([...list.labelNames()].filter((name) => names.includes(name))),
    labelIds: (name) => (names.includes(name) ? list.labelIds(name) : noIds(list.size)),
  };
}

/** The series at some positions of a list. */
export function listAt(list: SeriesList, positions: Int32Array): SeriesList {
  return {
    size: positions.length,
    namesDiffer: list.namesDiffer,
    losesName: (position) => list.losesName(intAt(positions, position)),
    labels: (position) => list.labels(intAt(positions, position)),
    labelNames: () => list.labelNames(),
    labelIds: (name) => {
      const ids = list.labelIds(name);
      return positions.map((position) => intAt(ids, position));
    },
  };
}

/** Series with labels that were made rather than read. */
export function listOfLabels(series: readonly Labels[], texts: Pick<Texts, 'idOf'>): SeriesList {
  return {
    size: series.length,
    namesDiffer: true,
    losesName: losesNone,
    labels: (position) => series[position] ?? new Map(),
    labelNames: () => new Set(series.flatMap((labels) => [...labels.keys()])),
    labelIds: (name) => Int32Array.from(series, (labels) => texts.idOf(labels.get(name) ?? '')),
  };
}

/** The one series without labels. */
export function unlabelled(): SeriesList {
  return {
    size: 1,
    namesDiffer: false,
    losesName: losesNone,
    labels: () => new Map(),
    labelNames: () => new Set(),
    labelIds: () => noIds(1),
  };
}

export function noIds(size: number): Int32Array<ArrayBuffer> {
  return new Int32Array(size).fill(NO_TEXT satisfies TextId);
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
