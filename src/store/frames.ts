// A ring of slots, one for each time that a target was asked, and the samples of the rows that change: a frame for each slot,
// one after another in memory. A scrape writes one frame from front to back; a rate reads two of them (PERFORMANCE.md).

// Prometheus's staleness marker (`StaleNaN` in model/value): a NaN that no parser and no arithmetic makes.
const STALE_LOW = 2;
const STALE_HIGH = 0x7ff00000;

/** A frame begins with its time, and 1 when the target could not be read then. Columns follow. */
export const TIME = 0;
export const MISSED = 1;
const FIRST_COLUMN = 2;
const FIRST_WIDTH = 4;
/** Targets are many and stay as they are once they were read a few times. */
const GROWTH = 5 / 4;

/** The place of a row's cell in every frame. */
export type Column = number;

/** What a range of time holds. Slots in which the target could not be read are in it and have no samples. */
export interface Span {
  /** First and last slot of the range, whatever came of them; none when `first` > `last`. */
  first: number;
  last: number;
  /** First and last slot that is not missed, and how many there are. */
  firstGood: number;
  lastGood: number;
  good: number;
  /** Where the frames of three of them begin in `values`. */
  firstStart: number;
  firstGoodStart: number;
  lastGoodStart: number;
}

/** Slots are numbered from zero and never renumbered. */
export class Frames {
  /** For loops over many rows: another array after `addColumn` and `lengthen`. */
  values: Float64Array<ArrayBuffer>;
  /** The same memory in halves of a double. */
  #bits: Uint32Array;
  /** How many slots are kept. */
  ring: number;
  /** Cells from one frame to the next. */
  width = FIRST_WIDTH;
  /** Cells in use, columns given back included. */
  #used = FIRST_COLUMN;
  readonly #freeColumns: Column[] = [];
  /** -1 before the first slot. */
  newest = -1;
  newestGood = -1;
  newestMissed = -1;
  /** The newest good slot before the newest slot. */
  goodBefore = -1;
  /** The last range that was asked about: rows of a target are asked about it one metric after another. */
  readonly #span: Span = {
    first: 0,
    last: -1,
    firstGood: 0,
    lastGood: -1,
    good: 0,
    firstStart: 0,
    firstGoodStart: 0,
    lastGoodStart: 0,
  };
  #spanFromMs = Number.NaN;
  #spanToMs = Number.NaN;

  constructor(slots: number) {
    this.ring = slots;
    this.values = new Float64Array(slots * FIRST_WIDTH);
    this.#bits = new Uint32Array(this.values.buffer);
  }

  get columnsInUse(): number {
    return this.#used - FIRST_COLUMN - this.#freeColumns.length;
  }

  /** The first slot that is still kept. */
  get oldest(): number {
    return Math.max(0, this.newest - this.ring + 1);
  }

  /** Time of the newest slot; -Infinity before the first. */
  get newestMs(): number {
    return this.newest < 0 ? Number.NEGATIVE_INFINITY : this.timeAt(this.newest);
  }

  /** Where the frame of a slot begins in `values`: a row's cell is `column` further. */
  startOf(slot: number): number {
    return (slot % this.ring) * this.width;
  }

  /** Of a slot between the oldest kept and the newest. */
  timeAt(slot: number): number {
    return this.values[this.startOf(slot) + TIME] ?? Number.NaN;
  }

  isMissed(slot: number): boolean {
    return this.newestMissed >= slot && this.values[this.startOf(slot) + MISSED] === 1;
  }

  /** Opens a slot at `timeMs`, which must be later than the newest: every column is stale in it. The oldest slot is given up when the ring is full. */
  openSlot(timeMs: number, missed: boolean): void {
    this.goodBefore = this.newestGood;
    this.newest += 1;
    if (missed) this.newestMissed = this.newest;
    else this.newestGood = this.newest;
    const start = this.startOf(this.newest);
    this.values.set(staleValues(this.#used), start);
    this.values[start + TIME] = timeMs;
    this.values[start + MISSED] = missed ? 1 : 0;
    this.#spanFromMs = Number.NaN;
  }

  /** The last slot whose time is not later than `timeMs`; the one before `oldest` when all are later. */
  lastUpTo(timeMs: number): number {
    const { newest, newestMs } = this;
    if (newestMs <= timeMs) return newest;
    const { oldest } = this;
    const oldestMs = this.timeAt(oldest);
    if (timeMs < oldestMs) return oldest - 1;
    // Slots are mostly as far apart as the interval says: the guess is right or next to it.
    let slot = oldest + Math.floor(((timeMs - oldestMs) / (newestMs - oldestMs)) * (newest - oldest));
    while (this.timeAt(slot) > timeMs) slot -= 1;
    while (this.timeAt(slot + 1) <= timeMs) slot += 1;
    return slot;
  }

  /** The slots of (fromMs, toMs]. The object is filled anew for the next range, slot or shape of the ring. */
  span(fromMs: number, toMs: number): Span {
    const span = this.#span;
    if (this.#spanFromMs === fromMs && this.#spanToMs === toMs) return span;
    this.#spanFromMs = fromMs;
    this.#spanToMs = toMs;
    span.first = this.lastUpTo(fromMs) + 1;
    span.last = this.lastUpTo(toMs);
    span.firstGood = span.first;
    span.lastGood = span.last;
    span.good = Math.max(0, span.last - span.first + 1);
    if (this.newestMissed >= span.first) this.#leaveOutMissed(span);
    span.firstStart = this.startOf(span.first);
    span.firstGoodStart = this.startOf(span.firstGood);
    span.lastGoodStart = this.startOf(Math.max(0, span.lastGood));
    return span;
  }

  /** A column whose cells hold whatever they held before. `expected` is how many the caller may come to need. */
  addColumn(expected: number): Column {
    const free = this.#freeColumns.pop();
    if (free !== undefined) return free;
    if (this.#used === this.width) this.#widen(Math.max(expected + FIRST_COLUMN, Math.ceil(this.width * GROWTH)));
    this.#used += 1;
    return this.#used - 1;
  }

  removeColumn(column: Column): void {
    this.#freeColumns.push(column);
  }

  setStale(at: number): void {
    this.#bits[2 * at + LOW_HALF] = STALE_LOW;
    this.#bits[2 * at + HIGH_HALF] = STALE_HIGH;
  }

  /** Of a cell by its place in `values`. Compares bits: as a number the marker is a NaN like any other. */
  isStale(at: number): boolean {
    return this.#bits[2 * at + HIGH_HALF] === STALE_HIGH && this.#bits[2 * at + LOW_HALF] === STALE_LOW;
  }

  /** Makes room for a quarter more slots; those that are kept stay. */
  lengthen(): void {
    const ring = Math.ceil(this.ring * GROWTH) + 1;
    const values = new Float64Array(ring * this.width);
    for (let slot = this.oldest; slot <= this.newest; slot += 1) {
      const start = this.startOf(slot);
      values.set(this.values.subarray(start, start + this.#used), (slot % ring) * this.width);
    }
    this.ring = ring;
    this.#use(values);
  }

  #widen(width: number): void {
    const values = new Float64Array(this.ring * width);
    for (let frame = 0; frame < this.ring; frame += 1) {
      const start = frame * this.width;
      values.set(this.values.subarray(start, start + this.#used), frame * width);
    }
    this.width = width;
    this.#use(values);
  }

  #use(values: Float64Array<ArrayBuffer>): void {
    this.values = values;
    this.#bits = new Uint32Array(values.buffer);
    this.#spanFromMs = Number.NaN;
  }

  #leaveOutMissed(span: Span): void {
    span.firstGood = span.last + 1;
    span.lastGood = span.first - 1;
    span.good = 0;
    for (let slot = span.last; slot >= span.first; slot -= 1) {
      if (this.isMissed(slot)) continue;
      span.firstGood = slot;
      if (span.good === 0) span.lastGood = slot;
      span.good += 1;
    }
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const LOW_HALF = IS_LITTLE_ENDIAN ? 0 : 1;
const HIGH_HALF = 1 - LOW_HALF;

const STALE_CHUNK = staleFrame(4096);

function staleValues(length: number): Float64Array {
  return length <= STALE_CHUNK.length ? STALE_CHUNK.subarray(0, length) : staleFrame(length);
}

function staleFrame(length: number): Float64Array {
  const values = new Float64Array(length);
  const bits = new Uint32Array(values.buffer);
  for (let at = 0; at < length; at += 1) {
    bits[2 * at + LOW_HALF] = STALE_LOW;
    bits[2 * at + HIGH_HALF] = STALE_HIGH;
  }
  return values;
}
