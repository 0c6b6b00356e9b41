// Rings of slots: one for each target, a slot for each time that it was asked, and a frame in each slot with the samples of the rows
// that change. All rings lie in shared flat memory: the times of the slots first, then a mark for each that was missed, then the frames.
// A scrape writes one frame from front to back; a rate reads two of them (PERFORMANCE.md).
import { floatAt, intAt } from '../lib/columns.ts';
import type { TimeRange } from '../model/sample-source.ts';
import { Arena, type Block } from './arena.ts';
import { grownTo } from './grown.ts';
import { fillStale } from './stale.ts';

export type RingId = number;

/** The place of a row's cell in every frame. */
export type Column = number;

const FIRST_WIDTH = 2;
/** Cells of a slot beside its frame: the time, and the mark. */
export const CELLS_BESIDE = 2;
/** Targets are many and stay as they are once they were read a few times: little room is left over. */
const GROWTH = 9 / 8;
const LEAST_MORE_COLUMNS = 8;

// What is kept of a ring: numbers in a row, two lines of the processor's cache. Slots are numbered from zero and never renumbered.
export const HEAD_SHIFT = 5;
export const CHUNK = 0;
/** Place of its first cell in the chunk. */
export const BASE = 1;
/** Cells from one frame to the next. */
export const WIDTH = 2;
/** How many slots are kept. */
export const LENGTH = 3;
/** -1 before the first slot, as the next two. */
export const NEWEST = 4;
const NEWEST_GOOD = 5;
export const NEWEST_MISSED = 6;
/** The newest good slot before the newest slot. */
export const GOOD_BEFORE = 7;
/** Cells of a frame in use, columns given back included. */
const USED = 8;
// The second line: the slots of the range that was asked about last. Rows are asked about it one metric after another.
/** Number of that range. */
const RANGE = 16;
/** First and last slot of the range, whatever came of them; none when the first is behind the last. */
export const FIRST = 17;
export const LAST = 18;
/** First and last slot in which the target was read, and how many there are. */
export const FIRST_GOOD = 19;
export const LAST_GOOD = 20;
export const GOOD = 21;
/** Where the frames of three of them begin in the chunk. */
export const FIRST_START = 22;
export const FIRST_GOOD_START = 23;
export const LAST_GOOD_START = 24;
/** Where the times of three of them stand. */
export const FIRST_TIME = 25;
export const FIRST_GOOD_TIME = 26;
export const LAST_GOOD_TIME = 27;

/** A range of time, under a number that no other one has. */
export interface NumberedRange extends TimeRange {
  readonly number: number;
}

export class Rings {
  readonly arena = new Arena();
  /** For loops over many rows: another array after `add`. */
  heads = new Int32Array(0);
  readonly #freeColumns = new Map<RingId, Column[]>();
  readonly #free: RingId[] = [];
  #made = 0;

