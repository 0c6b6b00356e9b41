// Work that holds up everything else for milliseconds, one piece in a turn of the event loop.
import { setImmediate } from 'node:timers/promises';

/** Hands out turns in the order asked. What its owner does synchronously after `next` has the turn to itself. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  next(): Promise<unknown> {
    this.#last = this.#last.then(() => setImmediate());
    return this.#last;
  }
}
