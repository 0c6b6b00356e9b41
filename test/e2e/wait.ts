// Waiting for what other processes do, with a deadline and a reason.
import { setTimeout } from 'node:timers/promises';

export interface Wait<T> {
  /** Asked until it returns something. */
  readonly ask: () => Promise<T | undefined>;
  readonly withinMs: number;
  readonly everyMs: number;
  /** The message of the error when time is up. */
  readonly failure: () => string;
}

export async function until<T>({ ask, withinMs, everyMs, failure }: Wait<T>): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() >= endMs) throw new Error(failure());
    await setTimeout(everyMs);
  }
}
