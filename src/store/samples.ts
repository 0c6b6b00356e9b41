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
  CELLS_BESIDE,
  CHUNK,
  type Column,
  FIRST,
  FIRST_GOOD,
  FIRST_GOOD_START,
  FIRST_GOOD_TIME,
  FIRST_START,
  FIRST_TIME,
  GOOD,
  GOOD_BEFORE,
  HEAD_SHIFT,
  LAST,
  LAST_GOOD,
  LAST_GOOD_START,
  LAST_GOOD_TIME,
  LENGTH,
  NEWEST,
  NEWEST_MISSED,
  type NumberedRange,
  type RingId,
  Rings,
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

export interface Visit {
  readonly window: SampleWindow;
  readonly visit: (position: number) => void;
}

/** The slots of a range in one ring. */
interface Slots {
  values: Float64Array<ArrayBuffer>;
  first: number;
  last: number;
  /** Where the frame of the first begins. */
  start: number;
  /** Where its time stands. */
  time: number;
  /** How many slots the ring has. */
  length: number;
  /** From one frame to the next. */
  width: number;
  /** Where the ring begins and ends. */
  base: number;
  end: number;
  /** Whether the target could not be read in one of them. */
  mayMiss: boolean;
}

const NO_VALUES = new Float64Array();

/** A ring has at least room for this many columns once one of its rows changes; more rows mostly follow in the same scrape. */
const FIRST_COLUMNS = 8;

/** A row is in one ring from `add` to `remove`. */
export class Samples {
  readonly rings = new Rings();
  readonly #states = new RowStates();
  readonly #retentionMs: number;
  /** For rows whose growth is read sample by sample. */
  readonly #window = sampleWindow(0);
  /** Of the ring that is read. */
  readonly #slots: Slots = {
    values: NO_VALUES,
    first: 0,
    last: -1,
    start: 0,
    time: 0,
    width: 0,
    length: 0,
    base: 0,
    end: 0,
    mayMiss: false,
  };

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

  /** Calls `visit` with the position of each row of a run, when `window` holds its samples of the range: oldest first, what is stale left out. */
  readRun({ rows, ring, from, to }: RowRun, range: NumberedRange, { window, visit }: Visit): void {
    this.rings.look(ring, range);
    const slots = this.#slotsOf(ring);
    for (let at = from; at < to; at += 1) {
      this.#read(rows[at] ?? -1, slots, window);
      visit(at);
    }
  }

  #slotsOf(ring: RingId): Slots {
    const { heads } = this.rings;
    const head = ring << HEAD_SHIFT;
    const first = heads[head + FIRST] ?? 0;
    const width = heads[head + WIDTH] ?? 0;
    const base = heads[head + BASE] ?? 0;
    const length = heads[head + LENGTH] ?? 0;
    const slots = this.#slots;
    slots.values = this.rings.arena.chunks[heads[head + CHUNK] ?? -1] ?? NO_VALUES;
    slots.first = first;
    slots.last = heads[head + LAST] ?? -1;
    slots.start = heads[head + FIRST_START] ?? 0;
    slots.time = heads[head + FIRST_TIME] ?? 0;
    slots.width = width;
    slots.length = length;
    slots.base = base;
    slots.end = base + length * (width + CELLS_BESIDE);
    slots.mayMiss = (heads[head + NEWEST_MISSED] ?? -1) >= first;
    return slots;
  }

  #read(row: RowId, slots: Slots, into: SampleWindow): void {
    const { values, last, width, length: ring, base, end, mayMiss } = slots;
    const { column: columns, since, said, value: stills } = this.#states;
    const column = columns[row] ?? STILL;
    reserve(into, last - slots.first + 1);
    const { timesMs, values: kept } = into;
    let { start, time } = slots;
    let length = 0;
    for (let slot = slots.first; slot <= last; slot += 1) {
      const value = (column === STILL ? stills[row] : values[start + column]) ?? Number.NaN;
      const isPresent =
        column === STILL
          ? slot >= (since[row] ?? 0) && slot <= (said[row] ?? NOTHING) && !(mayMiss && values[time + ring] === 1)
          : !Number.isNaN(value) || !isStaleAt(values, start + column);
      if (isPresent) {
        timesMs[length] = values[time] ?? Number.NaN;
        kept[length] = value;
        length += 1;
      }
      start += width;
      time += 1;
      if (start === end) {
        start = base + ring * CELLS_BESIDE;
        time = base;
      }
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
    const timeMs = this.rings.timeAt(ring, slot);
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
  readGrowth({ rows, ring, from, to }: RowRun, into: GrowthColumns): void {
    const { heads } = this.rings;
    const head = ring << HEAD_SHIFT;
    const { column: columns, since, said, value: stills } = this.#states;
    const values = this.rings.arena.chunks[heads[head + CHUNK] ?? -1] ?? NO_VALUES;
    const firstGood = heads[head + FIRST_GOOD] ?? 0;
    const lastGood = heads[head + LAST_GOOD] ?? -1;
    const good = heads[head + GOOD] ?? 0;
    const firstStart = heads[head + FIRST_GOOD_START] ?? 0;
    const lastStart = heads[head + LAST_GOOD_START] ?? 0;
    const firstMs = values[heads[head + FIRST_GOOD_TIME] ?? -1] ?? Number.NaN;
    const lastMs = values[heads[head + LAST_GOOD_TIME] ?? -1] ?? Number.NaN;
    const slots = this.#slotsOf(ring);
    let end = into.length;
    for (let at = from; at < to; at += 1) {
      const row = rows[at] ?? -1;
      if (good === 0 || (since[row] ?? NEVER_STEADY) > firstGood || (said[row] ?? NOTHING) < lastGood) {
        this.#read(row, slots, this.#window);
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
