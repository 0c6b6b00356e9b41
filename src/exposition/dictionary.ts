// Texts that a target said before, found by comparing bytes: no string is made to look one up, and no object is kept for one.
import { intAt } from '../lib/columns.ts';
import type { Cursor } from './cursor.ts';
import { IdTable } from './id-table.ts';
import type { Span } from './series.ts';

/** A text that is remembered: the series part of a sample line, or a whole HELP or TYPE line without its end. */
export type EntryId = number;

export const NO_ENTRY = -1;
/** In `LINE`: the text is a comment. */
export const NO_LINE = -1;

// An entry is eight numbers in a row, so that taking down a line touches one piece of memory.
export const ENTRY_SHIFT = 3;
export const START = 0;
export const LENGTH = 1;
export const NEXT = 2;
export const SEEN_AT = 3;
export const LINE = 4;
const FAMILY = 5;
const TYPE = 6;
const HASH = 7;

/** What a text stands for. */
interface Meaning {
  /** Id of the planned line, or NO_LINE for a comment. */
  readonly line: number;
  readonly family: number;
  /** The number of the type that a TYPE line says, NO_TYPE for all others. */
  readonly type: number;
}

/** Plans are many, and stay as they are once their target was read: memory grows by an eighth, not by doubling. */
const GROWTH = 9 / 8;
const FIRST_BYTES = 512;
const FIRST_ENTRIES = 8;

