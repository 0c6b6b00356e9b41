// How stages count what they do, without knowing the library that counts.

export interface MetricSpec {
  /** Full name, `plimsoll_…`, with its unit and `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

type LabelValues = Readonly<Record<string, string>>;

export interface Counter {
  add(amount: number, labels?: LabelValues): void;
}

export interface Gauge {
  set(value: number, labels?: LabelValues): void;
}

export interface Histogram {
  observe(value: number, labels?: LabelValues): void;
}

export interface Meter {
  counter(spec: MetricSpec): Counter;
  gauge(spec: MetricSpec): Gauge;
  histogram(spec: MetricSpec & { readonly buckets: readonly number[] }): Histogram;
}

/** Counts nothing: for tests and offline commands. */
export const nullMeter: Meter = {
  counter: () => ({ add: () => {} }),
  gauge: () => ({ set: () => {} }),
  histogram: () => ({ observe: () => {} }),
};
