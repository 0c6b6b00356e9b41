// Instants and spans of time.

/** Instants `firstMs`, `firstMs + stepMs`, … : `count` of them. */
export interface Grid {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** What `start()` and `end()` mean. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}
