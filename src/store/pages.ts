// Sixteen samples of a row in the smallest of three forms. Most series stand still or count whole numbers.
import type { SampleWindow } from '../model/sample-source.ts';
import { PageHeap } from './page-heap.ts';

/** The number in its heap, and its form in the lowest two bits: a page that changes its form changes its id. */
export type PageId = number;

/** Sixteen: with the default 60 samples of retention a row takes five pages; larger pages would hold more slots that nobody can ask. */
export const PAGE_SAMPLES = 16;
export const PAGE_SHIFT = 4;
export const NO_PAGE = -1;

// Every page begins with its sequence (which sixteen of slots it is), as int32.
/** One value, and a bit for each slot that has it: sequence, bits, double. What is written first, and what stands still. */
const SAME = 0;
/** Whole numbers, as differences from the first: sequence, nothing, double, 16 × int32. Only full pages are made so. */
const STEPS = 1;
/** Sequence, nothing, 16 × double. */
const DOUBLES = 2;
const FORM_SHIFT = 2;
const FORM_MASK = 3;
const SAME_BYTES = 16;
const STEPS_BYTES = 80;
const DOUBLES_BYTES = 136;

const BITS_AT = 4;
const VALUE_AT = 8;
const STEPS_AT = 16;
const DOUBLES_AT = 8;
const ALL_SLOTS = 0xffff;

const NO_STEP = -(2 ** 31);
const MOST_EXACT_INTEGER = 2 ** 53;

// Prometheus's staleness marker (`StaleNaN` in model/value): a NaN that no parser and no arithmetic makes.
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 2;

/** Some slots of one page, and the times of their samples: `timesMs[timeAt]` is that of slot `first`. */
export interface PagePart {
  /** Both within the sixteen: 0 to 15. */
  first: number;
  last: number;
  timesMs: Float64Array;
  timeAt: number;
}

export class PageArena {
  readonly #same = new PageHeap(SAME_BYTES);
  readonly #steps = new PageHeap(STEPS_BYTES);
  readonly #doubles = new PageHeap(DOUBLES_BYTES);

  /** Pages that are handed out now. */
  get pagesInUse(): number {
    return this.#same.inUse + this.#steps.inUse + this.#doubles.inUse;
  }

  /** Memory of the pages that are handed out now. */
  get bytesInUse(): number {
    return this.#same.bytesInUse + this.#steps.bytesInUse + this.#doubles.bytesInUse;
  }

  /** Memory held for pages, in use or free. */
  get bytes(): number {
    return this.#same.bytes + this.#steps.bytes + this.#doubles.bytes;
  }

  /** A page for the slots `16 × sequence` and up, each of them stale. */
  allocate(sequence: number): PageId {
    const page = this.#same.allocate();
    const view = this.#same.viewOf(page);
    const start = this.#same.startOf(page);
    view.setInt32(start, sequence, true);
    view.setInt32(start + BITS_AT, 0, true);
    return (page << FORM_SHIFT) | SAME;
  }

  release(page: PageId): void {
    this.#heapOf(page).release(page >> FORM_SHIFT);
  }

  sequenceOf(page: PageId): number {
    const heap = this.#heapOf(page);
    return heap.viewOf(page >> FORM_SHIFT).getInt32(heap.startOf(page >> FORM_SHIFT), true);
  }

