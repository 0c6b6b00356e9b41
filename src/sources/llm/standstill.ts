// Whether an engine whose gauges are of its last iteration iterates at all: at rest they keep what was last true.

/**
 * Equal readings of the iteration counter, after the first, that show a standstill. An engine with requests iterates in milliseconds to
 * seconds, and two scrapes may fall into one long prefill; three in a row do not.
 */
const STILL_READINGS = 2;

export class Standstill {
  #iterations = Number.NaN;
  #stillReadings = 0;
  #withheld = false;

  /** True while the engine does not iterate. */
  get isStill(): boolean {
    return this.#stillReadings >= STILL_READINGS;
  }

  /** Whether a gauge was left out for it since the engine last moved. */
  get hasWithheld(): boolean {
    return this.#withheld;
  }

  /** Takes the iteration counter as one scrape says it. */
  observe(iterations: number): number {
    const isSame = iterations === this.#iterations;
    this.#stillReadings = isSame ? this.#stillReadings + 1 : 0;
    this.#withheld &&= isSame;
    this.#iterations = iterations;
    return iterations;
  }

  /** A gauge of the last iteration; NaN where it cannot be true any more. An engine that stands still with nothing in it is idle: its 0 is true. */
  gauge(value: number): number {
    if (!this.isStill || value === 0) return value;
    this.#withheld = true;
    return Number.NaN;
  }
}
