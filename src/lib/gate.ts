// Work that is too heavy to be done often at a time: one piece after the other, and not too many that wait.

export interface GateOptions {
  /** Pieces that may wait while others are worked at. */
  readonly waiting: number;
  /** How many are worked at at a time. Default: one. */
  readonly together?: number;
}

/** Lets so many in at a time, in the order in which they came. */
export class Gate {
  readonly #mostWaiting: number;
  /** How many more may come in now. */
  #room: number;
  readonly #queue: (() => void)[] = [];

  constructor({ waiting, together = 1 }: GateOptions) {
    this.#mostWaiting = waiting;
    this.#room = together;
  }

  /** What `work` gives, once its turn has come; undefined, and nothing is done, where too many wait already. */
  async pass<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result } | undefined> {
    if (this.#room > 0) {
      this.#room -= 1;
    } else {
      if (this.#queue.length >= this.#mostWaiting) return undefined;
      // Whoever leaves hands over its place.
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    try {
      return { result: await work() };
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#room += 1;
      else next();
    }
  }
}
