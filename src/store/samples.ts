// Writing samples. Most rows stand still: those have one value and the slots it holds for; a row that changes gets a column in the
// frames of its ring.
import { floatAt, intAt } from '../lib/columns.ts';
import type { RowId } from '../model/sample-source.ts';
import { type Column, GOOD_BEFORE, HEAD_SHIFT, LENGTH, NEWEST, NEWEST_MISSED, type RingId, Rings } from './rings.ts';
import { COLUMN, NEVER_STEADY, NOTHING, RowStates, SAID, SINCE, STATE_SHIFT, STILL } from './row-states.ts';
import { fillStale } from './stale.ts';

/** A ring has at least room for this many columns once one of its rows changes; more rows mostly follow in the same scrape. */
const FIRST_COLUMNS = 8;

/** A row is in one ring from `add` to `remove`. */
export class Samples {
  readonly rings = new Rings();
  readonly states = new RowStates();
  readonly #retentionMs: number;

  constructor(retentionMs: number) {
    this.#retentionMs = retentionMs;
  }

  /**
   * Opens a slot at `timeMs`, which must be later than the newest slot. Slots later than `nowMs` - retention are kept.
   * `missed`: the target could not be read; a row has a sample there only if it is put all the same.
   */
  open(ring: RingId, slot: { readonly timeMs: number; readonly nowMs: number; readonly missed: boolean }): void {
    const { rings } = this;
    const lost = rings.at(ring, NEWEST) + 1 - rings.at(ring, LENGTH);
    if (lost >= 0 && rings.timeAt(ring, lost) > slot.nowMs - this.#retentionMs) rings.lengthen(ring);
    rings.open(ring, slot);
  }

  add(row: RowId, ring: RingId): void {
    this.states.add(row, this.rings.at(ring, NEWEST));
  }

  remove(row: RowId, ring: RingId): void {
    const column = this.#columnOf(row);
    if (column !== STILL) this.rings.removeColumn(ring, column);
  }

  /** When the row was last said, or made when it never was; -Infinity when that slot is no longer kept. */
  lastSaidMs(row: RowId, ring: RingId): number {
    const { records } = this.states;
    const said = intAt(records, (row << STATE_SHIFT) + SAID);
    const slot = said === NOTHING ? intAt(records, (row << STATE_SHIFT) + SINCE) : said;
    const isKept = slot >= this.rings.oldest(ring) && slot <= this.rings.at(ring, NEWEST);
    return isKept ? this.rings.timeAt(ring, slot) : Number.NEGATIVE_INFINITY;
  }

  /** What the row said in the newest good slot before the newest slot, in which it has said nothing yet; NaN when it did not. */
  before(row: RowId, ring: RingId): number {
    const said = intAt(this.states.records, (row << STATE_SHIFT) + SAID);
    return said === this.rings.at(ring, GOOD_BEFORE) ? this.last(row) : Number.NaN;
  }

  /** What the row said last, whenever that was; NaN when it never did. */
  last(row: RowId): number {
    const said = intAt(this.states.records, (row << STATE_SHIFT) + SAID);
    return said === NOTHING ? Number.NaN : floatAt(this.states.values, row);
  }

  /** Writes the row's sample of the newest slot. Of several the largest stays, and any number wins over NaN. */
  put(row: RowId, ring: RingId, value: number): void {
    const { heads } = this.rings;
    const head = ring << HEAD_SHIFT;
    const newest = intAt(heads, head + NEWEST);
    if (newest < 0) throw new Error('BUG: a value was put before a slot was opened');
    const { records, values: kept } = this.states;
    const record = row << STATE_SHIFT;
    const before = intAt(records, record + SAID);
    const isMissed = newest === heads[head + NEWEST_MISSED];
    const isUnbroken = before === heads[head + GOOD_BEFORE] && before !== NOTHING && !isMissed;
    const column = this.#columnOf(row);
    if (before === newest) {
      this.#putAgain(row, ring, value);
    } else if (column !== STILL) {
      this.#putInto(column, { row, ring, value, isUnbroken });
    } else if (isUnbroken && isSame(value, floatAt(kept, row))) {
      records[record + SAID] = newest;
    } else if (before === NOTHING && !isMissed) {
      this.#begin(row, { newest, value });
    } else {
      this.#putInto(this.#warm(row, ring), { row, ring, value, isUnbroken });
    }
  }

  #columnOf(row: RowId): Column {
    return intAt(this.states.records, (row << STATE_SHIFT) + COLUMN);
  }

  #begin(row: RowId, { newest, value }: { readonly newest: number; readonly value: number }): void {
    const { records, values: kept } = this.states;
    records[(row << STATE_SHIFT) + SINCE] = newest;
    records[(row << STATE_SHIFT) + SAID] = newest;
    kept[row] = value;
  }

  #putInto(column: Column, { row, ring, value, isUnbroken }: Put): void {
    const newest = this.rings.at(ring, NEWEST);
    const { records, values: kept } = this.states;
    const since = (row << STATE_SHIFT) + SINCE;
    this.rings.valuesOf(ring)[this.rings.startOf(ring, newest) + column] = value;
    if (newest === this.rings.at(ring, NEWEST_MISSED)) records[since] = NEVER_STEADY;
    else if (records[since] !== NEVER_STEADY && !(isUnbroken && value >= floatAt(kept, row))) records[since] = newest;
    records[(row << STATE_SHIFT) + SAID] = newest;
    kept[row] = value;
  }

  #putAgain(row: RowId, ring: RingId, value: number): void {
    const { records, values: kept } = this.states;
    const since = (row << STATE_SHIFT) + SINCE;
    const before = floatAt(kept, row);
    if (before >= value || Number.isNaN(value)) return;
    const newest = this.rings.at(ring, NEWEST);
    // A row that began in this slot has no other sample.
    const isFirst = this.#columnOf(row) === STILL && records[since] === newest;
    if (!isFirst) {
      const column = this.#warm(row, ring);
      this.rings.valuesOf(ring)[this.rings.startOf(ring, newest) + column] = value;
    }
    // Whether it fell since the slot before is not known any more.
    if (records[since] !== NEVER_STEADY) records[since] = newest;
    kept[row] = value;
  }

  /** Gives a row that stood still a column, with the samples that it has. */
  #warm(row: RowId, ring: RingId): Column {
    const known = this.#columnOf(row);
    if (known !== STILL) return known;
    const { rings } = this;
    const { records, values: kept } = this.states;
    const record = row << STATE_SHIFT;
    const since = intAt(records, record + SINCE);
    const said = intAt(records, record + SAID);
    const column = rings.addColumn(ring, FIRST_COLUMNS);
    const values = rings.valuesOf(ring);
    for (let slot = rings.oldest(ring); slot <= rings.at(ring, NEWEST); slot += 1) {
      const at = rings.startOf(ring, slot) + column;
      const isPresent = slot >= since && slot <= said && !rings.isMissed(ring, slot);
      if (isPresent) values[at] = floatAt(kept, row);
      else fillStale(values, { start: at, length: 1 });
    }
    records[record + COLUMN] = column;
    return column;
  }
}

interface Put {
  readonly row: RowId;
  readonly ring: RingId;
  readonly value: number;
  /** The row was said in the good slot before this one, and this slot is good. */
  readonly isUnbroken: boolean;
}

/** Bits of a NaN apart: two zeros of different sign are two values. */
function isSame(one: number, other: number): boolean {
  if (one === other) return one !== 0 || 1 / one === 1 / other;
  return Number.isNaN(one) && Number.isNaN(other);
}
