// How long the phases of a fault last, and how often things are read and looked at.

export interface Timing {
  /** Of every scrape. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Range of rates; a Triton's API is asked four times in it. */
  readonly windowMs: number;
  /** How long all is well, the fault lasts, and all is well again. */
  readonly beforeMs: number;
  readonly faultMs: number;
  readonly afterMs: number;
  /** Of the last, how much is told of what is no rate: that is right at once. */
  readonly toldMs: number;
  /** Between two looks at what is served. */
  readonly lookMs: number;
}

/** For the tests: time-outs long enough for a machine that does much else. */
export const SHORT: Timing = {
  intervalMs: 2000,
  timeoutMs: 1500,
  windowMs: 8000,
  beforeMs: 1000,
  faultMs: 6000,
  afterMs: 5000,
  toldMs: 5000,
  lookMs: 250,
};

/** As shipped; rates are looked at until the gap has left their window. */
export const SHIPPED: Timing = {
  intervalMs: 5000,
  timeoutMs: 2500,
  windowMs: 60_000,
  beforeMs: 10_000,
  faultMs: 20_000,
  afterMs: 65_000,
  toldMs: 20_000,
  lookMs: 250,
};
