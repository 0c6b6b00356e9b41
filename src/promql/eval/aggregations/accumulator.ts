// Many values to one: the same arithmetic over series (aggregations) and over time (`*_over_time`).

export interface Accumulator {
  /** Forgets what was added. */
  reset(): void;
  add(value: number): void;
  /** Asked after at least one `add`. */
  result(): number;
}

export type AccumulatorName = 'sum' | 'avg' | 'min' | 'max' | 'count' | 'group' | 'stddev' | 'stdvar';

/** A fresh accumulator of each kind. */
export const ACCUMULATORS: Readonly<Record<AccumulatorName, () => Accumulator>> = {
  sum: () => new Sum(),
  avg: () => new Mean(),
  min: () => new Extreme((value, best) => value < best),
  max: () => new Extreme((value, best) => value > best),
  count: () => new Count(),
  group: () => new Presence(),
  stddev: () => new Spread(Math.sqrt),
  stdvar: () => new Spread((variance) => variance),
};

/** Neumaier's compensated sum, as Prometheus adds: https://doi.org/10.1002/zamm.19740540106. */
export class CompensatedSum {
  sum: number;
  compensation: number;

  constructor(sum: number, compensation: number) {
    this.sum = sum;
    this.compensation = compensation;
  }

  set(sum: number, compensation: number): void {
    this.sum = sum;
    this.compensation = compensation;
  }

  add(value: number): void {
    const total = this.sum + value;
    if (isInfinite(total)) this.compensation = 0;
    else if (Math.abs(this.sum) >= Math.abs(value)) this.compensation += this.sum - total + value;
    else this.compensation += value - total + this.sum;
    this.sum = total;
  }
}

class Sum implements Accumulator {
  readonly #total = new CompensatedSum(0, 0);

  reset(): void {
    this.#total.set(0, 0);
  }

  add(value: number): void {
    this.#total.add(value);
  }

  result(): number {
    return this.#total.sum + this.#total.compensation;
  }
}

/** Sum ÷ count until the sum would overflow, from there on a running mean. */
class Mean implements Accumulator {
  readonly #total = new CompensatedSum(0, 0);
  #count = 0;
  #isRunning = false;

  reset(): void {
    this.#total.set(0, 0);
    this.#count = 0;
    this.#isRunning = false;
  }

  add(value: number): void {
    const { sum, compensation } = this.#total;
    const before = this.#count;
    this.#count += 1;
    if (!this.#isRunning && before > 0 && isInfinite(sum + value)) {
      this.#isRunning = true;
      this.#total.set(sum / before, compensation / before);
    }
    if (this.#isRunning) this.#addToMean(value, before / this.#count);
    else this.#total.add(value);
  }

  result(): number {
    const { sum, compensation } = this.#total;
    return this.#isRunning ? sum + compensation : sum / this.#count + compensation / this.#count;
  }

  /** `weight` is the share of the values so far in the new mean. */
  #addToMean(value: number, weight: number): void {
    const { sum, compensation } = this.#total;
    this.#total.set(sum * weight, compensation * weight);
    this.#total.add(value / this.#count);
  }
}

/** NaN gives way to any number. */
class Extreme implements Accumulator {
  readonly #beats: (value: number, best: number) => boolean;
  #best = Number.NaN;

  constructor(beats: (value: number, best: number) => boolean) {
    this.#beats = beats;
  }

  reset(): void {
    this.#best = Number.NaN;
  }

  add(value: number): void {
    if (this.#beats(value, this.#best) || Number.isNaN(this.#best)) this.#best = value;
  }

  result(): number {
    return this.#best;
  }
}

class Count implements Accumulator {
  #count = 0;

  reset(): void {
    this.#count = 0;
  }

  add(): void {
    this.#count += 1;
  }

  result(): number {
    return this.#count;
  }
}

class Presence implements Accumulator {
  reset(): void {
    // That there is one is all there is to know.
  }

  add(): void {
    // The same.
  }

  result(): number {
    return 1;
  }
}

/** Welford's running variance, of the population; NaN when the first value is no finite number. */
class Spread implements Accumulator {
  readonly #finish: (variance: number) => number;
  #mean = 0;
  #squares = 0;
  #count = 0;

  constructor(finish: (variance: number) => number) {
    this.#finish = finish;
  }

  reset(): void {
    this.#mean = 0;
    this.#squares = 0;
    this.#count = 0;
  }

  add(value: number): void {
    this.#count += 1;
    if (this.#count === 1) {
      this.#mean = value;
      this.#squares = Number.isFinite(value) ? 0 : Number.NaN;
      return;
    }
    const delta = value - this.#mean;
    this.#mean += delta / this.#count;
    this.#squares += delta * (value - this.#mean);
  }

  result(): number {
    return this.#finish(this.#squares / this.#count);
  }
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}
