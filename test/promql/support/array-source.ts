// Samples in arrays: the plainest source that does all that an engine may ask, for tests.
import { type Labels, labelsKey, METRIC_NAME } from '../../../src/model/labels.ts';
import type { Matcher } from '../../../src/model/matcher.ts';
import {
  type NewestColumns,
  NO_TEXT,
  type RowId,
  type RowList,
  type SampleSource,
  type SampleWindow,
  sampleWindow,
  type TextId,
  type TimeRange,
} from '../../../src/model/sample-source.ts';
import { growthOf } from '../../../src/store/growth.ts';

/** `stale` marks that the series ended. */
export interface Sample {
  readonly timeMs: number;
  readonly value: number | 'stale';
}

interface Row {
  readonly labels: Labels;
  readonly timesMs: number[];
  readonly values: (number | 'stale')[];
}

export interface ArraySource extends SampleSource {
  /** Makes a row of its own. */
  addRow(labels: Labels, samples: readonly Sample[]): void;
  /**
   * Adds to the one series with these labels, which it makes when there is none. Throws an Error when a sample is older than the
   * series' newest, or at the same time with another value, as Prometheus's own storage refuses it.
   */
  append(labels: Labels, samples: readonly Sample[]): void;
  /** Frees every row that has the label. */
  remove(name: string, value: string): void;
}

export function arraySource(): ArraySource {
  const rows = new Map<RowId, Row>();
  const byName = new Map<string, RowId[]>();
  const bySeries = new Map<string, Row>();
  const texts = numbering();
  const targets = numbering();
  const window = sampleWindow();
  let rowsVersion = 0;
  let nextRow = 0;
  const rowAt = (row: RowId): Row => {
    const found = rows.get(row);
    if (found === undefined) throw new Error(`no row ${row}`);
    return found;
  };
  const addRow = (labels: Labels, samples: readonly Sample[]): Row => {
    const row: Row = { labels, timesMs: [], values: [] };
    // Known before any expression says them, as in the store: a text has one number only.
    for (const text of labels.values()) texts.idOf(text);
    for (const { timeMs, value } of samples) pushSample(row, timeMs, value);
    rows.set(nextRow, row);
    const name = labels.get(METRIC_NAME) ?? '';
    const named = byName.get(name);
    if (named === undefined) byName.set(name, [nextRow]);
    else named.push(nextRow);
    nextRow += 1;
    rowsVersion += 1;
    return row;
  };
  return {
    get rowsVersion() {
      return rowsVersion;
    },
    addRow,
    append: (labels, samples) => {
      const key = labelsKey(labels);
      const row = bySeries.get(key) ?? addRow(labels, []);
      bySeries.set(key, row);
      for (const sample of samples) appendSample(row, sample);
    },
    remove: (name, value) => {
      for (const [row, { labels }] of rows) if (labels.get(name) === value) rows.delete(row);
      rowsVersion += 1;
    },
    select: (matchers) => {
      const named = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
      const candidates = named === undefined ? [...rows.keys()] : (byName.get(named.value) ?? []).filter((row) => rows.has(row));
      return Int32Array.from(candidates.filter((row) => matchesAll(rowAt(row).labels, matchers)));
    },
    // An id is never another's here.
    areOlder: (list) => list.every((row) => rows.has(row)),
    labels: (row) => rowAt(row).labels,
    labelIds: (list, name) => {
      const idOf = (text = ''): TextId => (text === '' ? NO_TEXT : texts.idOf(text));
      return list.map((row) => idOf(rowAt(row).labels.get(name)));
    },
    text: (id) => texts.textOf(id),
    textId: (text) => texts.known(text),
    labelNames: (list) => new Set([...list].flatMap((row) => [...rowAt(row).labels.keys()])),
    target: (row) => targets.idOf(rowAt(row).labels.get('instance') ?? ''),
    targetId: (target) => targets.textOf(target),
    readEach: (list, range, to) => {
      for (const [position, row] of list.entries()) {
        fill(to.window, rowAt(row), range);
        to.visit(position);
      }
    },
    readNewest: (list, range, into) => {
      for (const [position, row] of list.entries()) putNewest(rowAt(row), range, { at: position, into });
      return list.length;
    },
    readNewestOver: (list, { firstMs, stepMs, count, lookbackMs }, into) => {
      for (let instant = 0; instant < count; instant += 1) {
        const toMs = firstMs + instant * stepMs;
        const range = { fromMs: toMs - lookbackMs, toMs };
        for (const [position, row] of list.entries()) putNewest(rowAt(row), range, { at: instant * list.length + position, into });
      }
    },
    readGrowth: (list, range, { from, into }) => readGrowth(list.subarray(from, from + 2), { range, into, window, rowAt }),
  };
}

