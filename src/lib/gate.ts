// Work that is too heavy to be done twice at a time: one piece after the other, and not too many that wait.

export interface GateOptions {
  /** Pieces that may wait while one is worked at. */
  readonly waiting: number;
}

/** Lets one in at a time, in the order in which they came. */
export class Gate {
  readonly #mostWaiting: number;
  #isTaken = false;
  readonly #queue: (() => void)[] = [];

  constructor({ waiting }: GateOptions) {
    this.#mostWaiting = waiting;
  }

  /** What `work` gives, once its turn has come; undefined, and nothing is done, where too many wait already. */
  async pass<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result } | undefined> {
    if (this.#isTaken) {
      if (this.#queue.length >= this.#mostWaiting) return undefined;
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    this.#isTaken = true;
    try {
      return { result: await work() };
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#isTaken = false;
      else next();
    }
  }
}
