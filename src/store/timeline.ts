// The samples of all rows that share one sequence of slots. Most rows stand still: those have one value and the slots it holds for;
// a row that changes gets a column in the frames.
import type { GrowthColumns, NewestColumns, SampleWindow } from '../model/sample-source.ts';
import { type Column, Frames } from './frames.ts';
import { SlotRing, type Span } from './slots.ts';

export interface TimelineOptions {
  readonly retentionMs: number;
  /** Slots to make room for at first; when more come within the retention the ring grows. */
  readonly slots: number;
}

/** The place of a row in the timeline, reused after `removeRow`. */
export type Place = number;

/** In `#column`: the row has had one value in every good slot from `#since` to `#said`. */
const STILL: Column = -1;
/** In `#said`: nothing was said yet. In `#since` is then the slot in which the row was made. */
const NOTHING = -1;
/** In `#since`: the row was said in a slot that the others missed, and is only to be read sample by sample. */
const NEVER_STEADY = 0x7fffffff;

const FIRST_PLACES = 4;
const GROWTH = 9 / 8;
/** About how many of a server's rows change: three in eight of a Triton's with GPU models. */
const SHARE_OF_COLUMNS = 3 / 8;

export class Timeline {
  readonly #retentionMs: number;
  readonly #slots: SlotRing;
  readonly #frames: Frames;
  /** By place. */
  #column: Int32Array = new Int32Array(FIRST_PLACES);
  /** First slot of the unbroken run up to `#said` in which the row was said in every good slot and never fell. */
  #since: Int32Array = new Int32Array(FIRST_PLACES);
  /** The last slot in which the row was said. */
  #said: Int32Array = new Int32Array(FIRST_PLACES);
  /** What was said in it. */
  #value: Float64Array = new Float64Array(FIRST_PLACES);
  #places = 0;
  readonly #freePlaces: Place[] = [];

  constructor({ retentionMs, slots }: TimelineOptions) {
    this.#retentionMs = retentionMs;
    this.#slots = new SlotRing(slots);
    this.#frames = new Frames(slots);
  }

  /** Time of the newest slot; -Infinity before the first. */
  get newestMs(): number {
    return this.#slots.newestMs;
  }

  get columnsInUse(): number {
    return this.#frames.columnsInUse;
  }

  /** Memory of samples, in use or free. */
  get bytes(): number {
    return this.#frames.bytes + this.#column.length * 20;
  }

