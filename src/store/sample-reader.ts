// Reading samples: the rows of one ring together, in loops over flat arrays that are held in locals (PERFORMANCE.md).
import { floatAt, intAt } from '../lib/columns.ts';
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
  FIRST,
  FIRST_GOOD,
  FIRST_GOOD_START,
  FIRST_GOOD_TIME,
  FIRST_START,
  FIRST_TIME,
  GOOD,
  HEAD_SHIFT,
  LAST,
  LAST_GOOD,
  LAST_GOOD_START,
  LAST_GOOD_TIME,
  LENGTH,
  NEWEST_MISSED,
  type NumberedRange,
  type RingId,
  type Rings,
  WIDTH,
} from './rings.ts';
import { COLUMN, type RowStates, SAID, SINCE, STATE_SHIFT, STILL } from './row-states.ts';
import type { Samples } from './samples.ts';
import { isStaleAt } from './stale.ts';

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

/** The good slots at both ends of a range in one ring. */
interface Ends {
  firstGood: number;
  lastGood: number;
  good: number;
  /** Where their frames begin. */
  firstStart: number;
  lastStart: number;
  firstMs: number;
  lastMs: number;
}

const NO_VALUES = new Float64Array();

export class SampleReader {
  readonly #rings: Rings;
  readonly #states: RowStates;
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
  readonly #ends: Ends = { firstGood: 0, lastGood: -1, good: 0, firstStart: 0, lastStart: 0, firstMs: 0, lastMs: 0 };

  constructor({ rings, states }: Samples) {
    this.#rings = rings;
    this.#states = states;
  }

  /** The slot that decides what is newest at a time; -1 when it is not after `fromMs`. */
  newestSlot(ring: RingId, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): number {
    const slot = this.#rings.lastUpTo(ring, toMs);
    return slot < this.#rings.oldest(ring) || this.#rings.timeAt(ring, slot) <= fromMs ? -1 : slot;
  }

  /** Calls `visit` with the position of each row of a run, when `window` holds its samples of the range: oldest first, what is stale left out. */
  readRun({ rows, ring, from, to }: RowRun, range: NumberedRange, { window, visit }: Visit): void {
    this.#rings.look(ring, range);
    const slots = this.#slotsOf(ring);
    for (let at = from; at < to; at += 1) {
      this.#read(intAt(rows, at), slots, window);
      visit(at);
    }
  }

