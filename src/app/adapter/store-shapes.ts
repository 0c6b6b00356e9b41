// Names and labels of series in the store: by numbers, without an object for each series.
import { intAt } from '../../lib/columns.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import { NO_TEXT, type SampleSource } from '../../model/sample-source.ts';
import type { SeriesShapes } from '../../model/series-shapes.ts';

export function storeShapes(source: SampleSource): SeriesShapes {
  return {
    version: () => source.rowsVersion,
    read: async (matchers) => {
      const rows = source.select(matchers);
      const names = source.labelIds(rows, METRIC_NAME);
      const byName = new Map<number, number[]>();
      for (let at = 0; at < rows.length; at += 1) {
        const name = intAt(names, at);
        const known = byName.get(name);
        if (known === undefined) byName.set(name, [intAt(rows, at)]);
        else known.push(intAt(rows, at));
      }
      byName.delete(NO_TEXT);
      return new Map([...byName].map(([name, ofName]) => [source.text(name), source.labelNames(Int32Array.from(ofName))]));
    },
  };
}
