// From hashes to small ids, without an object for each: open addressing with linear probing.
import { intAt } from '../lib/columns.ts';

const FIRST_SLOTS = 16;
const NO_SLOTS = new Int32Array();

/**
 * Ask `idAt` from slot `firstSlot(hash)` on, slot by slot (`slotAfter`), until it answers -1: among the ids on the way are all
 * that were added under the hash, and others.
 */
export class IdTable {
  readonly #hashOf: (id: number) => number;
  readonly #everyId: () => Iterable<number>;
  /** Id + 1, or 0 where nothing is. At most three quarters are used. Empty while the table rests. */
  #slots: Int32Array = new Int32Array(FIRST_SLOTS);
  #size = 0;

  /** `everyId` says the ids that belong in the table, those that are just added or not. */
  constructor(hashOf: (id: number) => number, everyId: () => Iterable<number>) {
    this.#hashOf = hashOf;
    this.#everyId = everyId;
  }

  /** Gives its memory back; it is made anew when it is next used. Most plans look nothing up for hours. */
  rest(): void {
    this.#slots = NO_SLOTS;
  }

  firstSlot(hash: number): number {
    if (this.#slots.length === 0) this.refill(this.#everyId());
    return hash & (this.#slots.length - 1);
  }

  slotAfter(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }

  idAt(slot: number): number {
    return intAt(this.#slots, slot) - 1;
  }

  add(id: number): void {
    if (this.#slots.length === 0) this.refill(this.#everyId());
    if (this.#has(id)) return;
    this.#size += 1;
    if (4 * this.#size > 3 * this.#slots.length) this.#widen();
    this.#place(id);
  }

  /** Empties it and adds these. */
  refill(ids: Iterable<number>): void {
    this.#slots = new Int32Array(FIRST_SLOTS);
    this.#size = 0;
    for (const id of ids) this.add(id);
  }

  #has(id: number): boolean {
    let slot = this.firstSlot(this.#hashOf(id));
    while (this.idAt(slot) >= 0 && this.idAt(slot) !== id) slot = this.slotAfter(slot);
    return this.idAt(slot) === id;
  }

  #widen(): void {
    const narrow = this.#slots;
    this.#slots = new Int32Array(narrow.length * 2);
    for (const used of narrow) if (used > 0) this.#place(used - 1);
  }

  #place(id: number): void {
    let slot = this.firstSlot(this.#hashOf(id));
    while (this.idAt(slot) >= 0) slot = this.slotAfter(slot);
    this.#slots[slot] = id + 1;
  }
}
