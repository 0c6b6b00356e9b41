// The samples of rows that change: a frame of columns for each slot of a ring, one frame after another in memory.
// A scrape writes one frame from front to back; a rate reads two of them. See PERFORMANCE.md.

// Prometheus's staleness marker (`StaleNaN` in model/value): a NaN that no parser and no arithmetic makes.
const STALE_LOW = 2;
const STALE_HIGH = 0x7ff00000;

const FIRST_COLUMNS = 4;
/** Targets are many and stay as they are once they were read a few times. */
const GROWTH = 5 / 4;

export type Column = number;

export class Frames {
  #slots: number;
  /** Columns that there is room for. */
  #width = 0;
  #values = new Float64Array(0);
  /** The same memory in halves of a double, low half first where `IS_LITTLE_ENDIAN`. */
  #bits = new Uint32Array(0);
  /** Columns handed out so far, those given back included. */
  #made = 0;
  readonly #free: Column[] = [];

  constructor(slots: number) {
    this.#slots = slots;
  }

  get columnsInUse(): number {
    return this.#made - this.#free.length;
  }

  get bytes(): number {
    return this.#values.byteLength;
  }

  /** A column whose cells hold whatever they held before. `expected` is how many the caller may come to need. */
  allocate(expected: number): Column {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === this.#width) this.#widen(Math.max(FIRST_COLUMNS, expected, Math.ceil(this.#width * GROWTH)));
    this.#made += 1;
    return this.#made - 1;
  }

  release(column: Column): void {
    this.#free.push(column);
  }

  /** Makes every column stale in a slot. */
  clear(slot: number): void {
    const start = (slot % this.#slots) * this.#width;
    this.#values.set(staleValues(this.#made), start);
  }

  set(slot: number, column: Column, value: number): void {
    this.#values[(slot % this.#slots) * this.#width + column] = value;
  }

  setStale(slot: number, column: Column): void {
    const at = (slot % this.#slots) * this.#width + column;
    this.#bits[2 * at + LOW_HALF] = STALE_LOW;
    this.#bits[2 * at + HIGH_HALF] = STALE_HIGH;
  }

  /** The value of a cell; some NaN where it is stale. */
  at(slot: number, column: Column): number {
    return this.#values[(slot % this.#slots) * this.#width + column] ?? Number.NaN;
  }

  /** Compares bits: as a number the marker is a NaN like any other. */
  isStale(slot: number, column: Column): boolean {
    const at = (slot % this.#slots) * this.#width + column;
    return this.#bits[2 * at + HIGH_HALF] === STALE_HIGH && this.#bits[2 * at + LOW_HALF] === STALE_LOW;
  }

  /** The ring becomes longer; slots `oldest` to `newest` are kept. */
  lengthen(slots: number, kept: { readonly oldest: number; readonly newest: number }): void {
    const values = new Float64Array(slots * this.#width);
    for (let slot = kept.oldest; slot <= kept.newest; slot += 1) {
      const start = (slot % this.#slots) * this.#width;
      values.set(this.#values.subarray(start, start + this.#made), (slot % slots) * this.#width);
    }
    this.#slots = slots;
    this.#use(values);
  }

  #widen(width: number): void {
    const values = new Float64Array(this.#slots * width);
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const start = slot * this.#width;
      values.set(this.#values.subarray(start, start + this.#made), slot * width);
    }
    this.#width = width;
    this.#use(values);
  }

  #use(values: Float64Array<ArrayBuffer>): void {
    this.#values = values;
    this.#bits = new Uint32Array(values.buffer);
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
