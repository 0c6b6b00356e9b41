// Collects garbage until nothing more goes.
import { setImmediate } from 'node:timers/promises';

// What is held by a weak reference, or waits for its finaliser, goes with the second or third collection only.
const ROUNDS = 3;

/** Nothing without --expose-gc. */
export async function collect(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
}