function putNewest({ timesMs, values }: Row, range: TimeRange, { at, into }: { readonly at: number; readonly into: NewestColumns }): void {
  const last = firstAfter(timesMs, range.toMs) - 1;
  const timeMs = timesMs[last] ?? Number.NEGATIVE_INFINITY;
  const value = timeMs > range.fromMs ? values[last] : undefined;
  const isThere = value !== undefined && value !== 'stale';
  into.newestMs[at] = isThere ? timeMs : Number.NaN;
  into.values[at] = isThere ? value : Number.NaN;
}

/** Two at a time, so that every list is read in pieces. */
function readGrowth(
  pair: RowList,
  {
    range,
    into,
    window,
    rowAt,
  }: {
    readonly range: TimeRange;
    readonly into: Parameters<SampleSource['readGrowth']>[2]['into'];
    readonly window: SampleWindow;
    readonly rowAt: (row: RowId) => Row;
  },
): void {
  into.length = 0;
  for (const row of pair) {
    fill(window, rowAt(row), range);
    growthOf(window, { at: into.length, into });
    into.length += 1;
  }
}

function matchesAll(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''));
}

function pushSample({ timesMs, values }: Row, timeMs: number, value: number | 'stale'): void {
  timesMs.push(timeMs);
  values.push(value);
}

function appendSample(row: Row, { timeMs, value }: Sample): void {
  const newestMs = row.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  if (timeMs > newestMs) pushSample(row, timeMs, value);
  else if (timeMs < newestMs) throw new Error(`expected samples in the order of time, got one at ${timeMs} ms after one at ${newestMs} ms`);
  else if (!Object.is(row.values.at(-1), value)) throw new Error(`expected one value at a time, got another at ${timeMs} ms`);
}

/** How many of the times are not after `timeMs`: the position of the first that is. */
function firstAfter(timesMs: readonly number[], timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function fill(into: SampleWindow, { timesMs, values }: Row, { fromMs, toMs }: TimeRange): void {
  const end = firstAfter(timesMs, toMs);
  const start = firstAfter(timesMs, fromMs);
  if (into.timesMs.length < end - start) {
    into.timesMs = new Float64Array(end - start);
    into.values = new Float64Array(end - start);
  }
  into.length = 0;
  for (let index = start; index < end; index += 1) {
    const value = values[index];
    if (value === undefined || value === 'stale') continue;
    into.timesMs[into.length] = timesMs[index] ?? Number.NaN;
    into.values[into.length] = value;
    into.length += 1;
  }
}

interface Numbering {
  /** Made for a text that has none. */
  idOf(text: string): TextId;
  known(text: string): TextId;
  textOf(id: TextId): string;
}

function numbering(): Numbering {
  const texts: string[] = [];
  const ids = new Map<string, TextId>();
  return {
    idOf: (text) => {
      const id = ids.get(text) ?? texts.push(text) - 1;
      ids.set(text, id);
      return id;
    },
    known: (text) => ids.get(text) ?? NO_TEXT,
    textOf: (id) => texts[id] ?? '',
  };
}
