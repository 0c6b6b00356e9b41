// What is kept of every row beside its samples: records by row id, shared by all targets. Rows of one metric stand together, so that
// what a question reads of a target lies in a line or two of the processor's cache.
import type { RowId } from '../model/sample-source.ts';

// A record is four numbers, one of them unused.
export const STATE_SHIFT = 2;
/** The row's column in the frames of its ring, or STILL. */
export const COLUMN = 0;
/** First slot of the unbroken run up to SAID in which the row was said in every good slot and never fell. */
export const SINCE = 1;
/** The last slot in which the row was said. */
export const SAID = 2;

/** In COLUMN: the row has had one value in every good slot from SINCE to SAID. */
export const STILL = -1;
/** In SAID: nothing was said yet. In SINCE is then the slot in which the row was made. */
export const NOTHING = -1;
/** In SINCE: the row was said in a slot that the others missed, and is only to be read sample by sample. */
export const NEVER_STEADY = 0x7fffffff;

const FIRST_ROWS = 64;
const GROWTH = 9 / 8;

export class RowStates {
  /** Another array after `add`, as the next. */
  records = new Int32Array(FIRST_ROWS << STATE_SHIFT);
  /** By row: what was said in SAID. */
  values = new Float64Array(FIRST_ROWS);

  /** A row that begins in a slot. */
  add(row: RowId, slot: number): void {
    if (row >= this.values.length) this.#grow(Math.ceil((row + FIRST_ROWS) * GROWTH));
    const record = row << STATE_SHIFT;
    this.records[record + COLUMN] = STILL;
    this.records[record + SINCE] = slot;
    this.records[record + SAID] = NOTHING;
  }

  #grow(length: number): void {
    const records = new Int32Array(length << STATE_SHIFT);
    const values = new Float64Array(length);
    records.set(this.records);
    values.set(this.values);
    this.records = records;
    this.values = values;
  }
}
