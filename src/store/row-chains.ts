// Which rows a line has, and which one at a target: chains through flat arrays in place of a map for each line.
import { intAt } from '../lib/columns.ts';
import { grownTo } from './grown.ts';
import type { LineId } from './lines.ts';

type RowId = number;

export const NO_ROW: RowId = -1;
const FIRST_ROWS = 64;

export class RowChains {
  /** By line. */
  #first = new Int32Array(FIRST_ROWS).fill(NO_ROW);
  /** By row: its neighbours in the chain of its line. */
  #next = new Int32Array(FIRST_ROWS);
  #previous = new Int32Array(FIRST_ROWS);
  /** By row: the next one in the same bucket of (line, target). */
  #nextInBucket = new Int32Array(FIRST_ROWS);
  #buckets = new Int32Array(FIRST_ROWS).fill(NO_ROW);
  readonly #keyOf: (row: RowId) => readonly [line: LineId, target: number];
  #count = 0;

  /** `keyOf` says the line and the target of a row that was added. */
  constructor(keyOf: (row: RowId) => readonly [line: LineId, target: number]) {
    this.#keyOf = keyOf;
  }

  /** NO_ROW when the line has none. */
  firstOf(line: LineId): RowId {
    return intAt(this.#first, line);
  }

  /** The next row of the same line. */
  after(row: RowId): RowId {
    return intAt(this.#next, row);
  }

  find(line: LineId, target: number): RowId {
    for (let row = intAt(this.#buckets, this.#bucket(line, target)); row !== NO_ROW; row = intAt(this.#nextInBucket, row)) {
      const [itsLine, itsTarget] = this.#keyOf(row);
      if (itsLine === line && itsTarget === target) return row;
    }
    return NO_ROW;
  }

  add(row: RowId): void {
    const [line, target] = this.#keyOf(row);
    this.#reserve(row, line);
    const first = this.firstOf(line);
    this.#next[row] = first;
    this.#previous[row] = NO_ROW;
    if (first !== NO_ROW) this.#previous[first] = row;
    this.#first[line] = row;
    this.#count += 1;
    if (this.#count > this.#buckets.length) this.#widen();
    this.#putInBucket(row, this.#bucket(line, target));
  }

  remove(row: RowId): void {
    const [line, target] = this.#keyOf(row);
    const next = this.after(row);
    const previous = intAt(this.#previous, row);
    if (next !== NO_ROW) this.#previous[next] = previous;
    if (previous === NO_ROW) this.#first[line] = next;
    else this.#next[previous] = next;
    this.#count -= 1;
    this.#takeFromBucket(row, this.#bucket(line, target));
  }

  #bucket(line: LineId, target: number): number {
    const mixed = Math.imul(line, 0x9e3779b1) ^ Math.imul(target, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & (this.#buckets.length - 1);
  }

  #putInBucket(row: RowId, bucket: number): void {
    this.#nextInBucket[row] = intAt(this.#buckets, bucket);
    this.#buckets[bucket] = row;
  }

  #takeFromBucket(row: RowId, bucket: number): void {
    const next = intAt(this.#nextInBucket, row);
    let before = intAt(this.#buckets, bucket);
    if (before === row) {
      this.#buckets[bucket] = next;
      return;
    }
    while (this.#nextInBucket[before] !== row) before = intAt(this.#nextInBucket, before);
    this.#nextInBucket[before] = next;
  }

  #reserve(row: RowId, line: LineId): void {
    this.#next = grownTo(this.#next, row + 1);
    this.#previous = grownTo(this.#previous, row + 1);
    this.#nextInBucket = grownTo(this.#nextInBucket, row + 1);
    const known = this.#first.length;
    this.#first = grownTo(this.#first, line + 1);
    this.#first.fill(NO_ROW, known);
  }

  #widen(): void {
    const narrow = this.#buckets;
    this.#buckets = new Int32Array(narrow.length * 2).fill(NO_ROW);
    for (const first of narrow) {
      for (let row = first; row !== NO_ROW; ) {
        const next = intAt(this.#nextInBucket, row);
        const [line, target] = this.#keyOf(row);
        this.#putInBucket(row, this.#bucket(line, target));
        row = next;
      }
    }
  }
}