  #slotsOf(ring: RingId): Slots {
    const { heads } = this.#rings;
    const head = ring << HEAD_SHIFT;
    const first = intAt(heads, head + FIRST);
    const width = intAt(heads, head + WIDTH);
    const base = intAt(heads, head + BASE);
    const length = intAt(heads, head + LENGTH);
    const slots = this.#slots;
    slots.values = this.#rings.arena.chunks[intAt(heads, head + CHUNK)] ?? NO_VALUES;
    slots.first = first;
    slots.last = intAt(heads, head + LAST);
    slots.start = intAt(heads, head + FIRST_START);
    slots.time = intAt(heads, head + FIRST_TIME);
    slots.width = width;
    slots.length = length;
    slots.base = base;
    slots.end = base + length * (width + CELLS_BESIDE);
    slots.mayMiss = intAt(heads, head + NEWEST_MISSED) >= first;
    return slots;
  }

  #read(row: RowId, slots: Slots, into: SampleWindow): void {
    reserve(into, slots.last - slots.first + 1);
    const column = intAt(this.#states.records, (row << STATE_SHIFT) + COLUMN);
    if (column === STILL) this.#readStill(row, slots, into);
    else readMoving(column, slots, into);
  }

  /** Of a row that has one value for all the slots that it holds for. */
  #readStill(row: RowId, slots: Slots, into: SampleWindow): void {
    const { values, first, last, base, length: ring, mayMiss } = slots;
    const { records, values: stills } = this.#states;
    const record = row << STATE_SHIFT;
    const since = intAt(records, record + SINCE);
    const said = intAt(records, record + SAID);
    const value = floatAt(stills, row);
    const { timesMs, values: kept } = into;
    const end = base + ring;
    let { time } = slots;
    let length = 0;
    for (let slot = first; slot <= last; slot += 1) {
      if (slot >= since && slot <= said && !(mayMiss && values[time + ring] === 1)) {
        timesMs[length] = floatAt(values, time);
        kept[length] = value;
        length += 1;
      }
      time += 1;
      if (time === end) time = base;
    }
    into.length = length;
  }

  /** Puts the samples of a slot (-1: of none) into the columns, for the rows of a run. Returns how many there are. */
  readSlot({ rows, ring, from, to }: RowRun, slot: number, { values: into, newestMs }: NewestColumns): number {
    if (slot < 0) {
      newestMs.fill(Number.NaN, from, to);
      return 0;
    }
    const { records, values: stills } = this.#states;
    const values = this.#rings.valuesOf(ring);
    const start = this.#rings.startOf(ring, slot);
    const timeMs = this.#rings.timeAt(ring, slot);
    const isMissed = this.#rings.isMissed(ring, slot);
    let present = 0;
    for (let at = from; at < to; at += 1) {
      const row = intAt(rows, at);
      const record = row << STATE_SHIFT;
      const column = intAt(records, record + COLUMN);
      const isPresent =
        column === STILL
          ? !isMissed && slot >= intAt(records, record + SINCE) && slot <= intAt(records, record + SAID)
          : !isStaleAt(values, start + column);
      into[at] = column === STILL ? floatAt(stills, row) : floatAt(values, start + column);
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
    const { records, values: stills } = this.#states;
    const slots = this.#slotsOf(ring);
    const { values } = slots;
    const { firstGood, lastGood, good, firstStart, lastStart, firstMs, lastMs } = this.#endsOf(ring, values);
    let end = into.length;
    for (let at = from; at < to; at += 1) {
      const row = intAt(rows, at);
      const record = row << STATE_SHIFT;
      if (good === 0 || intAt(records, record + SINCE) > firstGood || intAt(records, record + SAID) < lastGood) {
        this.#read(row, slots, this.#window);
        growthOf(this.#window, { at: end, into });
      } else {
        const column = intAt(records, record + COLUMN);
        const first = column === STILL ? floatAt(stills, row) : floatAt(values, firstStart + column);
        const last = column === STILL ? first : floatAt(values, lastStart + column);
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

  #endsOf(ring: RingId, values: Float64Array): Ends {
    const { heads } = this.#rings;
    const head = ring << HEAD_SHIFT;
    const ends = this.#ends;
    ends.firstGood = intAt(heads, head + FIRST_GOOD);
    ends.lastGood = intAt(heads, head + LAST_GOOD);
    ends.good = intAt(heads, head + GOOD);
    ends.firstStart = intAt(heads, head + FIRST_GOOD_START);
    ends.lastStart = intAt(heads, head + LAST_GOOD_START);
    ends.firstMs = floatAt(values, intAt(heads, head + FIRST_GOOD_TIME));
    ends.lastMs = floatAt(values, intAt(heads, head + LAST_GOOD_TIME));
    return ends;
  }
}

/** Of a row that has a cell in each slot. */
function readMoving(column: number, slots: Slots, into: SampleWindow): void {
  const { values, last, width, length: ring, base, end } = slots;
  const { timesMs, values: kept } = into;
  let { start, time } = slots;
  let length = 0;
  for (let slot = slots.first; slot <= last; slot += 1) {
    const value = floatAt(values, start + column);
    if (!Number.isNaN(value) || !isStaleAt(values, start + column)) {
      timesMs[length] = floatAt(values, time);
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

/** Makes room for `samples`, twice as many as asked so that a window that creeps up is not grown each time. */
function reserve(into: SampleWindow, samples: number): void {
  if (samples <= Math.min(into.timesMs.length, into.values.length)) return;
  into.timesMs = new Float64Array(samples * 2);
  into.values = new Float64Array(samples * 2);
}
