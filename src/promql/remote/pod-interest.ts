// Which pods an expression is asked about again and again: whoever asks next asks about them all, so that the others need not.
import { type PodRef, type PodSet, podKey } from '../../model/pod.ts';

/** Four questions of an autoscaler: one that is gone is forgotten after that. */
export const KEPT_MS = 60_000;
/** Sets of one expression; autoscalers of one metric are no more. */
const MOST_SETS = 5000;

/** Of one expression. */
export class PodInterest {
  /** When each set was last asked about; the one asked longest ago first. */
  readonly #sets = new Map<PodSet, number>();

  /** `pods` is the same object for the same pods, as long as somebody remembers it. */
  ask(pods: PodSet, atMs: number): void {
    this.#sets.delete(pods);
    this.#sets.set(pods, atMs);
    for (const [oldest, askedMs] of this.#sets) {
      if (this.#sets.size <= MOST_SETS && atMs - askedMs <= KEPT_MS) break;
      this.#sets.delete(oldest);
    }
  }

  /** Every pod of the sets asked about, once. */
  pods(): readonly PodRef[] {
    const pods = new Map<string, PodRef>();
    for (const set of this.#sets.keys()) for (const pod of set.pods) pods.set(podKey(pod), pod);
    return [...pods.values()];
  }

  get size(): number {
    return this.#sets.size;
  }
}
