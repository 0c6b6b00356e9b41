// Small words for store tests: matchers, a store with short retention, and what a reader sees.
import { compileAnchored } from '../../../src/lib/regex.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import type { Matcher, MatchOperator } from '../../../src/model/matcher.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import { type Instants, type RowId, type SampleSource, sampleWindow } from '../../../src/model/sample-source.ts';
import { createStore, type SampleStore, type StoreOptions } from '../../../src/store/store.ts';
import type { TargetWriter } from '../../../src/store/target-writer.ts';

export const RETENTION_MS = 60_000;
export const INTERVAL_MS = 5000;

export function storeWith(options: Partial<StoreOptions> = {}): SampleStore {
  return createStore({ retentionMs: RETENTION_MS, seriesLimit: 1000, meter: nullMeter, ...options });
}

export function openTarget(store: SampleStore, id: string, labels: Record<string, string> = { instance: id }): TargetWriter {
  return store.openTarget({ id, labels: labelsOf(labels), honorLabels: false, intervalMs: INTERVAL_MS });
}

/** The row of a raw line; fails when the store is full. */
export function rowOf(writer: TargetWriter, labels: Record<string, string>, { ownTime } = { ownTime: false }): RowId {
  const row = writer.row(labelsOf(labels), { ownTime, clash: 'override' });
  if (row === undefined) throw new Error('the store is full');
  return row;
}

export function matcher(name: string, operator: MatchOperator, value: string): Matcher {
  const regex = operator.endsWith('~') ? compileAnchored(value) : undefined;
  const equal = (text: string): boolean => regex?.matches(text) ?? text === value;
  return { name, operator, value, matches: (text) => equal(text) === operator.startsWith('=') };
}

interface Question {
  readonly fromMs?: number;
  readonly toMs: number;
}

/** Samples of (fromMs, toMs] as [time, value]. */
export function samplesOf(source: SampleSource, row: RowId, { fromMs = Number.NEGATIVE_INFINITY, toMs }: Question): [number, number][] {
  const window = sampleWindow(0);
  source.readEach(Int32Array.of(row), { fromMs, toMs }, { window, visit: () => {} });
  return pairs(window.timesMs, window.values).slice(0, window.length);
}

/** The newest sample of (fromMs, toMs], or undefined when there is none or the row is stale. */
export function newestOf(
  source: SampleSource,
  row: RowId,
  { fromMs = Number.NEGATIVE_INFINITY, toMs }: Question,
): [number, number] | undefined {
  const into = { values: new Float64Array(1), newestMs: new Float64Array(1) };
  source.readNewest(Int32Array.of(row), { fromMs, toMs }, into);
  return pairs(into.newestMs, into.values).filter(([timeMs]) => !Number.isNaN(timeMs))[0];
}

/** `newestOf` at each of some instants, asked about together. */
export function newestOver(source: SampleSource, row: RowId, instants: Instants): ([number, number] | undefined)[] {
  const into = { values: new Float64Array(instants.count), newestMs: new Float64Array(instants.count) };
  source.readNewestOver(Int32Array.of(row), instants, into);
  return pairs(into.newestMs, into.values).map((sample) => (Number.isNaN(sample[0]) ? undefined : sample));
}

function pairs(timesMs: Float64Array, values: Float64Array): [number, number][] {
  return [...timesMs].map((timeMs, at) => [timeMs, values[at] ?? Number.NaN]);
}
