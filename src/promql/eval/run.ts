// One evaluation of an expression, as its steps see it.
import type { Grid, Span } from './grid.ts';
import type { Leaves } from './leaves.ts';
import type { Pace } from './pace.ts';
import type { Scratch } from './scratch.ts';
import type { SeriesList } from './series-list.ts';
import type { Usage } from './usage.ts';

/** Series whose labels are, in some names, those of one in the list. The same object for the same list. */
export interface Narrowing {
  readonly list: SeriesList;
  readonly labels: readonly string[];
}

/** What all evaluations of a query share. */
export interface QueryState {
  readonly span: Span;
  readonly usage: Usage;
  readonly pace: Pace;
  /** What was computed once for the whole query, by the place in the expression. */
  readonly once: Map<object, unknown>;
}

/** One evaluation, at one instant. */
export interface Run {
  readonly timeMs: number;
  readonly usage: Usage;
  readonly scratch: Scratch;
  readonly query: QueryState;
  /** The instants among which this one is. */
  readonly grid: Grid;
  readonly leaves: Leaves;
  /** Selectors leave out what a join around them could not use. */
  readonly only?: Narrowing;
}
