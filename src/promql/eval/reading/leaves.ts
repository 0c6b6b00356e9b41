// What a run has read of its selectors: kept when the run is paused, so that the next one goes on where this one stopped.

import type { SeriesList } from '../labels/series-list.ts';
import { type Pace, Pause } from '../running/pace.ts';
import type { Scratch } from '../running/scratch.ts';
import { copyOf, rawVector, type Vector } from '../vector.ts';

/** Of a run, what this takes. */
interface Running {
  readonly scratch: Scratch;
  readonly usage: { readonly samples: number; recount(samples: number): void };
  readonly query: { readonly pace: Pace };
}

interface Kept {
  readonly list: SeriesList;
  /** As long as the list, and nobody else's. */
  readonly vector: Vector;
  /** Up to this position the columns are filled. */
  reached: number;
  /** What that took. */
  samples: number;
}

/** Of a step whose operands need not be gone through again. */
interface KeptResult {
  readonly vector: Vector;
  readonly rowsVersion: number;
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
  readonly #results = new Map<object, KeptResult>();
  #isPaused = false;

  /** Called before each run. */
  begin(): void {
    this.#calls.clear();
  }

  /** For the next step, or to read all anew. */
  clear(): void {
    if (!this.#isPaused) return;
    this.#kept.clear();
    this.#results.clear();
    this.#isPaused = false;
  }

  /**
   * A vector whose columns `read` fills from a position on; it says what it reached now and then, and may be stopped there (by a throw).
   * `reader` is one object for one place in the expression.
   */
  fill(reader: object, { run, list, read }: Filling): Vector {
    const call = this.#calls.get(reader) ?? 0;
    this.#calls.set(reader, call + 1);
    const kept = this.#kept.get(reader)?.[call];
    if (kept !== undefined && kept.list !== list) throw new RowsChanged();
    const { usage } = run;
    const { pace } = run.query;
    if (kept !== undefined) usage.recount(kept.samples);
    const from = kept?.reached ?? 0;
    if (kept !== undefined && from === list.size) return copyOf(kept.vector, run);
    const vector = kept?.vector ?? rawVector(list, run);
    const before = usage.samples - (kept?.samples ?? 0);
    const startMs = pace.nowMs();
    const reach = (position: number): void => {
      if (position >= list.size || !pace.isOver(startMs)) return;
      this.#keep(reader, { call, vector, reached: position, samples: usage.samples - before });
      this.#pause();
    };
    read(vector, { from, reach });
    if (!this.#isPaused) return vector;
    const whole = this.#keep(reader, { call, vector, reached: list.size, samples: usage.samples - before });
    return copyOf(whole.vector, run);
  }

  /** What `compute` gives; after a pause it is not called again where it came to an end before. */
  result(step: object, { run, compute, rowsVersion }: Computing): Vector {
    if (!this.#isPaused) return compute();
    const { usage } = run;
    const kept = this.#results.get(step);
    if (kept?.rowsVersion === rowsVersion) {
      usage.recount(kept.samples);
      return copyOf(kept.vector, run);
    }
    const before = usage.samples;
    const vector = compute();
    this.#results.set(step, { vector: ownCopyOf(vector), rowsVersion, samples: usage.samples - before });
    return vector;
  }

  /** Stops the run where its slice is over: for work that began at `startMs` and goes on where it was when it is called again. */
  yieldTo(pace: Pace, startMs: number): void {
    if (pace.isOver(startMs)) this.#pause();
  }

  #pause(): never {
    this.#isPaused = true;
    throw new Pause();
  }

  #keep(
    reader: object,
    about: { readonly call: number; readonly vector: Vector; readonly reached: number; readonly samples: number },
  ): Kept {
    const { call, vector, reached, samples } = about;
    const ofReader = this.#kept.get(reader) ?? [];
    const kept = ofReader[call] ?? { list: vector.list, vector: ownCopyOf(vector), reached, samples };
    kept.reached = reached;
    kept.samples = samples;
    ofReader[call] = kept;
    this.#kept.set(reader, ofReader);
    return kept;
  }
}

interface Filling {
  readonly run: Running;
  readonly list: SeriesList;
  readonly read: (vector: Vector, part: { readonly from: number; readonly reach: (position: number) => void }) => void;
}

interface Computing {
  readonly run: Running;
  readonly compute: () => Vector;
  readonly rowsVersion: number;
}

function ownCopyOf({ list, values, newestMs }: Vector): Vector {
  return { list, values: values.slice(0, list.size), newestMs: newestMs.slice(0, list.size) };
}
