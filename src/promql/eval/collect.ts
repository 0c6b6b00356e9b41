// Values of one instant after another, put together by series.
import { floatAt } from '../../lib/columns.ts';
import { type Labels, labelsKey } from '../../model/labels.ts';
import { sameLabels } from './distinct.ts';
import { remember } from './remember.ts';
import type { Run } from './run.ts';
import type { SeriesList } from './series-list.ts';
import { isPresent, NO_SAMPLE, type Vector } from './vector.ts';

export interface CollectedSeries {
  readonly labels: Labels;
  readonly timesMs: number[];
  readonly values: number[];
  /** Of each value, the newest sample that went into it, or NO_SAMPLE: where a collector keeps them. */
  readonly newestMs: number[];
  /** Of them all. */
  newest: number;
  /** The instant that had a value last. */
  lastMs: number;
}

/** Series found between two looks at the clock: some milliseconds. */
const SERIES_PER_CHECK = 1024;

/** Instants that are put into series together: one series after another, which is faster than one value of each. */
const MOST_BLOCK_STEPS = 64;
const MOST_BLOCK_CELLS = 65_536;

/** The columns of some instants one after another, all of one list. */
interface Block {
  readonly list: SeriesList;
  readonly timesMs: number[];
  readonly values: Float64Array;
  readonly newestMs: Float64Array;
}

export class Collector {
  readonly #byKey = new Map<string, CollectedSeries>();
  readonly #keepsDates: boolean;
  readonly #slotsOf = remember((_list: SeriesList): (CollectedSeries | undefined)[] => []);
  #block: Block | undefined;
  /** Of all instants so far. */
  readonly #lists = new Set<SeriesList>();

  constructor({ keepsDates }: { readonly keepsDates: boolean }) {
    this.#keepsDates = keepsDates;
  }

  /**
   * Those that have a value at some instant, in the order of the list where all instants had the same one, or else in that in which they
   * first had a value; throws a QueryError when two had the same labels at one instant.
   */
  finish(): readonly CollectedSeries[] {
    this.#flush();
    const [list, ...others] = this.#lists;
    if (list === undefined || others.length > 0) return [...this.#byKey.values()];
    return [...new Set(this.#slotsOf(list).filter((series) => series !== undefined))];
  }

  /** Adds what a run gave, at an instant after all before, and returns how many values. */
  add(vector: Vector, run: Run): number {
    const { list, values, newestMs } = vector;
    const slots = this.#findSlots(vector, run);
    const block = this.#blockFor(list);
    const at = block.timesMs.length * list.size;
    block.timesMs.push(run.timeMs);
    let present = 0;
    for (let position = 0; position < list.size; position += 1) {
      const newest = floatAt(newestMs, position);
      block.values[at + position] = floatAt(values, position);
      block.newestMs[at + position] = newest;
      if (Number.isNaN(newest)) continue;
      present += 1;
      // Labels are good at this step alone: rows may go before the next one.
      slots[position] ??= this.#seriesOf(list.labels(position));
    }
    if (block.timesMs.length === stepsInBlock(list)) this.#flush();
    return present;
  }

  #blockFor(list: SeriesList): Block {
    if (this.#block?.list !== list) this.#flush();
    // Two tell as much as more.
    if (this.#lists.size < 2) this.#lists.add(list);
    const cells = list.size * stepsInBlock(list);
    this.#block ??= { list, timesMs: [], values: new Float64Array(cells), newestMs: new Float64Array(cells) };
    return this.#block;
  }

  /** Where the values go: of a long list found in slices. */
  #findSlots(vector: Vector, { leaves, query }: Run): (CollectedSeries | undefined)[] {
    const { list } = vector;
    const slots = this.#slotsOf(list);
    if (list.size <= SERIES_PER_CHECK) return slots;
    const startMs = query.pace.nowMs();
    let made = 0;
    for (let position = 0; position < list.size; position += 1) {
      if (slots[position] !== undefined || !isPresent(vector, position)) continue;
      slots[position] = this.#seriesOf(list.labels(position));
      made += 1;
      if (made % SERIES_PER_CHECK === 0) leaves.yieldTo(query.pace, startMs);
    }
    return slots;
  }

  #flush(): void {
    const block = this.#block;
    if (block === undefined) return;
    this.#block = undefined;
    const { size } = block.list;
    const slots = this.#slotsOf(block.list);
    for (let position = 0; position < size; position += 1) {
      const series = slots[position];
      if (series !== undefined) this.#append(series, { block, position });
    }
  }

  #append(series: CollectedSeries, { block, position }: { readonly block: Block; readonly position: number }): void {
    const { timesMs, values, newestMs } = series;
    const { size } = block.list;
    let { lastMs, newest } = series;
    for (let step = 0; step < block.timesMs.length; step += 1) {
      const at = step * size + position;
      const newestOfStep = floatAt(block.newestMs, at);
      if (Number.isNaN(newestOfStep)) continue;
      const timeMs = block.timesMs[step] ?? Number.NaN;
      if (newestOfStep > newest) newest = newestOfStep;
      if (timeMs <= lastMs) {
        this.#insert(series, { timeMs, value: floatAt(block.values, at), newest: newestOfStep });
        continue;
      }
      lastMs = timeMs;
      timesMs.push(timeMs);
      values.push(floatAt(block.values, at));
      if (this.#keepsDates) newestMs.push(newestOfStep);
    }
    series.lastMs = lastMs;
    series.newest = newest;
  }

  /** Two series of one list that have the same labels take turns. */
  #insert(
    { labels, timesMs, values, newestMs }: CollectedSeries,
    { timeMs, value, newest }: { readonly timeMs: number; readonly value: number; readonly newest: number },
  ): void {
    const at = timesMs.findLastIndex((before) => before <= timeMs) + 1;
    if (timesMs[at - 1] === timeMs) throw sameLabels(labels);
    timesMs.splice(at, 0, timeMs);
    values.splice(at, 0, value);
    if (this.#keepsDates) newestMs.splice(at, 0, newest);
  }

  #seriesOf(labels: Labels): CollectedSeries {
    const key = labelsKey(labels);
    const series = this.#byKey.get(key) ?? {
      labels,
      timesMs: [],
      values: [],
      newestMs: [],
      newest: NO_SAMPLE,
      lastMs: Number.NEGATIVE_INFINITY,
    };
    this.#byKey.set(key, series);
    return series;
  }
}

/** Half a MiB for each of two columns at most. */
function stepsInBlock({ size }: SeriesList): number {
  return Math.max(1, Math.min(MOST_BLOCK_STEPS, Math.floor(MOST_BLOCK_CELLS / Math.max(1, size))));
}
