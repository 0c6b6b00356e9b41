// When a target was asked: a ring of slots, one per attempt. Slots are numbered from zero and never renumbered.

/** What a range of time holds. Attempts that failed are in it and have no samples. */
export interface Span {
  /** First and last slot of the range, whatever came of them; none when `first` > `last`. */
  first: number;
  last: number;
  /** First and last slot that is not missed, how many there are, and their times. */
  firstGood: number;
  lastGood: number;
  good: number;
  firstMs: number;
  lastMs: number;
}

export class SlotRing {
  #timesMs: Float64Array;
  #missed: Uint8Array;
  #newest = -1;
  #newestGood = -1;
  /** The newest good slot before the newest slot. */
  #goodBefore = -1;
  /** The last range asked about: the rows of a target are asked about one range after another. */
  readonly #span: Span = { first: 0, last: -1, firstGood: 0, lastGood: -1, good: 0, firstMs: Number.NaN, lastMs: Number.NaN };
  #spanFromMs = Number.NaN;
  #spanToMs = Number.NaN;

  constructor(length: number) {
    this.#timesMs = new Float64Array(length);
    this.#missed = new Uint8Array(length);
  }

  get length(): number {
    return this.#timesMs.length;
  }

  /** -1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** Time of the newest slot; -Infinity before the first. */
  get newestMs(): number {
    return this.#newest < 0 ? Number.NEGATIVE_INFINITY : this.timeAt(this.#newest);
  }

  /** The first slot that is still kept. */
  get oldest(): number {
    return Math.max(0, this.#newest - this.length + 1);
  }

  get goodBefore(): number {
    return this.#goodBefore;
  }

  get isNewestMissed(): boolean {
    return this.#newest !== this.#newestGood;
  }

  /** The slot that the next `open` gives up; -1 when there is room. */
  get nextLost(): number {
    return this.#newest + 1 - this.length;
  }

  /** Opens a slot at `timeMs`, which must be later than the newest. `missed`: the attempt failed, so no row has a sample unless it is put. */
  open(timeMs: number, missed: boolean): void {
    this.#goodBefore = this.#newestGood;
    this.#newest += 1;
    if (!missed) this.#newestGood = this.#newest;
    this.#timesMs[this.#newest % this.length] = timeMs;
    this.#missed[this.#newest % this.length] = missed ? 1 : 0;
    this.#spanFromMs = Number.NaN;
  }

  /** Of a slot between the oldest kept and the newest. */
  timeAt(slot: number): number {
    return this.#timesMs[slot % this.length] ?? Number.NaN;
  }

  isMissed(slot: number): boolean {
    return this.#missed[slot % this.length] === 1;
  }

  /** The last slot whose time is not later than `timeMs`; the one before `oldest` when all are later. */
  lastUpTo(timeMs: number): number {
    if (this.newestMs <= timeMs) return this.#newest;
    let low = this.oldest;
    let high = this.#newest;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) <= timeMs) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }

  /** The slots of (fromMs, toMs]. The object is filled anew for the next range or slot. */
  span(fromMs: number, toMs: number): Span {
    const span = this.#span;
    if (this.#spanFromMs === fromMs && this.#spanToMs === toMs) return span;
    this.#spanFromMs = fromMs;
    this.#spanToMs = toMs;
    span.first = this.lastUpTo(fromMs) + 1;
    span.last = this.lastUpTo(toMs);
    span.firstGood = span.last + 1;
    span.lastGood = -1;
    span.good = 0;
    for (let slot = span.last; slot >= span.first; slot -= 1) {
      if (this.isMissed(slot)) continue;
      span.firstGood = slot;
      if (span.good === 0) span.lastGood = slot;
      span.good += 1;
    }
    span.firstMs = span.good === 0 ? Number.NaN : this.timeAt(span.firstGood);
    span.lastMs = span.good === 0 ? Number.NaN : this.timeAt(span.lastGood);
    return span;
  }

  grow(length: number): void {
    const timesMs = new Float64Array(length);
    const missed = new Uint8Array(length);
    for (let slot = this.oldest; slot <= this.#newest; slot += 1) {
      timesMs[slot % length] = this.timeAt(slot);
      missed[slot % length] = this.isMissed(slot) ? 1 : 0;
    }
    this.#timesMs = timesMs;
    this.#missed = missed;
  }
}
