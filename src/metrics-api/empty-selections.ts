// Questions about all objects that find none: the answer is an empty list, which cannot say why, so the log does, once each time it begins.
import type { Clock } from '../lib/clock.ts';
import { keyOf } from '../lib/key.ts';
import type { Log } from '../model/log.ts';

export interface Selection {
  /** `pods`, `deployments.apps`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  /** As asked; empty without one. */
  readonly labelSelector: string;
}

/** Selections that are followed at a time: one more is not told of, so that whoever asks for ever new ones does not fill the log. */
const MOST_FOLLOWED = 100;
/** An HPA asks every few seconds; who has not asked for so long has gone. */
const FORGOTTEN_MS = 600_000;

/** The selections that are empty now. */
export class EmptySelections {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #log: Log;
  /** When each was asked last, by what it selects; the least recent first. */
  readonly #asked = new Map<string, number>();

  constructor({ clock, log }: { readonly clock: Pick<Clock, 'nowMs'>; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** `known` tells how many objects there would be without the labelSelector. */
  found(selection: Selection, known: () => number): void {
    const key = keyFor(selection);
    const isNew = !this.#asked.delete(key);
    const nowMs = this.#clock.nowMs();
    this.#forget(nowMs);
    if (isNew && this.#asked.size >= MOST_FOLLOWED) return;
    this.#asked.set(key, nowMs);
    if (!isNew) return;
    this.#log.warn(
      { ...shown(selection), known: known() },
      'nothing selected: the answer is an empty list, which an HPA takes for a failure',
    );
  }

  /** Costs nothing while no selection is empty. */
  isOver(selection: Selection): void {
    if (this.#asked.size > 0 && this.#asked.delete(keyFor(selection))) this.#log.info(shown(selection), 'something selected again');
  }

  #forget(nowMs: number): void {
    for (const [key, askedMs] of this.#asked) {
      if (nowMs - askedMs < FORGOTTEN_MS) return;
      this.#asked.delete(key);
    }
  }
}

function keyFor({ resource, namespace = '', labelSelector }: Selection): string {
  return keyOf([resource, namespace, labelSelector]);
}

/** Long enough to tell one HPA from another. */
const MOST_SHOWN = 200;

function shown({ resource, namespace = '', labelSelector }: Selection): Readonly<Record<string, string>> {
  return { resource, namespace: namespace.slice(0, MOST_SHOWN), labelSelector: labelSelector.slice(0, MOST_SHOWN) };
}
