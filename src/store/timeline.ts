// The samples of all rows that share one sequence of slots. Most rows stand still: those have one value and the slots it holds for;
// a row that changes gets a column in the frames.
import { type GrowthColumns, type NewestColumns, type RowId, type RowList, type SampleWindow, sampleWindow } from '../model/sample-source.ts';
import { type Column, Frames, MISSED, type Span, TIME } from './frames.ts';
import { growthOf } from './growth.ts';
import { NEVER_STEADY, NOTHING, type RowStates, STILL } from './row-states.ts';

export interface TimelineOptions {
  /** Of all rows of the store. */
  readonly states: RowStates;
  readonly retentionMs: number;
  /** Slots to make room for at first; when more come within the retention the ring grows. */
  readonly slots: number;
}

/** Some rows of a list that have the same timeline: those from position `from` up to, not including, `to`. */
export interface RowRun {
  readonly rows: RowList;
  from: number;
  to: number;
}

/** About how many of a server's rows change: three in eight of a Triton's with GPU models. */
const SHARE_OF_COLUMNS = 3 / 8;

/** A row is in one timeline from `addRow` to `removeRow`. */
export class Timeline {
  readonly #retentionMs: number;
  readonly #states: RowStates;
  readonly #frames: Frames;
  #rows = 0;
  /** For rows whose growth is read sample by sample. */
  readonly #window = sampleWindow(0);

  constructor({ states, retentionMs, slots }: TimelineOptions) {
    this.#states = states;
    this.#retentionMs = retentionMs;
    this.#frames = new Frames(slots);
  }

  /** Time of the newest slot; -Infinity before the first. */
  get newestMs(): number {
    return this.#frames.newestMs;
  }

  get columnsInUse(): number {
    return this.#frames.columnsInUse;
  }

  /** Memory of samples, in use or free. */
  get bytes(): number {
    return this.#frames.values.byteLength;
  }

