// What a series is made of: a line that many targets may say, a target, and the row where the two meet.
import type { Labels } from '../model/labels.ts';
import type { RowId } from '../model/sample-source.ts';
import type { Timeline } from './timeline.ts';

export interface StoredTarget {
  readonly id: string;
  readonly labels: Labels;
  /** Times of its scrapes, shared by all its rows without time stamps of their own. */
  readonly timeline: Timeline;
  /** From then on every row is stale; Infinity while the target is there. */
  closedMs: number;
  rowCount: number;
}

/** Most lines are said by one target alone (they name its GPU): the first row needs no map. */
export class StoredLine {
  /** Names and values by turns, sorted by name: what the line says below or above the target's labels; an empty value hides the target's. */
  readonly pairs: readonly string[];
  readonly hash: number;
  /** Another line with the same hash. */
  sameHash: StoredLine | undefined;
  #target: StoredTarget | undefined;
  #row: RowId = -1;
  #others: Map<StoredTarget, RowId> | undefined;

  constructor(pairs: readonly string[], hash: number) {
    this.pairs = pairs;
    this.hash = hash;
  }

  get isUnused(): boolean {
    return this.#target === undefined && (this.#others === undefined || this.#others.size === 0);
  }

  /** The value that the line has for a label; undefined when it leaves the label to its targets. */
  valueOf(name: string): string | undefined {
    for (let at = 0; at < this.pairs.length; at += 2) if (this.pairs[at] === name) return this.pairs[at + 1];
    return undefined;
  }

  rowAt(target: StoredTarget): RowId | undefined {
    return target === this.#target ? this.#row : this.#others?.get(target);
  }

  addRow(target: StoredTarget, row: RowId): void {
    if (this.#target === undefined) {
      this.#target = target;
      this.#row = row;
    } else {
      this.#others ??= new Map();
      this.#others.set(target, row);
    }
  }

  removeRow(target: StoredTarget): void {
    if (target === this.#target) this.#target = undefined;
    else this.#others?.delete(target);
  }

  /** Every row, by the target that says it. */
  *rows(): Iterable<[StoredTarget, RowId]> {
    if (this.#target !== undefined) yield [this.#target, this.#row];
    if (this.#others !== undefined) yield* this.#others;
  }
}