  /** Writes a slot (0 to 15) of a page that is not sealed, and says which page holds the samples from now on. */
  put(page: PageId, slot: number, value: number): PageId {
    if ((page & FORM_MASK) === DOUBLES) {
      const index = page >> FORM_SHIFT;
      this.#doubles.viewOf(index).setFloat64(this.#doubles.startOf(index) + DOUBLES_AT + slot * 8, value, true);
      return page;
    }
    const index = page >> FORM_SHIFT;
    const view = this.#same.viewOf(index);
    const start = this.#same.startOf(index);
    const bits = view.getInt32(start + BITS_AT, true);
    const others = bits & ~(1 << slot);
    if (others !== 0 && !Object.is(view.getFloat64(start + VALUE_AT, true), value)) return this.put(this.#spread(page), slot, value);
    view.setInt32(start + BITS_AT, bits | (1 << slot), true);
    view.setFloat64(start + VALUE_AT, value, true);
    return page;
  }

  /** True when the slot of a page that is not sealed was written. */
  has(page: PageId, slot: number): boolean {
    const index = page >> FORM_SHIFT;
    if ((page & FORM_MASK) === SAME)
      return (this.#same.viewOf(index).getInt32(this.#same.startOf(index) + BITS_AT, true) & (1 << slot)) !== 0;
    return !isStale(this.#doubles.viewOf(index), this.#doubles.startOf(index) + DOUBLES_AT + slot * 8);
  }

  /** The value of a slot that `has` one. */
  valueAt(page: PageId, slot: number): number {
    const index = page >> FORM_SHIFT;
    if ((page & FORM_MASK) === SAME) return this.#same.viewOf(index).getFloat64(this.#same.startOf(index) + VALUE_AT, true);
    return this.#doubles.viewOf(index).getFloat64(this.#doubles.startOf(index) + DOUBLES_AT + slot * 8, true);
  }

  /** Nothing more will be written: takes the smallest form that says the same, and says which page that is. */
  seal(page: PageId): PageId {
    if ((page & FORM_MASK) !== DOUBLES) return page;
    const from = this.#doubles.viewOf(page >> FORM_SHIFT);
    const start = this.#doubles.startOf(page >> FORM_SHIFT) + DOUBLES_AT;
    const base = firstValue(from, start);
    if (!areSteps(from, start, base)) return page;
    const index = this.#steps.allocate();
    const to = this.#steps.viewOf(index);
    const at = this.#steps.startOf(index);
    to.setInt32(at, this.sequenceOf(page), true);
    to.setFloat64(at + VALUE_AT, base, true);
    for (let slot = 0; slot < PAGE_SAMPLES; slot += 1) {
      const offset = start + slot * 8;
      to.setInt32(at + STEPS_AT + slot * 4, isStale(from, offset) ? NO_STEP : from.getFloat64(offset, true) - base, true);
    }
    this.release(page);
    return (index << FORM_SHIFT) | STEPS;
  }

  /** Appends the samples of a part of a page, oldest first; what is stale is left out. `into` has room for them. */
  append(page: PageId, part: PagePart, into: SampleWindow): void {
    const heap = this.#heapOf(page);
    const view = heap.viewOf(page >> FORM_SHIFT);
    const start = heap.startOf(page >> FORM_SHIFT);
    const form = page & FORM_MASK;
    if (form === SAME) appendSame(view, start, part, into);
    else if (form === STEPS) appendSteps(view, start, part, into);
    else appendDoubles(view, start, part, into);
  }

  #heapOf(page: PageId): PageHeap {
    const form = page & FORM_MASK;
    if (form === SAME) return this.#same;
    return form === STEPS ? this.#steps : this.#doubles;
  }

  /** From one value to a value for each slot. */
  #spread(page: PageId): PageId {
    const from = this.#same.viewOf(page >> FORM_SHIFT);
    const start = this.#same.startOf(page >> FORM_SHIFT);
    const bits = from.getInt32(start + BITS_AT, true);
    const value = from.getFloat64(start + VALUE_AT, true);
    const index = this.#doubles.allocate();
    const to = this.#doubles.viewOf(index);
    const at = this.#doubles.startOf(index);
    to.setInt32(at, from.getInt32(start, true), true);
    for (let slot = 0; slot < PAGE_SAMPLES; slot += 1) {
      const offset = at + DOUBLES_AT + slot * 8;
      if ((bits & (1 << slot)) !== 0) to.setFloat64(offset, value, true);
      else setStale(to, offset);
    }
    this.release(page);
    return (index << FORM_SHIFT) | DOUBLES;
  }
}

function appendSame(view: DataView, start: number, { first, last, timesMs, timeAt }: PagePart, into: SampleWindow): void {
  const bits = view.getInt32(start + BITS_AT, true);
  const value = view.getFloat64(start + VALUE_AT, true);
  let { length } = into;
  for (let slot = first; slot <= last; slot += 1) {
    if (bits !== ALL_SLOTS && (bits & (1 << slot)) === 0) continue;
    into.timesMs[length] = timesMs[timeAt + slot - first] ?? Number.NaN;
    into.values[length] = value;
    length += 1;
  }
  into.length = length;
}

function appendSteps(view: DataView, start: number, { first, last, timesMs, timeAt }: PagePart, into: SampleWindow): void {
  const base = view.getFloat64(start + VALUE_AT, true);
  let { length } = into;
  for (let slot = first; slot <= last; slot += 1) {
    const step = view.getInt32(start + STEPS_AT + slot * 4, true);
    if (step === NO_STEP) continue;
    into.timesMs[length] = timesMs[timeAt + slot - first] ?? Number.NaN;
    into.values[length] = base + step;
    length += 1;
  }
  into.length = length;
}

function appendDoubles(view: DataView, start: number, { first, last, timesMs, timeAt }: PagePart, into: SampleWindow): void {
  let { length } = into;
  for (let slot = first; slot <= last; slot += 1) {
    const offset = start + DOUBLES_AT + slot * 8;
    const value = view.getFloat64(offset, true);
    if (Number.isNaN(value) && isStale(view, offset)) continue;
    into.timesMs[length] = timesMs[timeAt + slot - first] ?? Number.NaN;
    into.values[length] = value;
    length += 1;
  }
  into.length = length;
}

/** Of a page that has at least one. */
function firstValue(view: DataView, start: number): number {
  let offset = start;
  while (isStale(view, offset)) offset += 8;
  return view.getFloat64(offset, true);
}

/** True when every sample is `base` plus a whole number that an int32 holds, exactly. */
function areSteps(view: DataView, start: number, base: number): boolean {
  if (!Number.isInteger(base) || Math.abs(base) > MOST_EXACT_INTEGER) return false;
  for (let slot = 0; slot < PAGE_SAMPLES; slot += 1) {
    const offset = start + slot * 8;
    const value = view.getFloat64(offset, true);
    if (isStale(view, offset)) continue;
    // A minus zero would lose its sign.
    if (!Number.isInteger(value) || Math.abs(value) > MOST_EXACT_INTEGER || Object.is(value, -0)) return false;
    if (Math.abs(value - base) >= -NO_STEP) return false;
  }
  return true;
}

function setStale(view: DataView, offset: number): void {
  view.setUint32(offset, STALE_LOW, true);
  view.setUint32(offset + 4, STALE_HIGH, true);
}

/** Compares bits: as a number the marker is a NaN like any other, and engines may change a NaN's bits on the way. */
function isStale(view: DataView, offset: number): boolean {
  return view.getUint32(offset + 4, true) === STALE_HIGH && view.getUint32(offset, true) === STALE_LOW;
}
