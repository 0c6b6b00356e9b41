// The samples of all rows. Most rows stand still: those have one value and the slots it holds for; a row that changes gets a column
// in the frames of its ring.
import {
  type GrowthColumns,
  type NewestColumns,
  type RowId,
  type RowList,
  type SampleWindow,
  sampleWindow,
} from '../model/sample-source.ts';
import { growthOf } from './growth.ts';
import {
  BASE,
  CHUNK,
  type Column,
  FIRST,
  FIRST_GOOD,
  FIRST_GOOD_START,
  FIRST_START,
  GOOD,
  GOOD_BEFORE,
  HEAD_SHIFT,
  LAST,
  LAST_GOOD,
  LAST_GOOD_START,
  LENGTH,
  MISSED,
  NEWEST,
  NEWEST_MISSED,
  type NumberedRange,
  type RingId,
  Rings,
  TIME,
  WIDTH,
} from './rings.ts';
import { NEVER_STEADY, NOTHING, RowStates, STILL } from './row-states.ts';
import { fillStale, isStaleAt } from './stale.ts';

/** Rows of a list that have the same ring: those from position `from` up to, not including, `to`. */
export interface RowRun {
  readonly rows: RowList;
  ring: RingId;
  from: number;
  to: number;
}

/** A ring has at least room for this many columns once one of its rows changes; more rows mostly follow in the same scrape. */
const FIRST_COLUMNS = 8;