  /**
   * Opens a slot at `timeMs`, which must be later than the newest slot. Slots later than `nowMs` - retention are kept.
   * `missed`: the target could not be read; a row has a sample there only if it is put all the same.
   */
  open(timeMs: number, { nowMs, missed }: { readonly nowMs: number; readonly missed: boolean }): void {
    const lost = this.#slots.nextLost;
    if (lost >= 0 && this.#slots.timeAt(lost) > nowMs - this.#retentionMs) this.#lengthen();
    this.#slots.open(timeMs, missed);
    this.#frames.clear(this.#slots.newest);
  }

  addRow(): Place {
    const place = this.#freePlaces.pop() ?? this.#places;
    if (place === this.#places) this.#places += 1;
    if (this.#places > this.#column.length) this.#growPlaces();
    this.#column[place] = STILL;
    this.#since[place] = this.#slots.newest;
    this.#said[place] = NOTHING;
    return place;
  }

  removeRow(place: Place): void {
    const column = this.#columnOf(place);
    if (column !== STILL) this.#frames.release(column);
    this.#column[place] = STILL;
    this.#said[place] = NOTHING;
    this.#freePlaces.push(place);
  }

  /** When the row was last said, or made when it never was; -Infinity when that slot is no longer kept. */
  lastSaidMs(place: Place): number {
    const said = this.#saidIn(place);
    const slot = said === NOTHING ? (this.#since[place] ?? NOTHING) : said;
    return slot < this.#slots.oldest || slot > this.#slots.newest ? Number.NEGATIVE_INFINITY : this.#slots.timeAt(slot);
  }

  /** Writes the row's sample of the newest slot. Of several the largest stays, and any number wins over NaN. */
  put(place: Place, value: number): void {
    const slot = this.#slots.newest;
    if (slot < 0) throw new Error('BUG: a value was put before a slot was opened');
    const said = this.#saidIn(place);
    const column = this.#columnOf(place);
    const isUnbroken = said === this.#slots.goodBefore && said !== NOTHING && !this.#slots.isNewestMissed;
    if (said === slot) {
      this.#putAgain(place, value);
    } else if (column !== STILL) {
      this.#putInto(column, { place, value, isUnbroken });
    } else if (isUnbroken && isSame(value, this.#value[place] ?? Number.NaN)) {
      this.#said[place] = slot;
    } else if (said === NOTHING && !this.#slots.isNewestMissed) {
      this.#begin(place, value);
    } else {
      this.#putInto(this.#warm(place), { place, value, isUnbroken });
    }
  }

  /** Puts the row's samples of (fromMs, toMs] into `into`, oldest first; what is stale is left out. */
  read(place: Place, range: { readonly fromMs: number; readonly toMs: number }, into: SampleWindow): void {
    const { first, last } = this.#slots.span(range.fromMs, range.toMs);
    const column = this.#columnOf(place);
    reserve(into, last - first + 1);
    let length = 0;
    for (let slot = first; slot <= last; slot += 1) {
      if (!this.#isPresent(place, slot)) continue;
      into.timesMs[length] = this.#slots.timeAt(slot);
      into.values[length] = column === STILL ? (this.#value[place] ?? Number.NaN) : this.#frames.at(slot, column);
      length += 1;
    }
    into.length = length;
  }

  /** The slot that decides what is newest at a time; -1 when it is not after `fromMs`. */
  newestSlot(fromMs: number, toMs: number): number {
    const slot = this.#slots.lastUpTo(toMs);
    return slot < this.#slots.oldest || this.#slots.timeAt(slot) <= fromMs ? -1 : slot;
  }

  /** Puts the row's sample of a slot beside the `at`th row asked; NaN as its time when it is stale. */
  readSlot(place: Place, slot: number, { at, into }: { readonly at: number; readonly into: NewestColumns }): void {
    const isPresent = slot >= 0 && this.#isPresent(place, slot);
    const column = this.#columnOf(place);
    into.newestMs[at] = isPresent ? this.#slots.timeAt(slot) : Number.NaN;
    if (isPresent) into.values[at] = column === STILL ? (this.#value[place] ?? Number.NaN) : this.#frames.at(slot, column);
  }

  /** The slots of (fromMs, toMs]; valid until the next question about another range. */
  span(fromMs: number, toMs: number): Span {
    return this.#slots.span(fromMs, toMs);
  }

  /**
   * Puts the row's growth over a span beside the `at`th row asked, by its two ends where it was said in every good slot
   * and never fell, and false where it must be read sample by sample.
   */
  readGrowth(place: Place, span: Span, { at, into }: { readonly at: number; readonly into: GrowthColumns }): boolean {
    if ((this.#since[place] ?? NEVER_STEADY) > span.firstGood || this.#saidIn(place) < span.lastGood || span.good === 0) return false;
    const column = this.#columnOf(place);
    const first = column === STILL ? (this.#value[place] ?? Number.NaN) : this.#frames.at(span.firstGood, column);
    const last = column === STILL ? first : this.#frames.at(span.lastGood, column);
    into.first[at] = first;
    into.growth[at] = last - first;
    into.firstMs[at] = span.firstMs;
    into.lastMs[at] = span.lastMs;
    into.samples[at] = span.good;
    return true;
  }

  #columnOf(place: Place): Column {
    return this.#column[place] ?? STILL;
  }

  #saidIn(place: Place): number {
    return this.#said[place] ?? NOTHING;
  }

  #isPresent(place: Place, slot: number): boolean {
    const column = this.#columnOf(place);
    if (column !== STILL) return !this.#frames.isStale(slot, column);
    return slot >= (this.#since[place] ?? 0) && slot <= this.#saidIn(place) && !this.#slots.isMissed(slot);
  }

  #begin(place: Place, value: number): void {
    this.#since[place] = this.#slots.newest;
    this.#said[place] = this.#slots.newest;
    this.#value[place] = value;
  }

  #putInto(column: Column, { place, value, isUnbroken }: Put): void {
    const slot = this.#slots.newest;
    this.#frames.set(slot, column, value);
    if (this.#slots.isNewestMissed) this.#since[place] = NEVER_STEADY;
    else if (this.#since[place] !== NEVER_STEADY && !(isUnbroken && value >= (this.#value[place] ?? Number.NaN))) this.#since[place] = slot;
    this.#said[place] = slot;
    this.#value[place] = value;
  }

  #putAgain(place: Place, value: number): void {
    const kept = this.#value[place] ?? Number.NaN;
    if (kept >= value || Number.isNaN(value)) return;
    const slot = this.#slots.newest;
    // A row that began in this slot has no other sample.
    const isFirst = this.#columnOf(place) === STILL && this.#since[place] === slot;
    if (!isFirst) this.#frames.set(slot, this.#warm(place), value);
    // Whether it fell since the slot before is not known any more.
    if (this.#since[place] !== NEVER_STEADY) this.#since[place] = slot;
    this.#value[place] = value;
  }

  /** Gives a row that stood still a column, with the samples that it has. */
  #warm(place: Place): Column {
    const known = this.#columnOf(place);
    if (known !== STILL) return known;
    const column = this.#frames.allocate(Math.ceil(this.#places * SHARE_OF_COLUMNS));
    const value = this.#value[place] ?? Number.NaN;
    for (let slot = this.#slots.oldest; slot <= this.#slots.newest; slot += 1) {
      if (this.#isPresent(place, slot)) this.#frames.set(slot, column, value);
      else this.#frames.setStale(slot, column);
    }
    this.#column[place] = column;
    return column;
  }

  #lengthen(): void {
    const length = Math.ceil(this.#slots.length * (5 / 4)) + 1;
    const { oldest, newest } = this.#slots;
    this.#frames.lengthen(length, { oldest, newest });
    this.#slots.grow(length);
  }

  #growPlaces(): void {
    const capacity = Math.ceil(this.#places * GROWTH) + FIRST_PLACES;
    this.#column = grown(this.#column, new Int32Array(capacity));
    this.#since = grown(this.#since, new Int32Array(capacity));
    this.#said = grown(this.#said, new Int32Array(capacity));
    this.#value = grown(this.#value, new Float64Array(capacity));
  }
}

interface Put {
  readonly place: Place;
  readonly value: number;
  /** The row was said in the good slot before this one, and this slot is good. */
  readonly isUnbroken: boolean;
}

function grown<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
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
