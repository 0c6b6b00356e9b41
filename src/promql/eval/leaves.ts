// What a run has read of its selectors: kept when the run is paused, so that the next one goes on where this one stopped.
import { type Pace, Pause } from './pace.ts';
import type { Run } from './run.ts';
import type { SeriesList } from './series-list.ts';
import { rawVector, type Vector } from './vector.ts';

interface Kept {
  readonly list: SeriesList;
  /** Up to this position the columns are filled. */
  readonly reached: number;
  readonly values: Float64Array;
  readonly newestMs: Float64Array;
  /** What it took. */
  readonly samples: number;
}

/** Thrown when rows came or went during a pause: what was read of the ones before means nothing now. */
export class RowsChanged extends Error {
  constructor() {
    super('BUG: rows changed during a query that was not begun anew');
  }
}

/** Of one step of a query, however many runs it takes. */
export class Leaves {
  /** By what reads: what it kept, in the order of its calls. */
  readonly #kept = new Map<object, Kept[]>();
  readonly #calls = new Map<object, number>();
  #isPaused = false;

  /** Called before each run. */
  begin(): void {
    this.#calls.clear();
  }

  /** For the next step, or to read all anew. */
  clear(): void {
    if (this.#isPaused) this.#kept.clear();
    this.#isPaused = false;
  }

  /**
   * A vector whose columns `read` fills from a position on; it says what it reached now and then, and may be stopped there (by a throw).
   * `reader` is one object for one place in the expression.
   */
  fill(reader: object, about: Filling): Vector {
    const { run, list, read } = about;
    const call = this.#calls.get(reader) ?? 0;
    this.#calls.set(reader, call + 1);
    const vector = rawVector(list, run);
    const { usage, pace } = run.query;
    const before = usage.samples;
    const from = this.#resume(vector, { kept: this.#kept.get(reader)?.[call], run });
    const keep = (reached: number): void => this.#keep(reader, { call, vector, reached, samples: usage.samples - before });
    const reach = (position: number): void => {
      if (position === list.size || !pace.isOver()) return;
      keep(position);
      this.#pause();
    };
    if (from < list.size) read(vector, { from, reach });
    if (this.#isPaused && from < list.size) keep(list.size);
    return vector;
  }

  /** Stops the run where its slice is over: for work after the selectors that goes on where it was when it is called again. */
  yieldTo(pace: Pace): void {
    if (pace.isOver()) this.#pause();
  }

  #pause(): never {
    this.#isPaused = true;
    throw new Pause();
  }

  #resume({ list, values, newestMs }: Vector, { kept, run }: { readonly kept: Kept | undefined; readonly run: Run }): number {
    if (kept === undefined) return 0;
    if (kept.list !== list) throw new RowsChanged();
    values.set(kept.values);
    newestMs.set(kept.newestMs);
    run.query.usage.recount(kept.samples);
    return kept.reached;
  }

  #keep(
    reader: object,
    about: { readonly call: number; readonly vector: Vector; readonly reached: number; readonly samples: number },
  ): void {
    const { call, vector, reached, samples } = about;
    const kept = this.#kept.get(reader) ?? [];
    kept[call] = {
      list: vector.list,
      reached,
      values: vector.values.slice(0, reached),
      newestMs: vector.newestMs.slice(0, reached),
      samples,
    };
    this.#kept.set(reader, kept);
  }
}

interface Filling {
  readonly run: Run;
  readonly list: SeriesList;
  readonly read: (vector: Vector, part: { readonly from: number; readonly reach: (position: number) => void }) => void;
}
