// One ring of time stamps and the pages of all rows that share it. Slots are numbered from zero and never renumbered.
import type { SampleWindow } from '../model/sample-source.ts';
import { NO_PAGE, PAGE_SAMPLES, PAGE_SHIFT, type PageArena, type PageId, type PagePart } from './pages.ts';

export interface TimelineOptions {
  readonly arena: PageArena;
  readonly retentionMs: number;
  /** Expected distance of slots; when they come closer the ring grows. */
  readonly intervalMs: number;
}

/** Slots of one row, both ends included. */
export interface SlotRange {
  readonly place: Place;
  readonly first: number;
  readonly last: number;
}

/** The place of a row in the timeline, reused after `removeRow`. */
type Place = number;

/**
 * A sixteen of slots has the sequence `slot >> 4`, and a row's page for it stands at `sequence % ringPages`.
 * A page is stamped with its sequence: where nothing was written the page is absent or carries an older one, which reads as stale.
 * So a slot in which a row says nothing costs nothing.
 */
export class Timeline {
  readonly #arena: PageArena;
  readonly #retentionMs: number;
  #ringPages: number;
  #timesMs: Float64Array;
  #pages: Int32Array;
  #places = 0;
  readonly #freePlaces: Place[] = [];
  /** The last search: the next row of the target is asked about the same time. */
  readonly #asked = { timeMs: Number.NaN, newestSlot: -1, slot: -1 };
  /** Filled anew for each page that is read. */
  readonly #part: PagePart;
  #newestSlot = -1;

  constructor({ arena, retentionMs, intervalMs }: TimelineOptions) {
    this.#arena = arena;
    this.#retentionMs = retentionMs;
    // One page of margin: opening a page gives up sixteen slots at once.
    this.#ringPages = Math.ceil(retentionMs / intervalMs / PAGE_SAMPLES) + 1;
    this.#timesMs = new Float64Array(this.#ringPages * PAGE_SAMPLES);
    this.#pages = new Int32Array(this.#ringPages).fill(NO_PAGE);
    this.#part = { first: 0, last: 0, timesMs: this.#timesMs, timeAt: 0 };
  }

  /** Time of the newest slot; -Infinity before the first. */
  get newestMs(): number {
    return this.#newestSlot < 0 ? Number.NEGATIVE_INFINITY : this.timeAt(this.#newestSlot);
  }

  get newestSlot(): number {
    return this.#newestSlot;
  }