export class Dictionary {
  /** For `readPredicted`, as `entries`: another object after an `add`. */
  text = new DataView(new ArrayBuffer(FIRST_BYTES));
  #textEnd = 0;
  entries: Int32Array = new Int32Array(FIRST_ENTRIES << ENTRY_SHIFT);
  readonly #byHash = new IdTable(
    (entry) => this.#at(entry, HASH),
    () => Array(this.size).keys(),
  );

  /** Entries remembered; their ids are the numbers below. */
  size = 0;

  find(span: Span): EntryId {
    const length = span.end - span.start;
    const hash = hashOf(span);
    for (let slot = this.#byHash.firstSlot(hash); ; slot = this.#byHash.slotAfter(slot)) {
      const entry = this.#byHash.idAt(slot);
      if (entry === NO_ENTRY) return NO_ENTRY;
      if (this.#at(entry, HASH) === hash && this.#at(entry, LENGTH) === length && this.#isText(entry, span.view, span.start)) return entry;
    }
  }

  /** Adds a text that is not there yet, with a copy of its bytes. */
  add(span: Span, { line, family, type }: Meaning): EntryId {
    const entry = this.size;
    this.size += 1;
    this.#reserve(span.end - span.start);
    this.#set(entry, START, this.#textEnd);
    this.#set(entry, LENGTH, span.end - span.start);
    this.#set(entry, NEXT, NO_ENTRY);
    this.#set(entry, SEEN_AT, 0);
    this.#set(entry, LINE, line);
    this.#set(entry, FAMILY, family);
    this.#set(entry, TYPE, type);
    this.#set(entry, HASH, hashOf(span));
    const { buffer, byteOffset } = span.view;
    bytesOf(this.text).set(new Uint8Array(buffer, byteOffset + span.start, span.end - span.start), this.#textEnd);
    this.#textEnd += span.end - span.start;
    this.#byHash.add(entry);
    return entry;
  }

  /** Before a text of so many bytes is read for the first time: all of it has room at once. */
  expect(bytes: number): void {
    if (this.size === 0) this.#reserveText(bytes);
  }

  /** After a text: gives back what `expect` was too much, and what only new lines need. */
  trim(): void {
    this.#byHash.rest();
    if (this.text.byteLength > this.#textEnd * GROWTH) this.#moveText(this.#textEnd);
  }

  /** What followed the text last time, or NO_ENTRY: the prediction. */
  nextOf(entry: EntryId): EntryId {
    return this.#at(entry, NEXT);
  }

  setNext(entry: EntryId, next: EntryId): void {
    this.#set(entry, NEXT, next);
  }

  /** The scan that last met it. */
  seenAtOf(entry: EntryId): number {
    return this.#at(entry, SEEN_AT);
  }

  see(entry: EntryId, scan: number): void {
    this.#set(entry, SEEN_AT, scan);
  }

  lineOf(entry: EntryId): number {
    return this.#at(entry, LINE);
  }

  familyOf(entry: EntryId): number {
    return this.#at(entry, FAMILY);
  }

  typeOf(entry: EntryId): number {
    return this.#at(entry, TYPE);
  }

  /** True when the text under the cursor begins with the entry's. */
  isUnder(cursor: Cursor, entry: EntryId): boolean {
    return cursor.at + this.#at(entry, LENGTH) <= cursor.end && this.#isText(entry, cursor.view, cursor.at);
  }

  textOf(entry: EntryId): string {
    const start = this.#at(entry, START);
    return new TextDecoder().decode(bytesOf(this.text).subarray(start, start + this.#at(entry, LENGTH)));
  }

  /** Forgets the entries that were last met before scan number `oldest`. Returns the new ids by the old ones; undefined when all stay. */
  forgetBefore(oldest: number): ((entry: EntryId) => EntryId) | undefined {
    const moved = new Int32Array(this.size).fill(NO_ENTRY);
    let kept = 0;
    for (let entry = 0; entry < this.size; entry += 1) {
      if (this.#at(entry, SEEN_AT) < oldest) continue;
      moved[entry] = kept;
      kept += 1;
    }
    if (kept === this.size) return undefined;
    const newId = (entry: EntryId): EntryId => intAt(moved, entry);
    this.#compact(newId);
    return newId;
  }

  /** Moves what stays to the front, in its order. */
  #compact(newId: (entry: EntryId) => EntryId): void {
    const text = bytesOf(this.text);
    const formerSize = this.size;
    this.size = 0;
    this.#textEnd = 0;
    for (let entry = 0; entry < formerSize; entry += 1) {
      const to = newId(entry);
      if (to === NO_ENTRY) continue;
      const start = this.#at(entry, START);
      const end = start + this.#at(entry, LENGTH);
      text.copyWithin(this.#textEnd, start, end);
      this.entries.copyWithin(to << ENTRY_SHIFT, entry << ENTRY_SHIFT, (entry + 1) << ENTRY_SHIFT);
      this.#set(to, START, this.#textEnd);
      const next = this.#at(to, NEXT);
      if (next !== NO_ENTRY) this.#set(to, NEXT, newId(next));
      this.#textEnd += end - start;
      this.size += 1;
    }
    this.#byHash.rest();
  }

  #at(entry: EntryId, field: number): number {
    return intAt(this.entries, (entry << ENTRY_SHIFT) + field);
  }

  #set(entry: EntryId, field: number, value: number): void {
    this.entries[(entry << ENTRY_SHIFT) + field] = value;
  }

  /** Room for the entry counted last, and for its bytes. */
  #reserve(bytes: number): void {
    const entries = this.size << ENTRY_SHIFT;
    if (entries > this.entries.length) {
      const larger = new Int32Array(Math.ceil(this.size * GROWTH) << ENTRY_SHIFT);
      larger.set(this.entries);
      this.entries = larger;
    }
    this.#reserveText(bytes);
  }

  #reserveText(bytes: number): void {
    const needed = this.#textEnd + bytes;
    if (needed > this.text.byteLength) this.#moveText(Math.ceil(needed * GROWTH));
  }

  #moveText(capacity: number): void {
    const text = new Uint8Array(capacity);
    text.set(bytesOf(this.text).subarray(0, this.#textEnd));
    this.text = new DataView(text.buffer);
  }

  #isText(entry: EntryId, view: DataView, at: number): boolean {
    const start = this.#at(entry, START);
    const length = this.#at(entry, LENGTH);
    for (let offset = 0; offset < length; offset++) {
      if (this.text.getUint8(start + offset) !== view.getUint8(at + offset)) return false;
    }
    return true;
  }
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer);
}

/** FNV-1a in 32 bits (draft-eastlake-fnv). */
function hashOf({ view, start, end }: Span): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  return hash;
}
