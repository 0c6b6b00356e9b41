// The newest samples of selected series, in the two parts that their labels are kept in: for who writes very many of them out.
import type { Labels } from './labels.ts';
import type { QueryScope } from './query-engine.ts';

/** A series with its newest sample. */
export interface NewestSample {
  /** What was said; it wins over the target's labels, and an empty value hides one. The same object for equal lines of one answer. */
  readonly line: Labels;
  /** The same object for one target. */
  readonly target: Labels;
  readonly value: number;
  readonly timeMs: number;
}

export interface NewestRequest extends Pick<QueryScope, 'deadlineMs' | 'sampleBudget' | 'abortSignal'> {
  /** A plain selector. */
  readonly expr: string;
  readonly timeMs: number;
}

export interface NewestSeries {
  /**
   * As an instant selector finds them, some in each turn of the event loop; a series may come twice where rows went meanwhile.
   * The iteration rejects with a QueryError and with nothing else.
   */
  newest(request: NewestRequest): AsyncIterable<readonly NewestSample[]>;
}
