// What all runs of one question share.
import type { Pace } from './pace.ts';

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

export interface Asked {
  readonly span: Span;
  readonly pace: Pace;
  /** What was computed once for the whole query, by the place in the expression. */
  readonly once: Map<object, unknown>;
}
