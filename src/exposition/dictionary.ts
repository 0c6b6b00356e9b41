// Texts that a target said before, found by comparing bytes: no string is made to look one up.
import type { MetricType } from '../model/line.ts';
import type { Cursor } from './cursor.ts';
import type { Family } from './families.ts';
import type { PlannedLine } from './line-table.ts';
import type { Span } from './series.ts';

/** The series part of a sample line, or a whole HELP or TYPE line without its end. */
export interface Entry {
  /** Where its bytes lie: in the scanned text while that is read, in a page of the dictionary afterwards. */
  view: DataView;
  start: number;
  readonly length: number;
  /** What followed it in the last text: the prediction. */
  next: Entry | undefined;
  /** Number of the scan that last met it. */
  seenAt: number;
  /** Undefined for a comment. */
  readonly line: PlannedLine | undefined;
  readonly family: Family;
  /** What a TYPE line says. */
  readonly type: MetricType | undefined;
  readonly hash: number;
  /** Another entry with the same hash. */
  sameHash: Entry | undefined;
}

type Meaning = Pick<Entry, 'line' | 'family' | 'type'>;

export class Dictionary {
  #byHash = new Map<number, Entry>();
  /** Entries whose bytes still lie in the scanned text. */
  #unkept: Entry[] = [];

  /** Entries remembered. */
  size = 0;

  find(span: Span): Entry | undefined {
    const length = span.end - span.start;
    let entry = this.#byHash.get(hashOf(span));
    while (entry !== undefined && !(entry.length === length && isSameText(entry, span.view, span.start))) entry = entry.sameHash;
    return entry;
  }

  /** Adds a text that is not there yet. Before the scanned bytes change, `keepTexts` must be called. */
  add(span: Span, meaning: Meaning): Entry {
    const { view, start, end } = span;
    const hash = hashOf(span);
    const sameHash = this.#byHash.get(hash);
    const entry: Entry = { view, start, length: end - start, next: undefined, seenAt: 0, ...meaning, hash, sameHash };
    this.#byHash.set(hash, entry);
    this.#unkept.push(entry);
    this.size++;
    return entry;
  }

  /** Copies the texts added by one scan into a page of their own, which goes when the last of them is forgotten. */
  keepTexts(): void {
    if (this.#unkept.length === 0) return;
    let size = 0;
    for (const entry of this.#unkept) size += entry.length;
    const page = new Uint8Array(size);
    const view = new DataView(page.buffer);
    let at = 0;
    for (const entry of this.#unkept) {
      page.set(new Uint8Array(entry.view.buffer, entry.view.byteOffset + entry.start, entry.length), at);
      entry.view = view;
      entry.start = at;
      at += entry.length;
    }
    this.#unkept = [];
  }

  /** Forgets the entries that were last met before scan number `oldest`; returns the others. */
  forgetBefore(oldest: number): Entry[] {
    const kept: Entry[] = [];
    for (const first of this.#byHash.values()) {
      for (let entry: Entry | undefined = first; entry !== undefined; entry = entry.sameHash) {
        if (entry.seenAt >= oldest) kept.push(entry);
      }
    }
    this.size = kept.length;
    this.#byHash = new Map();
    for (const entry of kept) {
      entry.sameHash = this.#byHash.get(entry.hash);
      this.#byHash.set(entry.hash, entry);
      if (entry.next !== undefined && entry.next.seenAt < oldest) entry.next = undefined;
    }
    return kept;
  }
}

/** True when the text under the cursor begins with the entry's. */
export function isUnder(cursor: Cursor, entry: Entry): boolean {
  return cursor.at + entry.length <= cursor.end && isSameText(entry, cursor.view, cursor.at);
}

/** Compares eight bytes at a time. As integers: as doubles, some different bytes would be equal. */
function isSameText(entry: Entry, view: DataView, at: number): boolean {
  const { view: text, start, length } = entry;
  let offset = 0;
  for (; offset + 8 <= length; offset += 8) {
    if (text.getInt32(start + offset) !== view.getInt32(at + offset)) return false;
    if (text.getInt32(start + offset + 4) !== view.getInt32(at + offset + 4)) return false;
  }
  for (; offset < length; offset++) {
    if (text.getUint8(start + offset) !== view.getUint8(at + offset)) return false;
  }
  return true;
}

/** FNV-1a in 32 bits (draft-eastlake-fnv). */
function hashOf({ view, start, end }: Span): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  return hash;
}