  /** The first slot that is still kept. */
  get oldestSlot(): number {
    return Math.max(0, (this.#newestSlot >> PAGE_SHIFT) - this.#ringPages + 1) * PAGE_SAMPLES;
  }

  /** Opens a slot at `timeMs`, which must be later than the newest slot. Slots later than `nowMs` - retention are kept. */
  open(timeMs: number, nowMs: number): void {
    const slot = this.#newestSlot + 1;
    if (this.#mustGrow(slot, nowMs)) this.#grow(slot >> PAGE_SHIFT);
    this.#newestSlot = slot;
    this.#timesMs[slot % this.#timesMs.length] = timeMs;
  }

  /** Of a slot between the oldest kept and the newest. */
  timeAt(slot: number): number {
    return this.#timesMs[slot % this.#timesMs.length] ?? Number.NaN;
  }

  /** The last slot whose time is not later than `timeMs`; the one before `oldestSlot` when all are later. */
  lastSlotUpTo(timeMs: number): number {
    if (this.newestMs <= timeMs) return this.#newestSlot;
    if (this.#asked.timeMs !== timeMs || this.#asked.newestSlot !== this.#newestSlot) {
      this.#asked.slot = this.#search(timeMs);
      this.#asked.timeMs = timeMs;
      this.#asked.newestSlot = this.#newestSlot;
    }
    return this.#asked.slot;
  }

  #search(timeMs: number): number {
    let low = this.oldestSlot;
    let high = this.#newestSlot;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) <= timeMs) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }

  addRow(): Place {
    const free = this.#freePlaces.pop();
    if (free !== undefined) return free;
    const needed = (this.#places + 1) * this.#ringPages;
    if (needed > this.#pages.length) {
      const wider = new Int32Array(needed * 2).fill(NO_PAGE);
      wider.set(this.#pages);
      this.#pages = wider;
    }
    this.#places += 1;
    return this.#places - 1;
  }

  /** Gives the row's pages back. */
  removeRow(place: Place): void {
    const start = place * this.#ringPages;
    for (const page of this.#pages.subarray(start, start + this.#ringPages)) {
      if (page !== NO_PAGE) this.#arena.release(page);
    }
    this.#pages.fill(NO_PAGE, start, start + this.#ringPages);
    this.#freePlaces.push(place);
  }

  /** Appends the row's samples of slots `first` to `last` to `into`, which has room for them; what is stale is left out. */
  append({ place, first, last }: SlotRange, into: SampleWindow): void {
    let slot = first;
    while (slot <= last) {
      const end = Math.min(last, slot | (PAGE_SAMPLES - 1));
      const page = this.#pageOf(place, slot >> PAGE_SHIFT);
      if (page !== NO_PAGE) this.#appendFrom(page, { slot, end }, into);
      slot = end + 1;
    }
  }

  /** Writes the row's sample of the newest slot. Of several the largest stays, and any number wins over NaN. */
  put(place: Place, value: number): void {
    if (this.#newestSlot < 0) throw new Error('BUG: a value was put before a slot was opened');
    const slot = this.#newestSlot & (PAGE_SAMPLES - 1);
    const sequence = this.#newestSlot >> PAGE_SHIFT;
    const at = place * this.#ringPages + (sequence % this.#ringPages);
    let page = this.#pages[at] ?? NO_PAGE;
    if (page === NO_PAGE || this.#arena.sequenceOf(page) !== sequence) page = this.#turn(place, sequence);
    else if (this.#arena.has(page, slot) && staysOver(value, this.#arena.valueAt(page, slot))) return;
    this.#pages[at] = this.#arena.put(page, slot, value);
  }

  /** A page for the sixteen that begins; what the row wrote in the one before is sealed. */
  #turn(place: Place, sequence: number): PageId {
    const start = place * this.#ringPages;
    const outdated = this.#pages[start + (sequence % this.#ringPages)] ?? NO_PAGE;
    if (outdated !== NO_PAGE) this.#arena.release(outdated);
    const previous = this.#pageOf(place, sequence - 1);
    if (previous !== NO_PAGE) this.#pages[start + ((sequence - 1) % this.#ringPages)] = this.#arena.seal(previous);
    return this.#arena.allocate(sequence);
  }

  /** The row's page for a sixteen of slots, or NO_PAGE when it said nothing then. */
  #pageOf(place: Place, sequence: number): PageId {
    if (sequence < 0) return NO_PAGE;
    const page = this.#pages[place * this.#ringPages + (sequence % this.#ringPages)] ?? NO_PAGE;
    return page !== NO_PAGE && this.#arena.sequenceOf(page) === sequence ? page : NO_PAGE;
  }

  #appendFrom(page: PageId, { slot, end }: { slot: number; end: number }, into: SampleWindow): void {
    const part = this.#part;
    part.first = slot & (PAGE_SAMPLES - 1);
    part.last = end & (PAGE_SAMPLES - 1);
    part.timesMs = this.#timesMs;
    part.timeAt = slot % this.#timesMs.length;
    this.#arena.append(page, part, into);
  }

  /** True when `slot` begins a page in the place of one that still holds a sample inside the retention. */
  #mustGrow(slot: number, nowMs: number): boolean {
    const lastLost = slot - this.#timesMs.length + PAGE_SAMPLES - 1;
    if (slot % PAGE_SAMPLES !== 0 || lastLost < 0) return false;
    return this.timeAt(lastLost) > nowMs - this.#retentionMs;
  }

  /** Adds one page per row; `opening` is the sequence that is about to begin. Pages older than the ring are given back. */
  #grow(opening: number): void {
    const ringPages = this.#ringPages + 1;
    const oldest = opening - this.#ringPages;
    const timesMs = new Float64Array(ringPages * PAGE_SAMPLES);
    for (let slot = oldest * PAGE_SAMPLES; slot <= this.#newestSlot; slot += 1) timesMs[slot % timesMs.length] = this.timeAt(slot);
    const pages = new Int32Array(Math.max(1, this.#places) * ringPages).fill(NO_PAGE);
    for (const [at, page] of this.#pages.entries()) {
      if (page === NO_PAGE) continue;
      const sequence = this.#arena.sequenceOf(page);
      if (sequence < oldest) this.#arena.release(page);
      else pages[Math.floor(at / this.#ringPages) * ringPages + (sequence % ringPages)] = page;
    }
    this.#ringPages = ringPages;
    this.#timesMs = timesMs;
    this.#pages = pages;
  }
}

/** True when the value that is kept must stay: it is at least as large, or the new one is no number. */
function staysOver(value: number, kept: number): boolean {
  return kept >= value || Number.isNaN(value);
}
