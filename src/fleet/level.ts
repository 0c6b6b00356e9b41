// A number of things that changes at events, with its exact time integrals.

export class Level {
  value = 0;
  #sinceUs = 0;
  #integral = 0;
  #busyUs = 0;

  add(change: number, nowUs: number): void {
    this.#settle(nowUs);
    this.value += change;
  }

  /** Value × time since the start, in things × microseconds. */
  integralAt(nowUs: number): number {
    this.#settle(nowUs);
    return this.#integral;
  }

  /** Time since the start during which there was at least one thing, in microseconds. */
  busyUsAt(nowUs: number): number {
    this.#settle(nowUs);
    return this.#busyUs;
  }

  #settle(nowUs: number): void {
    const passedUs = nowUs - this.#sinceUs;
    this.#integral += this.value * passedUs;
    if (this.value > 0) this.#busyUs += passedUs;
    this.#sinceUs = nowUs;
  }
}
