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

export class Collector {
  readonly #byKey = new Map<string, CollectedSeries>();
  readonly #keepsDates: boolean;
  readonly #slotsOf = remember((_list: SeriesList): (CollectedSeries | undefined)[] => []);

  constructor({ keepsDates }: { readonly keepsDates: boolean }) {
    this.#keepsDates = keepsDates;
  }

  /** Those that have a value at some instant, in the order in which they first had one. */
  get series(): readonly CollectedSeries[] {
    return [...this.#byKey.values()];
  }

  /** Adds what a run gave, at an instant after all before, and returns how many values; throws a QueryError when two series have the same labels. */
  add(vector: Vector, run: Run): number {
    const { list, values, newestMs } = vector;
    const { timeMs } = run;
    const slots = this.#slotsFor(vector, run);
    let present = 0;
    for (let position = 0; position < list.size; position += 1) {
      if (!isPresent(vector, position)) continue;
      const series = slots[position] ?? this.#seriesOf(list.labels(position));
      slots[position] = series;
      if (series.lastMs === timeMs) throw sameLabels(series.labels);
      series.lastMs = timeMs;
      series.timesMs.push(timeMs);
      series.values.push(floatAt(values, position));
      const newest = floatAt(newestMs, position);
      if (newest > series.newest) series.newest = newest;
      if (this.#keepsDates) series.newestMs.push(newest);
      present += 1;
    }
    return present;
  }

  /** Where the values go: found once for a list, and in slices when it is long. */
  #slotsFor(vector: Vector, { leaves, query }: Run): (CollectedSeries | undefined)[] {
    const { list } = vector;
    const slots = this.#slotsOf(list);
    const startMs = query.pace.nowMs();
    let made = 0;
    for (let position = 0; list.size > SERIES_PER_CHECK && position < list.size; position += 1) {
      if (slots[position] !== undefined || !isPresent(vector, position)) continue;
      slots[position] = this.#seriesOf(list.labels(position));
      made += 1;
      if (made % SERIES_PER_CHECK === 0) leaves.yieldTo(query.pace, startMs);
    }
    return slots;
  }

  #seriesOf(labels: Labels): CollectedSeries {
    const key = labelsKey(labels);
    const series = this.#byKey.get(key) ?? {
      labels,
      timesMs: [],
      values: [],
      newestMs: [],
      newest: NO_SAMPLE,
      lastMs: Number.NaN,
    };
    this.#byKey.set(key, series);
    return series;
  }
}
