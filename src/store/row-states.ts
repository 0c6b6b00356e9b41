// What is kept of every row beside its samples: columns by row id, shared by all targets, so that the rows of one metric,
// which stand together, are read without a look at anything else.
import type { RowId } from '../model/sample-source.ts';

/** In `column`: the row has had one value in every good slot from `since` to `said`. */
export const STILL = -1;
/** In `said`: nothing was said yet. In `since` is then the slot in which the row was made. */
export const NOTHING = -1;
/** In `since`: the row was said in a slot that the others missed, and is only to be read sample by sample. */
export const NEVER_STEADY = 0x7fffffff;

const FIRST_ROWS = 64;
const GROWTH = 9 / 8;

export class RowStates {
  /** Its column in the frames of its timeline, or STILL. */
  column = new Int32Array(FIRST_ROWS);
  /** First slot of the unbroken run up to `said` in which the row was said in every good slot and never fell. */
  since = new Int32Array(FIRST_ROWS);
  /** The last slot in which the row was said. */
  said = new Int32Array(FIRST_ROWS);
  /** What was said in it. */
  value = new Float64Array(FIRST_ROWS);

  /** A row that begins in a slot. */
  add(row: RowId, slot: number): void {
    if (row >= this.column.length) this.#grow(Math.ceil((row + FIRST_ROWS) * GROWTH));
    this.column[row] = STILL;
    this.since[row] = slot;
    this.said[row] = NOTHING;
  }

  #grow(length: number): void {
    this.column = grown(this.column, new Int32Array(length));
    this.since = grown(this.since, new Int32Array(length));
    this.said = grown(this.said, new Int32Array(length));
    this.value = grown(this.value, new Float64Array(length));
  }
}

function grown<Numbers extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
