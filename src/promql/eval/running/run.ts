// One question being answered: its instant, and what it may still cost.
import type { Clock } from '../../../lib/clock.ts';
import { QueryError, type QueryScope } from '../../../model/query-engine.ts';
import type { Annotation } from '../annotations.ts';
import type { SeriesList } from '../labels/series-list.ts';
import type { Leaves } from '../reading/leaves.ts';
import type { Asked, Grid } from './asked.ts';
import type { Scratch } from './scratch.ts';

/** Series whose labels are, in some names, those of one in the list. The same object for the same list. */
export interface Narrowing {
  readonly list: SeriesList;
  readonly labels: readonly string[];
}

/** One evaluation of an expression. */
export interface Run {
  readonly timeMs: number;
  readonly usage: Usage;
  readonly scratch: Scratch;
  readonly query: Asked;
  /** The instants among which this one is. */
  readonly grid: Grid;
  readonly leaves: Leaves;
  /** Selectors leave out what a join around them could not use. */
  readonly only?: Narrowing;
}

/** Reads between two looks at the clock: some tens of microseconds. */
const READS_PER_CHECK = 256;

/** What a query has read, held against its limits; shared by all steps of a range query. */
export class Usage {
  readonly scope: QueryScope;
  readonly #clock: Clock;
  readonly #selected = new Set<string>();
  readonly #annotations = new Map<string, Annotation>();
  readonly #last: (() => readonly Annotation[])[] = [];
  #samples = 0;
  #reads = 0;

  constructor(scope: QueryScope, clock: Clock) {
    this.scope = scope;
    this.#clock = clock;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Forgets what a run that is gone into again has counted. */
  rewind(samples: number): void {
    this.#setTrace(samples);
    this.#samples = samples;
  }

  /** Counts samples that were read in an earlier slice. */
  recount(samples: number): void {
    this.#count(samples);
  }

  #setTrace(samples: number): void {
    const { trace } = this.scope;
    if (trace !== undefined) trace.samplesRead += samples - this.#samples;
  }

  /** Counts the samples of one row that was read; throws a QueryError past the budget, or now and then past the deadline. */
  countRead(samples: number): void {
    this.#count(samples);
    this.#reads += 1;
    if (this.isCheckDue()) this.checkTime();
  }

  /** True after every so many rows. */
  isCheckDue(): boolean {
    return this.#reads % READS_PER_CHECK === 0;
  }

  /** Counts the samples of many rows that were read together; throws a QueryError past the budget or the deadline. */
  countSamples(samples: number): void {
    this.#count(samples);
    this.checkTime();
  }

  #count(samples: number): void {
    this.#samples += samples;
    const { sampleBudget, trace } = this.scope;
    if (trace !== undefined) trace.samplesRead += samples;
    if (sampleBudget !== undefined && this.#samples > sampleBudget) {
      throw new QueryError(
        'over-limit',
        `query processing would load too many samples into memory in query execution: more than ${sampleBudget} (limit query_samples); select fewer series, shorten the range or raise the limit`,
      );
    }
  }

  /** Notes in the trace how many series a selector asks, once per selector however many steps the query has. */
  noteSelection(selector: string, series: number): void {
    if (this.#selected.has(selector)) return;
    this.#selected.add(selector);
    this.scope.trace?.selections.push({ selector, series });
  }

  /** Adds what the answer should be taken with, each problem once. */
  annotate(annotation: Annotation): void {
    const said = this.#annotations.get(annotation.problem);
    if (said === undefined || said.rank <= annotation.rank) this.#annotations.set(annotation.problem, annotation);
  }

  /** Adds what can be told only when all steps have been run. What it throws fails the query. */
  annotateLast(judge: () => readonly Annotation[]): void {
    this.#last.push(judge);
  }

  /** What was added, in Prometheus's words. Asked when all steps have been run. */
  annotations(): { readonly warnings: readonly string[]; readonly infos: readonly string[] } {
    for (const judge of this.#last) for (const annotation of judge()) this.annotate(annotation);
    const all = [...this.#annotations.values()];
    const textsOf = (kind: Annotation['kind']): readonly string[] => all.filter((each) => each.kind === kind).map(({ text }) => text);
    return { warnings: textsOf('warning'), infos: textsOf('info') };
  }

  /** Throws a QueryError when the asker has gone or the deadline is past. */
  checkTime(): void {
    if (this.scope.abortSignal?.aborted) {
      throw new QueryError('aborted', 'query was canceled in expression evaluation; the one who asked has gone');
    }
    const { deadlineMs } = this.scope;
    if (deadlineMs !== undefined && this.#clock.nowMs() > deadlineMs) {
      throw new QueryError(
        'deadline',
        'query timed out in expression evaluation (limit query_timeout); select fewer series, shorten the range or raise the limit',
      );
    }
  }
}
