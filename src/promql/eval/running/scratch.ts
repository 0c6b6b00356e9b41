// Columns that a run needs for a moment: made once, and used again by the next run.
import { growthColumns, sampleWindow } from '../../../model/sample-source.ts';

/** Column lengths are powers of two, so that lists of nearly the same size share columns. */
const SMALLEST_SHIFT = 4;

/** How many columns were taken at some moment. */
export type Mark = readonly number[];

interface Pool {
  readonly columns: Float64Array[];
  used: number;
}

/** Series whose growth is read together: their columns stay in the processor's first caches. */
const GROWTH_ROWS = 512;

/** Belongs to one engine. A column is the taker's until `reset`; what it holds at first means nothing. */
export class Scratch {
  /** By power of two. */
  readonly #pools: Pool[] = [];
  readonly growth = growthColumns(GROWTH_ROWS);
  /** Filled and read row by row; nothing else holds on to it. */
  readonly window = sampleWindow();

  /** At least `size` numbers long. */
  column(size: number): Float64Array {
    const shift = Math.max(SMALLEST_SHIFT, 32 - Math.clz32(Math.max(0, size - 1)));
    let pool = this.#pools[shift];
    if (pool === undefined) {
      pool = { columns: [], used: 0 };
      this.#pools[shift] = pool;
    }
    let column = pool.columns[pool.used];
    if (column === undefined) {
      column = new Float64Array(2 ** shift);
      pool.columns.push(column);
    }
    pool.used += 1;
    return column;
  }

  /** For `release`. */
  mark(): Mark {
    return this.#pools.map((pool) => pool?.used ?? 0);
  }

  /** Takes all columns back that were taken after the mark. */
  release(mark: Mark): void {
    for (const [shift, pool] of this.#pools.entries()) if (pool !== undefined) pool.used = mark[shift] ?? 0;
  }

  /** Takes all columns back. */
  reset(): void {
    for (const pool of this.#pools) if (pool !== undefined) pool.used = 0;
  }
}
