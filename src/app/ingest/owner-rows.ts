// The facts about GPU owners that live at one target: renewed when any target says something else of GPUs.
import { claimsOf } from '../../facts/claims.ts';
import type { Ownership } from '../../facts/ownership.ts';
import type { Warning } from '../../model/fact.ts';
import type { Line } from '../../model/line.ts';
import type { RowId } from '../../model/sample-source.ts';
import type { Target } from '../../model/target.ts';
import type { TargetWriter } from '../../store/target-writer.ts';

export interface OwnerRowsOptions {
  readonly target: Target;
  readonly ownership: Ownership;
  readonly writer: TargetWriter;
}

export class OwnerRows {
  readonly #options: OwnerRowsOptions;
  #rows: RowId[] = [];
  #warnings: readonly Warning[] = [];
  /** Version of the ownership that the rows follow from. */
  #version = -1;

  constructor(options: OwnerRowsOptions) {
    this.#options = options;
  }

  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  /** The target says other lines than before. */
  say(lines: Iterable<Line>): void {
    const { target, ownership } = this.#options;
    const claims = claimsOf({ target, lines });
    if (claims !== undefined) ownership.put(claims);
  }

  /** Brings the rows up to date after a good scrape; false when the store is full. */
  renew(): boolean {
    const { target, ownership, writer } = this.#options;
    ownership.setLive(target.id, true);
    if (ownership.version === this.#version) return true;
    const { facts, warnings } = ownership.of(target.id);
    this.#warnings = warnings;
    this.#rows = [];
    for (const { labels } of facts) {
      const row = writer.row(labels, { ownTime: false, clash: 'override' });
      if (row === undefined) return false;
      this.#rows.push(row);
    }
    this.#version = ownership.version;
    return true;
  }

  /** Writes into the open slot. */
  write(): void {
    for (const row of this.#rows) this.#options.writer.put(row, 1);
  }

  /** A scrape failed. */
  miss(): void {
    this.#options.ownership.setLive(this.#options.target.id, false);
  }

  /** Rows may have been freed. */
  forget(): void {
    this.#version = -1;
  }

  /** The target left. */
  close(): void {
    this.#options.ownership.remove(this.#options.target.id);
  }
}