  /**
   * Opens a slot at `timeMs`, which must be later than the newest slot. Slots later than `nowMs` - retention are kept.
   * `missed`: the target could not be read; a row has a sample there only if it is put all the same.
   */
  open(timeMs: number, { nowMs, missed }: { readonly nowMs: number; readonly missed: boolean }): void {
    const frames = this.#frames;
    const lost = frames.newest + 1 - frames.ring;
    if (lost >= 0 && frames.timeAt(lost) > nowMs - this.#retentionMs) frames.lengthen();
    frames.openSlot(timeMs, missed);
  }

  addRow(row: RowId): void {
    this.#states.add(row, this.#frames.newest);
    this.#rows += 1;
  }

  removeRow(row: RowId): void {
    const column = this.#columnOf(row);
    if (column !== STILL) this.#frames.removeColumn(column);
    this.#rows -= 1;
  }

  /** When the row was last said, or made when it never was; -Infinity when that slot is no longer kept. */
  lastSaidMs(row: RowId): number {
    const said = this.#states.said[row] ?? NOTHING;
    const slot = said === NOTHING ? (this.#states.since[row] ?? NOTHING) : said;
    return slot < this.#frames.oldest || slot > this.#frames.newest ? Number.NEGATIVE_INFINITY : this.#frames.timeAt(slot);
  }

  /** Writes the row's sample of the newest slot. Of several the largest stays, and any number wins over NaN. */
  put(row: RowId, value: number): void {
    const { newest, goodBefore, newestMissed } = this.#frames;
    if (newest < 0) throw new Error('BUG: a value was put before a slot was opened');
    const { said, value: kept } = this.#states;
    const before = said[row] ?? NOTHING;
    const isMissed = newest === newestMissed;
    const isUnbroken = before === goodBefore && before !== NOTHING && !isMissed;
    const column = this.#columnOf(row);
    if (before === newest) {
      this.#putAgain(row, value);
    } else if (column !== STILL) {
      this.#putInto(column, { row, value, isUnbroken });
    } else if (isUnbroken && isSame(value, kept[row] ?? Number.NaN)) {
      said[row] = newest;
    } else if (before === NOTHING && !isMissed) {
      this.#begin(row, value);
    } else {
      this.#putInto(this.#warm(row), { row, value, isUnbroken });
    }
  }

  /** The slots of (fromMs, toMs]; valid until the next question about another range. */
  span(fromMs: number, toMs: number): Span {
    return this.#frames.span(fromMs, toMs);
  }

  /** The slot that decides what is newest at a time; -1 when it is not after `fromMs`. */
  newestSlot(fromMs: number, toMs: number): number {
    const slot = this.#frames.lastUpTo(toMs);
    return slot < this.#frames.oldest || this.#frames.timeAt(slot) <= fromMs ? -1 : slot;
  }

  /** Puts the row's samples of a span into `into`, oldest first; what is stale is left out. */
  read(row: RowId, { first, last, firstStart }: Span, into: SampleWindow): void {
    const { values, width, newestMissed } = this.#frames;
    const column = this.#columnOf(row);
    const still = this.#states.value[row] ?? Number.NaN;
    const since = this.#states.since[row] ?? 0;
    const said = this.#states.said[row] ?? NOTHING;
    reserve(into, last - first + 1);
    let start = firstStart;
    let length = 0;
    for (let slot = first; slot <= last; slot += 1) {
      const value = column === STILL ? still : (values[start + column] ?? Number.NaN);
      const isPresent =
        column === STILL
          ? slot >= since && slot <= said && (newestMissed < first || values[start + MISSED] === 0)
          : !Number.isNaN(value) || !this.#frames.isStale(start + column);
      if (isPresent) {
        into.timesMs[length] = values[start + TIME] ?? Number.NaN;
        into.values[length] = value;
        length += 1;
      }
      start += width;
      if (start === values.length) start = 0;
    }
    into.length = length;
  }

  /** Puts the samples of a slot (-1: of none) into the columns, for the rows of a run. Returns how many there are. */
  readSlot({ rows, from, to }: RowRun, slot: number, { values: into, newestMs }: NewestColumns): number {
    if (slot < 0) {
      newestMs.fill(Number.NaN, from, to);
      return 0;
    }
    const { column: columns, since, said, value: stills } = this.#states;
    const { values } = this.#frames;
    const start = this.#frames.startOf(slot);
    const timeMs = values[start + TIME] ?? Number.NaN;
    const isMissed = this.#frames.isMissed(slot);
    let present = 0;
    for (let at = from; at < to; at += 1) {
      const row = rows[at] ?? -1;
      const column = columns[row] ?? STILL;
      const value = (column === STILL ? stills[row] : values[start + column]) ?? Number.NaN;
      const isPresent =
        column === STILL
          ? !isMissed && slot >= (since[row] ?? 0) && slot <= (said[row] ?? NOTHING)
          : !Number.isNaN(value) || !this.#frames.isStale(start + column);
      into[at] = value;
      newestMs[at] = isPresent ? timeMs : Number.NaN;
      if (isPresent) present += 1;
    }
    return present;
  }

  /**
   * Appends the growth over a span, for the rows of a run: by its two ends where a row was said in every good slot and never fell,
   * else sample by sample.
   */
  readGrowth({ rows, from, to }: RowRun, span: Span, into: GrowthColumns): void {
    const { column: columns, since, said, value: stills } = this.#states;
    const { values } = this.#frames;
    const { firstGood, lastGood, good, firstGoodStart, lastGoodStart } = span;
    const firstMs = values[firstGoodStart + TIME] ?? Number.NaN;
    const lastMs = values[lastGoodStart + TIME] ?? Number.NaN;
    let end = into.length;
    for (let at = from; at < to; at += 1) {
      const row = rows[at] ?? -1;
      if (good === 0 || (since[row] ?? NEVER_STEADY) > firstGood || (said[row] ?? NOTHING) < lastGood) {
        this.#readGrowthInFull(row, span, { at: end, into });
      } else {
        const column = columns[row] ?? STILL;
        const first = (column === STILL ? stills[row] : values[firstGoodStart + column]) ?? Number.NaN;
        const last = (column === STILL ? first : values[lastGoodStart + column]) ?? Number.NaN;
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

  #readGrowthInFull(row: RowId, span: Span, { at, into }: { readonly at: number; readonly into: GrowthColumns }): void {
    this.read(row, span, this.#window);
    growthOf(this.#window, { at, into });
  }

  #columnOf(row: RowId): Column {
    return this.#states.column[row] ?? STILL;
  }

  #isPresent(row: RowId, slot: number): boolean {
    const column = this.#columnOf(row);
    if (column !== STILL) return !this.#frames.isStale(this.#frames.startOf(slot) + column);
    const { since, said } = this.#states;
    return slot >= (since[row] ?? 0) && slot <= (said[row] ?? NOTHING) && !this.#frames.isMissed(slot);
  }

  #begin(row: RowId, value: number): void {
    const { since, said, value: kept } = this.#states;
    since[row] = this.#frames.newest;
    said[row] = this.#frames.newest;
    kept[row] = value;
  }

  #putInto(column: Column, { row, value, isUnbroken }: Put): void {
    const { newest, newestMissed } = this.#frames;
    const { since, said, value: kept } = this.#states;
    this.#frames.values[this.#frames.startOf(newest) + column] = value;
    if (newest === newestMissed) since[row] = NEVER_STEADY;
    else if (since[row] !== NEVER_STEADY && !(isUnbroken && value >= (kept[row] ?? Number.NaN))) since[row] = newest;
    said[row] = newest;
    kept[row] = value;
  }

  #putAgain(row: RowId, value: number): void {
    const { since, value: kept } = this.#states;
    const before = kept[row] ?? Number.NaN;
    if (before >= value || Number.isNaN(value)) return;
    const { newest } = this.#frames;
    // A row that began in this slot has no other sample.
    const isFirst = this.#columnOf(row) === STILL && since[row] === newest;
    if (!isFirst) this.#frames.values[this.#frames.startOf(newest) + this.#warm(row)] = value;
    // Whether it fell since the slot before is not known any more.
    if (since[row] !== NEVER_STEADY) since[row] = newest;
    kept[row] = value;
  }

  /** Gives a row that stood still a column, with the samples that it has. */
  #warm(row: RowId): Column {
    const known = this.#columnOf(row);
    if (known !== STILL) return known;
    const frames = this.#frames;
    const column = frames.addColumn(Math.ceil(this.#rows * SHARE_OF_COLUMNS));
    const value = this.#states.value[row] ?? Number.NaN;
    for (let slot = frames.oldest; slot <= frames.newest; slot += 1) {
      const at = frames.startOf(slot) + column;
      if (this.#isPresent(row, slot)) frames.values[at] = value;
      else frames.setStale(at);
    }
    this.#states.column[row] = column;
    return column;
  }
}

interface Put {
  readonly row: RowId;
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
