// Long work in pieces.
import { setImmediate } from 'node:timers/promises';

/** Settles in a later turn of the event loop: whoever waits between two pieces of work lets sockets and timers in. */
export function nextTurn(): Promise<void> {
  return setImmediate();
}