/** A row is in one ring from `add` to `remove`. */
export class Samples {
  readonly rings = new Rings();
  readonly #states = new RowStates();
  readonly #retentionMs: number;
  /** For rows whose growth is read sample by sample. */
  readonly #window = sampleWindow(0);

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
    this.#states.add(row, this.rings.at(ring, NEWEST));
  }

  remove(row: RowId, ring: RingId): void {
    const column = this.#columnOf(row);
    if (column !== STILL) this.rings.removeColumn(ring, column);
  }

  /** When the row was last said, or made when it never was; -Infinity when that slot is no longer kept. */
  lastSaidMs(row: RowId, ring: RingId): number {
    const said = this.#states.said[row] ?? NOTHING;
    const slot = said === NOTHING ? (this.#states.since[row] ?? NOTHING) : said;
    const isKept = slot >= this.rings.oldest(ring) && slot <= this.rings.at(ring, NEWEST);
    return isKept ? this.rings.timeAt(ring, slot) : Number.NEGATIVE_INFINITY;
  }

  /** Writes the row's sample of the newest slot. Of several the largest stays, and any number wins over NaN. */
  put(row: RowId, ring: RingId, value: number): void {
    const { heads } = this.rings;
    const head = ring << HEAD_SHIFT;
    const newest = heads[head + NEWEST] ?? -1;
    if (newest < 0) throw new Error('BUG: a value was put before a slot was opened');
    const { said, value: kept } = this.#states;
    const before = said[row] ?? NOTHING;
    const isMissed = newest === heads[head + NEWEST_MISSED];
    const isUnbroken = before === heads[head + GOOD_BEFORE] && before !== NOTHING && !isMissed;
    const column = this.#columnOf(row);
    if (before === newest) {
      this.#putAgain(row, ring, value);
    } else if (column !== STILL) {
      this.#putInto(column, { row, ring, value, isUnbroken });
    } else if (isUnbroken && isSame(value, kept[row] ?? Number.NaN)) {
      said[row] = newest;
    } else if (before === NOTHING && !isMissed) {
      this.#begin(row, { newest, value });
    } else {
      this.#putInto(this.#warm(row, ring), { row, ring, value, isUnbroken });
    }
  }

  /** The slot that decides what is newest at a time; -1 when it is not after `fromMs`. */
  newestSlot(ring: RingId, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): number {
    const slot = this.rings.lastUpTo(ring, toMs);
    return slot < this.rings.oldest(ring) || this.rings.timeAt(ring, slot) <= fromMs ? -1 : slot;
  }

  /** Puts the row's samples of a range into `into`, oldest first; what is stale is left out. */
  read(row: RowId, { ring, range }: { readonly ring: RingId; readonly range: NumberedRange }, into: SampleWindow): void {
    this.rings.look(ring, range);
    const { heads } = this.rings;
    const head = ring << HEAD_SHIFT;
    const values = this.rings.valuesOf(ring);
    const [first, last, width] = [heads[head + FIRST] ?? 0, heads[head + LAST] ?? -1, heads[head + WIDTH] ?? 0];
    const end = (heads[head + BASE] ?? 0) + (heads[head + LENGTH] ?? 0) * width;
    const mayMiss = (heads[head + NEWEST_MISSED] ?? -1) >= first;
    const { column: columns, since, said, value: stills } = this.#states;
    const column = columns[row] ?? STILL;
    reserve(into, last - first + 1);
    let start = heads[head + FIRST_START] ?? 0;
    let length = 0;
    for (let slot = first; slot <= last; slot += 1) {
      const value = (column === STILL ? stills[row] : values[start + column]) ?? Number.NaN;
      const isPresent =
        column === STILL
          ? slot >= (since[row] ?? 0) && slot <= (said[row] ?? NOTHING) && !(mayMiss && values[start + MISSED] === 1)
          : !isStaleAt(values, start + column);
      if (isPresent) {
        into.timesMs[length] = values[start + TIME] ?? Number.NaN;
        into.values[length] = value;
        length += 1;
      }
      start += width;
      if (start === end) start -= end - (heads[head + BASE] ?? 0);
    }
    into.length = length;
  }

  /** Puts the samples of a slot (-1: of none) into the columns, for the rows of a run. Returns how many there are. */
  readSlot({ rows, ring, from, to }: RowRun, slot: number, { values: into, newestMs }: NewestColumns): number {
    if (slot < 0) {
      newestMs.fill(Number.NaN, from, to);
      return 0;
    }
    const { column: columns, since, said, value: stills } = this.#states;
    const values = this.rings.valuesOf(ring);
    const start = this.rings.startOf(ring, slot);
    const timeMs = values[start + TIME] ?? Number.NaN;
    const isMissed = this.rings.isMissed(ring, slot);
    let present = 0;
    for (let at = from; at < to; at += 1) {
      const row = rows[at] ?? -1;
      const column = columns[row] ?? STILL;
      const isPresent =
        column === STILL ? !isMissed && slot >= (since[row] ?? 0) && slot <= (said[row] ?? NOTHING) : !isStaleAt(values, start + column);
      into[at] = (column === STILL ? stills[row] : values[start + column]) ?? Number.NaN;
      newestMs[at] = isPresent ? timeMs : Number.NaN;
      if (isPresent) present += 1;
    }
    return present;
  }

  /**
   * Appends the growth over a range, for the rows of a run: by its two ends where a row was said in every good slot and never fell,
   * else sample by sample. The ring must have been looked at.
   */
  readGrowth({ rows, ring, from, to }: RowRun, range: NumberedRange, into: GrowthColumns): void {
    const { heads } = this.rings;
    const head = ring << HEAD_SHIFT;
    const { column: columns, since, said, value: stills } = this.#states;
    const values = this.rings.arena.chunks[heads[head + CHUNK] ?? -1] ?? NO_VALUES;
    const firstGood = heads[head + FIRST_GOOD] ?? 0;
    const lastGood = heads[head + LAST_GOOD] ?? -1;
    const good = heads[head + GOOD] ?? 0;
    const firstStart = heads[head + FIRST_GOOD_START] ?? 0;
    const lastStart = heads[head + LAST_GOOD_START] ?? 0;
    const firstMs = values[firstStart + TIME] ?? Number.NaN;
    const lastMs = values[lastStart + TIME] ?? Number.NaN;
    let end = into.length;
    for (let at = from; at < to; at += 1) {
      const row = rows[at] ?? -1;
      if (good === 0 || (since[row] ?? NEVER_STEADY) > firstGood || (said[row] ?? NOTHING) < lastGood) {
        this.read(row, { ring, range }, this.#window);
        growthOf(this.#window, { at: end, into });
      } else {
        const column = columns[row] ?? STILL;
        const first = (column === STILL ? stills[row] : values[firstStart + column]) ?? Number.NaN;
        const last = (column === STILL ? first : values[lastStart + column]) ?? Number.NaN;
        into.first[end] = first;
        into.growth[end] = last - first;
        into.firstMs[end] = firstMs;
        into.lastMs[end] = lastMs;
        into.samples[end] = good;
      }
      end += 1;
    }
    into.length = end;
  }

  #columnOf(row: RowId): Column {
    return this.#states.column[row] ?? STILL;
  }

  #begin(row: RowId, { newest, value }: { readonly newest: number; readonly value: number }): void {
    const { since, said, value: kept } = this.#states;
    since[row] = newest;
    said[row] = newest;
    kept[row] = value;
  }

  #putInto(column: Column, { row, ring, value, isUnbroken }: Put): void {
    const newest = this.rings.at(ring, NEWEST);
    const { since, said, value: kept } = this.#states;
    this.rings.valuesOf(ring)[this.rings.startOf(ring, newest) + column] = value;
    if (newest === this.rings.at(ring, NEWEST_MISSED)) since[row] = NEVER_STEADY;
    else if (since[row] !== NEVER_STEADY && !(isUnbroken && value >= (kept[row] ?? Number.NaN))) since[row] = newest;
    said[row] = newest;
    kept[row] = value;
  }

  #putAgain(row: RowId, ring: RingId, value: number): void {
    const { since, value: kept } = this.#states;
    const before = kept[row] ?? Number.NaN;
    if (before >= value || Number.isNaN(value)) return;
    const newest = this.rings.at(ring, NEWEST);
    // A row that began in this slot has no other sample.
    const isFirst = this.#columnOf(row) === STILL && since[row] === newest;
    if (!isFirst) {
      const column = this.#warm(row, ring);
      this.rings.valuesOf(ring)[this.rings.startOf(ring, newest) + column] = value;
    }
    // Whether it fell since the slot before is not known any more.
    if (since[row] !== NEVER_STEADY) since[row] = newest;
    kept[row] = value;
  }

  /** Gives a row that stood still a column, with the samples that it has. */
  #warm(row: RowId, ring: RingId): Column {
    const known = this.#columnOf(row);
    if (known !== STILL) return known;
    const { rings } = this;
    const { since, said, value: kept } = this.#states;
    const column = rings.addColumn(ring, FIRST_COLUMNS);
    const values = rings.valuesOf(ring);
    for (let slot = rings.oldest(ring); slot <= rings.at(ring, NEWEST); slot += 1) {
      const at = rings.startOf(ring, slot) + column;
      const isPresent = slot >= (since[row] ?? 0) && slot <= (said[row] ?? NOTHING) && !rings.isMissed(ring, slot);
      if (isPresent) values[at] = kept[row] ?? Number.NaN;
      else fillStale(values, { start: at, length: 1 });
    }
    this.#states.column[row] = column;
    return column;
  }
}

const NO_VALUES = new Float64Array();

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

/** Makes room for `samples`, twice as many as asked so that a window that creeps up is not grown each time. */
function reserve(into: SampleWindow, samples: number): void {
  if (samples <= Math.min(into.timesMs.length, into.values.length)) return;
  into.timesMs = new Float64Array(samples * 2);
  into.values = new Float64Array(samples * 2);
}
