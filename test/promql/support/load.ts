// Samples as a table: one series a line, one value a step, in the notation of Prometheus's test language.

import type { SampleSource } from '../../../src/model/sample-source.ts';
import type { Point } from '../../promqltest/format/commands.ts';
import { parseSeriesLine } from '../../promqltest/format/series.ts';
import { arraySource, type Sample } from './array-source.ts';

export interface LoadedSource extends SampleSource {
  /** Adds the series of another table as new rows. */
  add(stepMs: number, table: string): void;
  /** Frees every row that has the label. */
  remove(name: string, value: string): void;
}

/** Values stand at 0, stepMs, 2 × stepMs … The label `instance` is the target's id too. */
export function load(stepMs: number, table: string): LoadedSource {
  const source = arraySource();
  const add = (step: number, text: string): void => {
    for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
      const { labels, points } = parseSeriesLine(line.trim());
      source.addRow(labels, samplesOf(points, step));
    }
  };
  add(stepMs, table);
  return {
    ...source,
    get rowsVersion() {
      return source.rowsVersion;
    },
    add,
  };
}

/** What stands in a series' places, a step apart from 0 on. */
export function samplesOf(points: readonly Point[], stepMs: number): readonly Sample[] {
  const samples: Sample[] = [];
  for (const [index, value] of points.entries()) {
    if (value === 'histogram') throw new Error('expected numbers, got a native histogram');
    if (value !== 'none') samples.push({ timeMs: index * stepMs, value });
  }
  return samples;
}
