// When live targets fall behind, kept flat: a question must not go through a thousand statuses to learn that nothing did.
import type { TargetStatus } from '../model/target.ts';

/** The place of a target, reused after `remove`. */
export type LivenessPlace = number;

const NEVER = Number.POSITIVE_INFINITY;
const FIRST_PLACES = 16;

export class Liveness {
  /** By place: from then on the target is overdue, unless it is read again; NEVER for one that is not live as it is. */
  #overdueMs = new Float64Array(FIRST_PLACES).fill(NEVER);
  readonly #free: LivenessPlace[] = [];
  #made = 0;

  /** When the first of the live targets falls behind if none is read again; Infinity without any. As `isLive` has it. */
  get firstOverdueMs(): number {
    let first = NEVER;
    for (let place = 0; place < this.#made; place += 1) first = Math.min(first, this.#overdueMs[place] ?? NEVER);
    return first;
  }

  add(): LivenessPlace {
    const place = this.#free.pop() ?? this.#made;
    if (place === this.#made) this.#made += 1;
    if (this.#made > this.#overdueMs.length) {
      const longer = new Float64Array(this.#made * 2).fill(NEVER);
      longer.set(this.#overdueMs);
      this.#overdueMs = longer;
    }
    return place;
  }

  remove(place: LivenessPlace): void {
    this.#overdueMs[place] = NEVER;
    this.#free.push(place);
  }

  note(place: LivenessPlace, { lastError, lastSuccessMs, target }: TargetStatus): void {
    const isUp = lastError === undefined && lastSuccessMs !== undefined;
    this.#overdueMs[place] = isUp ? lastSuccessMs + target.intervalMs + target.timeoutMs : NEVER;
  }
}
