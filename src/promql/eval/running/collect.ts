// Values of one instant after another, put together by series.
import { floatAt } from '../../../lib/columns.ts';
import { type Labels, labelsKey } from '../../../model/labels.ts';
import { sameLabels } from '../labels/distinct.ts';
import type { SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import { isPresent, NO_SAMPLE, type Vector } from '../vector.ts';
import type { Run } from './run.ts';

export interface CollectedSeries {
  readonly labels: Labels;
  /** Of series that were there at the same instants this may be the same object. */
  readonly timesMs: readonly number[];
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
  /** How many instants it has room for. */
  readonly room: number;
  readonly timesMs: number[];
  readonly values: Float64Array;
  readonly newestMs: Float64Array;
}

interface GrowingSeries extends CollectedSeries {
  /** Its own; undefined while its values are those of the first instants, without a gap. */
  ownTimesMs: number[] | undefined;
}

/** The values of one series in a block. */
interface Place {
  readonly block: Block;
  readonly position: number;
  /** How many instants there are before the block. */
  readonly before: number;
}

export class Collector {
  readonly #byKey = new Map<string, GrowingSeries>();
  readonly #keepsDates: boolean;
  readonly #slotsOf = remember((_list: SeriesList): (GrowingSeries | undefined)[] => []);
  #block: Block | undefined;
  /** Of all instants so far. */
  readonly #lists = new Set<SeriesList>();
  /** All instants of the blocks. */
  readonly #timesMs: number[] = [];

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
    const isSteady = list !== undefined && others.length === 0;
    const series = isSteady ? new Set(this.#slotsOf(list).filter((each) => each !== undefined)) : this.#byKey.values();
    return Array.from(series, (each) => ({ ...each, timesMs: this.#timesOf(each) }));
  }

  /** Adds what a run gave, at an instant after all before, and returns how many values. */
  add(vector: Vector, run: Run): number {
    const { list, values, newestMs } = vector;
    const slots = this.#findSlots(vector, run);
    const block = this.#blockFor(list, run);
    const at = block.timesMs.length * list.size;
    block.timesMs.push(run.timeMs);
    block.values.set(values.subarray(0, list.size), at);
    block.newestMs.set(newestMs.subarray(0, list.size), at);
    let present = 0;
    for (let position = 0; position < list.size; position += 1) {
      if (Number.isNaN(floatAt(newestMs, position))) continue;
      present += 1;
      // Labels are good at this step alone: rows may go before the next one.
      slots[position] ??= this.#seriesOf(list.labels(position));
    }
    if (block.timesMs.length === block.room) this.#flush();
    return present;
  }

  #blockFor(list: SeriesList, { grid }: Run): Block {
    const known = this.#block;
    if (known?.list === list) return known;
    this.#flush();
    // Two tell as much as more.
    if (this.#lists.size < 2) this.#lists.add(list);
    const room = Math.min(grid.count, stepsInBlock(list));
    const cells = list.size * room;
    const isRoomy = known !== undefined && known.values.length >= cells;
    const columns = isRoomy ? known : { values: new Float64Array(cells), newestMs: new Float64Array(cells) };
    this.#block = { list, room, timesMs: [], values: columns.values, newestMs: columns.newestMs };
    return this.#block;
  }

  /** Where the values go: of a long list found in slices. */
  #findSlots(vector: Vector, { leaves, query }: Run): (GrowingSeries | undefined)[] {
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

  /** Leaves the block empty. */
  #flush(): void {
    const block = this.#block;
    if (block === undefined) return;
    const { size } = block.list;
    const slots = this.#slotsOf(block.list);
    const firstMs = block.timesMs[0] ?? Number.NEGATIVE_INFINITY;
    const before = this.#timesMs.length;
    for (const timeMs of block.timesMs) this.#timesMs.push(timeMs);
    for (let position = 0; position < size; position += 1) {
      const series = slots[position];
      if (series === undefined) continue;
      if (series.lastMs < firstMs) this.#append(series, { block, position, before });
      else this.#insertAll(series, { block, position, before });
    }
    block.timesMs.length = 0;
  }

  #timesOf({ ownTimesMs, values }: GrowingSeries): readonly number[] {
    return ownTimesMs ?? (values.length === this.#timesMs.length ? this.#timesMs : this.#timesMs.slice(0, values.length));
  }

  /** To a series that ends before the block. */
  #append(series: GrowingSeries, place: Place): void {
    const { values, newestMs } = series;
    const { block, position, before } = place;
    const { timesMs: times, values: cells, newestMs: newestCells } = block;
    const { size } = block.list;
    const isGapless = series.ownTimesMs === undefined && values.length === before && isWhole(place);
    if (!isGapless) series.ownTimesMs ??= this.#timesMs.slice(0, values.length);
    const { ownTimesMs } = series;
    let { newest } = series;
    let last = -1;
    let at = position;
    for (let step = 0; step < times.length; step += 1) {
      const newestOfStep = floatAt(newestCells, at);
      if (!Number.isNaN(newestOfStep)) {
        ownTimesMs?.push(times[step] ?? Number.NaN);
        values.push(floatAt(cells, at));
        if (this.#keepsDates) newestMs.push(newestOfStep);
        if (newestOfStep > newest) newest = newestOfStep;
        last = step;
      }
      at += size;
    }
    series.newest = newest;
    series.lastMs = times[last] ?? series.lastMs;
  }

  #insertAll(series: GrowingSeries, { block, position }: Place): void {
    for (const [step, timeMs] of block.timesMs.entries()) {
      const at = step * block.list.size + position;
      const newest = floatAt(block.newestMs, at);
      if (Number.isNaN(newest)) continue;
      this.#insert(series, { timeMs, value: floatAt(block.values, at), newest });
      series.newest = Math.max(series.newest, newest);
      series.lastMs = Math.max(series.lastMs, timeMs);
    }
  }

  /** Two series of one list that have the same labels take turns. */
  #insert(
    series: GrowingSeries,
    { timeMs, value, newest }: { readonly timeMs: number; readonly value: number; readonly newest: number },
  ): void {
    series.ownTimesMs ??= this.#timesMs.slice(0, series.values.length);
    const { labels, ownTimesMs: timesMs, values, newestMs } = series;
    const at = timesMs.findLastIndex((before) => before <= timeMs) + 1;
    if (timesMs[at - 1] === timeMs) throw sameLabels(labels);
    timesMs.splice(at, 0, timeMs);
    values.splice(at, 0, value);
    if (this.#keepsDates) newestMs.splice(at, 0, newest);
  }

  #seriesOf(labels: Labels): GrowingSeries {
    const key = labelsKey(labels);
    const series = this.#byKey.get(key) ?? {
      labels,
      timesMs: [],
      ownTimesMs: undefined,
      values: [],
      newestMs: [],
      newest: NO_SAMPLE,
      lastMs: Number.NEGATIVE_INFINITY,
    };
    this.#byKey.set(key, series);
    return series;
  }
}

/** Whether there is a value at each instant of the block. */
function isWhole({ block, position }: Place): boolean {
  const { size } = block.list;
  for (let at = position; at < block.timesMs.length * size; at += size) if (Number.isNaN(floatAt(block.newestMs, at))) return false;
  return true;
}

/** Half a MiB for each of two columns at most. */
function stepsInBlock({ size }: SeriesList): number {
  return Math.max(1, Math.min(MOST_BLOCK_STEPS, Math.floor(MOST_BLOCK_CELLS / Math.max(1, size))));
}
