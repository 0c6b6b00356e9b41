// Pairs of integers to small integers, in the order in which they come: no object and no text for any of them.
import { intAt } from '../../../lib/columns.ts';

const FIRST_SLOTS = 64;

export class PairNumbers {
  /** Three numbers a slot: the pair, and its number + 1 (0: the slot is free). At most half of the slots are used. */
  #slots = new Int32Array(FIRST_SLOTS * 3);
  #mask = FIRST_SLOTS - 1;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of the pair, a new one when it has none yet. */
  of(one: number, other: number): number {
    let slot = slotOf(one, other) & this.#mask;
    for (;;) {
      const at = slot * 3;
      const number = intAt(this.#slots, at + 2);
      if (number === 0) return this.#add(at, { one, other });
      if (this.#slots[at] === one && this.#slots[at + 1] === other) return number - 1;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** The number of the pair, -1 when it has none. */
  find(one: number, other: number): number {
    let slot = slotOf(one, other) & this.#mask;
    for (;;) {
      const at = slot * 3;
      const number = intAt(this.#slots, at + 2);
      if (number === 0 || (this.#slots[at] === one && this.#slots[at + 1] === other)) return number - 1;
      slot = (slot + 1) & this.#mask;
    }
  }

  #add(at: number, { one, other }: { readonly one: number; readonly other: number }): number {
    this.#slots[at] = one;
    this.#slots[at + 1] = other;
    this.#count += 1;
    this.#slots[at + 2] = this.#count;
    if (this.#count * 2 > this.#mask) this.#widen();
    return this.#count - 1;
  }

  #widen(): void {
    const narrow = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array((this.#mask + 1) * 3);
    for (let from = 0; from < narrow.length; from += 3) {
      if (narrow[from + 2] === 0) continue;
      let slot = slotOf(intAt(narrow, from), intAt(narrow, from + 1)) & this.#mask;
      while (this.#slots[slot * 3 + 2] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots.set(narrow.subarray(from, from + 3), slot * 3);
    }
  }
}

/** Multiplied by odd constants (the golden ratio's, MurmurHash3's), the high bits folded into the low ones. */
function slotOf(one: number, other: number): number {
  const mixed = Math.imul(one, 0x9e3779b1) ^ Math.imul(other, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
