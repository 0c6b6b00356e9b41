// One question while it is answered: what all its steps share.
import type { Clock } from '../../../lib/clock.ts';
import type { Turns } from '../../../lib/turns.ts';
import { QueryError } from '../../../model/query-engine.ts';
import type { SampleSource } from '../../../model/sample-source.ts';
import { Leaves, RowsChanged } from '../reading/leaves.ts';
import type { Asked, Grid, Span } from './asked.ts';
import { Pace, Pause } from './pace.ts';
import type { Run, Usage } from './run.ts';
import type { Scratch } from './scratch.ts';

/** What an engine lends to its queries. */
export interface Workplace {
  readonly source: Pick<SampleSource, 'rowsVersion'>;
  readonly clock: Clock;
  readonly scratch: Scratch;
  readonly turns: Turns;
}

/** How often a step is begun anew because rows came or went between its slices. */
const MOST_RESTARTS = 10;

export class Query implements Asked {
  readonly span: Span;
  readonly usage: Usage;
  readonly pace: Pace;
  readonly workplace: Workplace;
  readonly once = new Map<object, unknown>();

  constructor(workplace: Workplace, about: { readonly span: Span; readonly usage: Usage }) {
    this.workplace = workplace;
    this.span = about.span;
    this.usage = about.usage;
    this.pace = new Pace(workplace.clock, workplace.turns);
  }

  /**
   * Calls `evaluate` for each instant of a grid, within one turn of the event loop where that takes some milliseconds.
   * It may be called several times for one instant: all but the last call end by a throw that comes from a selector.
   */
  async eachStep(grid: Grid, evaluate: (run: Run) => void): Promise<void> {
    const steps = new Steps(this, grid, evaluate);
    while (!steps.runSome()) {
      await this.pace.nextSlice();
      this.usage.checkTime();
    }
  }
}

class Steps {
  readonly #query: Query;
  readonly #grid: Grid;
  readonly #evaluate: (run: Run) => void;
  readonly #leaves = new Leaves();
  #next = 0;
  #restarts = 0;

  constructor(query: Query, grid: Grid, evaluate: (run: Run) => void) {
    this.#query = query;
    this.#grid = grid;
    this.#evaluate = evaluate;
  }

  /** Goes on until the slice is over. True when all is done. */
  runSome(): boolean {
    const { usage, pace } = this.#query;
    while (this.#next < this.#grid.count) {
      const before = usage.samples;
      if (!this.#run()) {
        usage.rewind(before);
        return false;
      }
      this.#leaves.clear();
      this.#next += 1;
      this.#restarts = 0;
      if (this.#next < this.#grid.count) {
        usage.checkTime();
        if (pace.isSpent()) return false;
      }
    }
    return true;
  }

  /** False when the step has to be gone into again. */
  #run(): boolean {
    const { usage, workplace } = this.#query;
    const { scratch } = workplace;
    scratch.reset();
    this.#leaves.begin();
    const timeMs = this.#grid.firstMs + this.#next * this.#grid.stepMs;
    try {
      this.#evaluate({ timeMs, usage, scratch, query: this.#query, grid: this.#grid, leaves: this.#leaves });
      return true;
    } catch (error) {
      if (error instanceof RowsChanged) this.#restart();
      else if (!(error instanceof Pause)) throw error;
      return false;
    }
  }

  #restart(): void {
    this.#leaves.clear();
    this.#restarts += 1;
    if (this.#restarts > MOST_RESTARTS) throw seriesChanged();
  }
}

/** What is said when series came and went more often than a query could begin anew. */
function seriesChanged(): QueryError {
  return new QueryError(
    'execution',
    `cannot evaluate the query: series came or went ${MOST_RESTARTS} times while it was read; select fewer series, or ask again later`,
  );
}
