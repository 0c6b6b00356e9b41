// How long to wait before another try.

export interface BackoffSettings {
  readonly firstMs: number;
  readonly mostMs: number;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
}

/** Waits that double up to a most, each shortened by up to half at random, so that many who failed at once do not come back at once. */
export class Backoff {
  readonly #settings: BackoffSettings;
  #nextMs: number;

  constructor(settings: BackoffSettings) {
    this.#settings = settings;
    this.#nextMs = settings.firstMs;
  }

  /** Milliseconds to wait now. */
  next(): number {
    const { mostMs, random = Math.random } = this.#settings;
    const ms = this.#nextMs * (1 - random() / 2);
    this.#nextMs = Math.min(2 * this.#nextMs, mostMs);
    return ms;
  }

  /** After a success. */
  reset(): void {
    this.#nextMs = this.#settings.firstMs;
  }
}
