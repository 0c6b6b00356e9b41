// Numbers that were read from something else than an exposition, written as one: they then go the way of everything that is scraped.
import { type WrittenFamily, writeFamily } from '../exposition/write.ts';
import { labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { MetricType } from '../model/line.ts';

export interface MeasureFamily {
  readonly help: string;
  readonly type: MetricType;
}

export interface Measure<Name extends string = string> {
  readonly family: Name;
  /** What tells it from others of the family. */
  readonly labels: Readonly<Record<string, string>>;
  /** In the unit of the family's name. */
  readonly value: number;
}

export const gaugeFamily = (help: string): MeasureFamily => ({ help, type: 'gauge' });
export const counterFamily = (help: string): MeasureFamily => ({ help, type: 'counter' });

/** Measures with the same labels; what is undefined is not known, and left out. */
export function measuresOf<Name extends string>(
  said: readonly (readonly [Name, number | undefined])[],
  labels: Readonly<Record<string, string>> = {},
): readonly Measure<Name>[] {
  return said.flatMap(([family, value]) => (value === undefined ? [] : [{ family, labels, value }]));
}

/** In the order of `families`; those without a measure are left out. */
export function measuresExposition(families: Readonly<Record<string, MeasureFamily>>, measures: readonly Measure[]): string {
  const byFamily = Map.groupBy(measures, ({ family }) => family);
  const written: WrittenFamily[] = [];
  for (const [name, about] of Object.entries(families)) {
    const said = byFamily.get(name);
    if (said === undefined) continue;
    const samples = said.map(({ labels, value }) => ({ labels: labelsOf({ [METRIC_NAME]: name, ...labels }), value }));
    written.push({ name, ...about, samples });
  }
  return written.map(writeFamily).join('');
}
