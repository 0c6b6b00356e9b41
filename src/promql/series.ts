// Which series there are, whatever their values.
import { floatAt } from '../lib/columns.ts';
import type { Labels } from '../model/labels.ts';
import type { SeriesRequest } from '../model/query-engine.ts';
import { type SampleSource, sampleWindow } from '../model/sample-source.ts';
import { selectorOf } from './eval/selection.ts';
import type { Usage } from './eval/usage.ts';

interface FoundSeries {
  readonly labels: Labels;
  readonly newestMs: number;
}

/** Series with a sample in [startMs, endMs], each once however many sets of matchers select it. */
export function findSeries(
  request: SeriesRequest,
  { source, usage }: { readonly source: SampleSource; readonly usage: Usage },
): readonly FoundSeries[] {
  const window = sampleWindow();
  const found = new Map<number, FoundSeries>();
  for (const matchers of request.matchers) {
    const { rows, list } = selectorOf(matchers, source)(usage.scope);
    // The source leaves the near end out; time stamps are milliseconds.
    const range = { fromMs: request.startMs - 1, toMs: request.endMs };
    const visit = (position: number): void => {
      usage.countRead(window.length);
      const row = rows[position] ?? -1;
      if (window.length === 0 || found.has(row)) return;
      found.set(row, { labels: list.labels(position), newestMs: floatAt(window.timesMs, window.length - 1) });
    };
    source.readEach(rows, range, { window, visit });
  }
  return [...found.values()];
}

/** The distinct values of one label, in order; series without it add none. */
export function valuesOf(label: string, series: readonly FoundSeries[]): readonly string[] {
  const values = new Set<string>();
  for (const { labels } of series) {
    const value = labels.get(label);
    if (value) values.add(value);
  }
  return [...values].sort();
}