  add(slots: number): RingId {
    const ring = this.#free.pop() ?? this.#made;
    if (ring === this.#made) this.#made += 1;
    this.heads = grownTo(this.heads, this.#made << HEAD_SHIFT);
    this.#place(ring, this.arena.allocate(slots * (FIRST_WIDTH + CELLS_BESIDE)));
    this.#set(ring, WIDTH, FIRST_WIDTH);
    this.#set(ring, LENGTH, slots);
    for (const field of [NEWEST, NEWEST_GOOD, NEWEST_MISSED, GOOD_BEFORE, RANGE]) this.#set(ring, field, -1);
    this.#set(ring, USED, 0);
    return ring;
  }

  /** Its number and its memory will be another's. */
  remove(ring: RingId): void {
    this.arena.release(this.#blockOf(ring), this.#cells(ring));
    this.#freeColumns.delete(ring);
    this.#free.push(ring);
  }

  columnsInUse(ring: RingId): number {
    return this.at(ring, USED) - (this.#freeColumns.get(ring)?.length ?? 0);
  }

  at(ring: RingId, field: number): number {
    return intAt(this.heads, (ring << HEAD_SHIFT) + field);
  }

  valuesOf(ring: RingId): Float64Array<ArrayBuffer> {
    const values = this.arena.chunks[this.at(ring, CHUNK)];
    if (values === undefined) throw new Error(`BUG: there is no ring ${ring}`);
    return values;
  }

  /** The first slot that is still kept. */
  oldest(ring: RingId): number {
    return Math.max(0, this.at(ring, NEWEST) - this.at(ring, LENGTH) + 1);
  }

  /** Time of the newest slot; -Infinity before the first. */
  newestMs(ring: RingId): number {
    const newest = this.at(ring, NEWEST);
    return newest < 0 ? Number.NEGATIVE_INFINITY : this.timeAt(ring, newest);
  }

  /** True when its newest slot was missed, or there is none. */
  isEnded(ring: RingId): boolean {
    return this.at(ring, NEWEST) === this.at(ring, NEWEST_MISSED);
  }

  /** Where the frame of a slot begins in the chunk: a row's cell is `column` further. */
  startOf(ring: RingId, slot: number): number {
    const length = this.at(ring, LENGTH);
    return this.at(ring, BASE) + length * CELLS_BESIDE + (slot % length) * this.at(ring, WIDTH);
  }

  /** Of a slot between the oldest kept and the newest. */
  timeAt(ring: RingId, slot: number): number {
    return floatAt(this.valuesOf(ring), this.#timePlace(ring, slot));
  }

  isMissed(ring: RingId, slot: number): boolean {
    return this.at(ring, NEWEST_MISSED) >= slot && this.valuesOf(ring)[this.#markOf(ring, slot)] === 1;
  }

  /** Opens a slot at `timeMs`, which must be later than the newest: every column is stale in it. The oldest slot is given up when the ring is full. */
  open(ring: RingId, slot: { readonly timeMs: number; readonly missed: boolean }): void {
    const newest = this.at(ring, NEWEST) + 1;
    this.#set(ring, GOOD_BEFORE, this.at(ring, NEWEST_GOOD));
    this.#set(ring, NEWEST, newest);
    this.#set(ring, slot.missed ? NEWEST_MISSED : NEWEST_GOOD, newest);
    this.#set(ring, RANGE, -1);
    const values = this.valuesOf(ring);
    fillStale(values, { start: this.startOf(ring, newest), length: this.at(ring, USED) });
    values[this.#timePlace(ring, newest)] = slot.timeMs;
    values[this.#markOf(ring, newest)] = slot.missed ? 1 : 0;
  }

  /** The last slot whose time is not later than `timeMs`; the one before `oldest` when all are later. */
  lastUpTo(ring: RingId, timeMs: number): number {
    const newest = this.at(ring, NEWEST);
    const newestMs = this.newestMs(ring);
    if (newestMs <= timeMs) return newest;
    const oldest = this.oldest(ring);
    // Slots are mostly as far apart as the last two: the guess is right or next to it.
    const apartMs = newestMs - this.timeAt(ring, Math.max(oldest, newest - 1));
    let slot = Math.max(oldest, newest - Math.ceil((newestMs - timeMs) / Math.max(apartMs, 1)));
    while (slot >= oldest && this.timeAt(ring, slot) > timeMs) slot -= 1;
    while (slot < newest && this.timeAt(ring, slot + 1) <= timeMs) slot += 1;
    return slot;
  }

  /** Fills in the second line of the ring's head, unless it is about this range already. */
  look(ring: RingId, { fromMs, toMs, number }: NumberedRange): void {
    if (this.at(ring, RANGE) === number) return;
    const first = this.lastUpTo(ring, fromMs) + 1;
    const last = this.lastUpTo(ring, toMs);
    this.#set(ring, RANGE, number);
    this.#set(ring, FIRST, first);
    this.#set(ring, LAST, last);
    this.#set(ring, FIRST_GOOD, first);
    this.#set(ring, LAST_GOOD, last);
    this.#set(ring, GOOD, Math.max(0, last - first + 1));
    if (this.at(ring, NEWEST_MISSED) >= first) this.#leaveOutMissed(ring);
    this.#set(ring, FIRST_START, this.startOf(ring, first));
    this.#set(ring, FIRST_GOOD_START, this.startOf(ring, this.at(ring, FIRST_GOOD)));
    this.#set(ring, LAST_GOOD_START, this.startOf(ring, Math.max(0, this.at(ring, LAST_GOOD))));
    this.#set(ring, FIRST_TIME, this.#timePlace(ring, first));
    this.#set(ring, FIRST_GOOD_TIME, this.#timePlace(ring, this.at(ring, FIRST_GOOD)));
    this.#set(ring, LAST_GOOD_TIME, this.#timePlace(ring, Math.max(0, this.at(ring, LAST_GOOD))));
  }

  /** A column whose cells hold whatever they held before. `expected` is how many the caller may come to need. */
  addColumn(ring: RingId, expected: number): Column {
    const free = this.#freeColumns.get(ring)?.pop();
    if (free !== undefined) return free;
    const used = this.at(ring, USED);
    const width = this.at(ring, WIDTH);
    if (used === width)
      this.#reshape(ring, {
        slots: this.at(ring, LENGTH),
        width: Math.max(expected, width + LEAST_MORE_COLUMNS, Math.ceil(width * GROWTH)),
      });
    this.#set(ring, USED, used + 1);
    return used;
  }

  removeColumn(ring: RingId, column: Column): void {
    const free = this.#freeColumns.get(ring);
    if (free === undefined) this.#freeColumns.set(ring, [column]);
    else free.push(column);
  }

  /** Makes room for more slots; those that are kept stay. */
  lengthen(ring: RingId): void {
    this.#reshape(ring, { slots: Math.ceil(this.at(ring, LENGTH) * GROWTH) + 1, width: this.at(ring, WIDTH) });
  }

  #reshape(ring: RingId, { slots, width }: { readonly slots: number; readonly width: number }): void {
    const from = this.valuesOf(ring);
    const block = this.arena.allocate(slots * (width + CELLS_BESIDE));
    const to = this.arena.chunks[block.chunk] ?? from;
    const used = this.at(ring, USED);
    const oldest = this.oldest(ring);
    // Slots that were given up before count as kept where there is room for them: their time is one that no range has, not what the memory held.
    for (let slot = Math.max(0, this.at(ring, NEWEST) - slots + 1); slot < oldest; slot += 1) {
      to[block.base + (slot % slots)] = Number.NEGATIVE_INFINITY;
    }
    for (let slot = oldest; slot <= this.at(ring, NEWEST); slot += 1) {
      const start = this.startOf(ring, slot);
      const place = slot % slots;
      to.set(from.subarray(start, start + used), block.base + slots * CELLS_BESIDE + place * width);
      to[block.base + place] = this.timeAt(ring, slot);
      to[block.base + slots + place] = this.isMissed(ring, slot) ? 1 : 0;
    }
    this.arena.release(this.#blockOf(ring), this.#cells(ring));
    this.#place(ring, block);
    this.#set(ring, LENGTH, slots);
    this.#set(ring, WIDTH, width);
    this.#set(ring, RANGE, -1);
  }

  #leaveOutMissed(ring: RingId): void {
    const first = this.at(ring, FIRST);
    const last = this.at(ring, LAST);
    let good = 0;
    this.#set(ring, FIRST_GOOD, last + 1);
    this.#set(ring, LAST_GOOD, first - 1);
    for (let slot = last; slot >= first; slot -= 1) {
      if (this.isMissed(ring, slot)) continue;
      this.#set(ring, FIRST_GOOD, slot);
      if (good === 0) this.#set(ring, LAST_GOOD, slot);
      good += 1;
    }
    this.#set(ring, GOOD, good);
  }

  #timePlace(ring: RingId, slot: number): number {
    return this.at(ring, BASE) + (slot % this.at(ring, LENGTH));
  }

  #markOf(ring: RingId, slot: number): number {
    const length = this.at(ring, LENGTH);
    return this.at(ring, BASE) + length + (slot % length);
  }

  #cells(ring: RingId): number {
    return this.at(ring, LENGTH) * (this.at(ring, WIDTH) + CELLS_BESIDE);
  }

  #blockOf(ring: RingId): Block {
    return { chunk: this.at(ring, CHUNK), base: this.at(ring, BASE) };
  }

  #place(ring: RingId, { chunk, base }: Block): void {
    this.#set(ring, CHUNK, chunk);
    this.#set(ring, BASE, base);
  }

  #set(ring: RingId, field: number, value: number): void {
    this.heads[(ring << HEAD_SHIFT) + field] = value;
  }
}
