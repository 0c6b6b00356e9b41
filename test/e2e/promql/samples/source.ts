// Samples in arrays as the embedded engine reads them.
import type { Labels } from '../../../../src/model/labels.ts';
import { labelsOf } from '../../../../src/model/labels.ts';
import { NO_TEXT, type SampleSource, type SampleWindow, sampleWindow, type TimeRange } from '../../../../src/model/sample-source.ts';
import { growthOf } from '../../../../src/store/growth.ts';
import type { DataSet, SeriesData } from './data-set.ts';

interface Row {
  readonly labels: Labels;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** 1 where the sample is a stale marker. */
  readonly isStale: Uint8Array;
}

/** Rows in the order of the data; nothing is ever added. */
export function sourceOf(data: DataSet): SampleSource {
  const rows = data.map(rowOf);
  const texts = new Texts();
  // A text that an expression said first would have two numbers.
  for (const { labels } of rows) for (const value of labels.values()) texts.idOf(value);
  const rowAt = (row: number): Row => {
    const found = rows[row];
    if (found === undefined) throw new Error(`BUG: no row ${row}`);
    return found;
  };
  const window = sampleWindow();
  return {
    rowsVersion: 1,
    areOlder: () => true,
    select: (matchers) =>
      Int32Array.from(rows.keys()).filter((row) => matchers.every((matcher) => matcher.matches(rowAt(row).labels.get(matcher.name) ?? ''))),
    labels: (row) => rowAt(row).labels,
    labelIds: (list, name) => list.map((row) => texts.idOf(rowAt(row).labels.get(name) ?? '')),
    text: (id) => texts.text(id),
    textId: (text) => texts.known(text),
    labelNames: (list) => new Set([...list].flatMap((row) => [...rowAt(row).labels.keys()])),
    target: () => 0,
    targetId: () => 'the only one',
    readEach: (list, range, to) => {
      for (const [position, row] of list.entries()) {
        read(rowAt(row), range, to.window);
        to.visit(position);
      }
    },
    readNewest: (list, { fromMs, toMs }, into) => {
      for (const [position, row] of list.entries()) {
        const { timesMs, values, isStale } = rowAt(row);
        const last = countUntil(timesMs, toMs) - 1;
        const timeMs = timesMs[last] ?? Number.NaN;
        into.newestMs[position] = timeMs > fromMs && isStale[last] === 0 ? timeMs : Number.NaN;
        into.values[position] = values[last] ?? Number.NaN;
      }
      return list.length;
    },
    readGrowth: (list, range, { from, into }) => {
      into.length = 0;
      for (const row of list.subarray(from, from + into.first.length)) {
        read(rowAt(row), range, window);
        growthOf(window, { at: into.length, into });
        into.length += 1;
      }
    },
  };
}

function rowOf({ labels, timesMs, values }: SeriesData): Row {
  return {
    labels: labelsOf(labels),
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(values, (text) => (text === 'stale' ? Number.NaN : Number(text))),
    isStale: Uint8Array.from(values, (text) => (text === 'stale' ? 1 : 0)),
  };
}

function read({ timesMs, values, isStale }: Row, { fromMs, toMs }: TimeRange, into: SampleWindow): void {
  const kept: number[] = [];
  for (let at = countUntil(timesMs, fromMs); at < countUntil(timesMs, toMs); at += 1) if (isStale[at] === 0) kept.push(at);
  into.timesMs = Float64Array.from(kept, (at) => timesMs[at] ?? Number.NaN);
  into.values = Float64Array.from(kept, (at) => values[at] ?? Number.NaN);
  into.length = kept.length;
}

/** How many are not after a time. */
function countUntil(timesMs: Float64Array, untilMs: number): number {
  let [low, high] = [0, timesMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) <= untilMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

class Texts {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];

  idOf(text: string): number {
    if (text === '') return NO_TEXT;
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  known(text: string): number {
    return this.#ids.get(text) ?? NO_TEXT;
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }
}
