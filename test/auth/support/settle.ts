// Waiting for files: their reading takes real time, which a virtual clock does not move.
import { setImmediate } from 'node:timers/promises';

/** Until `isDone` says so. */
export async function settle(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await setImmediate();
}
