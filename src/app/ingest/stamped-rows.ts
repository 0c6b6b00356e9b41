// Rows whose lines say their own time: they are not stale by themselves when a scrape goes by without them, or repeats what is long past.
import type { Warning } from '../../model/fact.ts';
import type { RowId } from '../../model/sample-source.ts';
import { oldestSampleMs, type Target } from '../../model/target.ts';
import type { TargetWriter } from '../../store/target-writer.ts';
import { rowOf, type Write } from './line-writes.ts';

export class StampedRows {
  readonly #writer: TargetWriter;
  readonly #oldestMs: number;
  /** Those of the lines said last. */
  #said = new Set<RowId>();
  /** Those of lines that were said before and are not any more. */
  readonly #gone = new Set<RowId>();
  #warnings: readonly Warning[] = [];

  constructor({ source }: Target, writer: TargetWriter) {
    this.#writer = writer;
    this.#oldestMs = oldestSampleMs(source);
  }

  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  /** Another set of lines is said. */
  renew(rows: Iterable<RowId>): void {
    const said = new Set(rows);
    for (const row of this.#said) if (!said.has(row)) this.#gone.add(row);
    for (const row of said) this.#gone.delete(row);
    this.#said = said;
  }

  /** These ids may be other rows' from now on. */
  forget(freed: ReadonlySet<RowId>): void {
    for (const row of freed) {
      this.#said.delete(row);
      this.#gone.delete(row);
    }
  }

  /** Samples said at `sentMs` that are older than this are none. -Infinity where a source's samples may have any age. */
  horizonMs(sentMs: number): number {
    return sentMs - this.#oldestMs;
  }

  /** A line repeats a sample of before the horizon, once it was written: its rows were true for so long and are stale since. */
  endOld(writes: readonly Write[], stampMs: number): void {
    for (const write of writes) this.#writer.end(rowOf(write), stampMs + this.#oldestMs);
  }

  /** After all lines of a scrape were written, `old` of them with samples of before the horizon. */
  endScrape(sentMs: number, old: number): void {
    for (const row of this.#gone) this.#writer.end(row, sentMs);
    this.#gone.clear();
    if (old > 0 !== this.#warnings.length > 0) this.#warnings = old > 0 ? [oldSamples(this.#oldestMs)] : [];
  }
}

/** Without the number of samples: a target's warnings are told again when they change. */
function oldSamples(oldestMs: number): Warning {
  return {
    code: 'old-samples',
    message: `it says samples that were taken more than ${oldestMs / 1000} s ago by its own clock: see whether its cAdvisor hangs, and whether the clocks agree`,
  };
}
