// How long a query holds the event loop: in slices, between which everything else has its turn.
import type { Clock } from '../../../lib/clock.ts';
import type { Turns } from '../../../lib/turns.ts';

/** A run whose slice is over stops in the middle: above what the questions of autoscalers take, far below the 50 ms that the loop may be held. */
const LONGEST_SLICE_MS = 20;
/** What every run may spend on what is new, or going through what is kept would be all that it does. */
const LEAST_PROGRESS_MS = 8;
/** After so long the next step of many waits for the next slice. */
const SHORT_SLICE_MS = 8;

/** Thrown through the steps of a run that is gone into again in the next slice; what was read until then is kept (eval/reading/leaves.ts). */
export class Pause extends Error {
  constructor() {
    super('BUG: a run that was to go on later was not');
  }
}

/** Of one query. */
export class Pace {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #turns: Turns;
  #sliceMs: number;

  constructor(clock: Pick<Clock, 'nowMs'>, turns: Turns) {
    this.#clock = clock;
    this.#turns = turns;
    this.#sliceMs = clock.nowMs();
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** True when work that began at `startMs` within this slice should stop. */
  isOver(startMs: number): boolean {
    const nowMs = this.#clock.nowMs();
    return nowMs - this.#sliceMs > LONGEST_SLICE_MS && nowMs - startMs > LEAST_PROGRESS_MS;
  }

  /** True when the next step should wait. */
  isSpent(): boolean {
    return this.#clock.nowMs() - this.#sliceMs > SHORT_SLICE_MS;
  }

  /** Settles in a turn of the event loop in which no other query of the engine runs. */
  async nextSlice(): Promise<void> {
    await this.#turns.next();
    this.#sliceMs = this.#clock.nowMs();
  }
}
