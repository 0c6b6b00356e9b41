// The lines of a target by small integers, so that whoever compiles them can use arrays.
import { intAt } from '../lib/columns.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import type { Line, MetricType } from '../model/line.ts';
import { type Dictionary, type EntryId, NO_ENTRY, NO_LINE } from './dictionary.ts';
import { IdTable } from './id-table.ts';
import { parseSeries } from './series.ts';
import { TYPES } from './types.ts';
import { joinSeries, writeLabel } from './write.ts';

export type LineId = number;

// A line is four numbers in a row.
export const LINE_SHIFT = 2;
/** A text that says it, NO_ENTRY when the id is nobody's. */
const ENTRY = 0;
/** The scan that last gave a sample of it. */
export const LINE_SEEN_AT = 1;
/** Settled at the end of the scan that met it first: a TYPE line may follow its samples. */
const TYPE = 2;
/** Of the series' canonical text. */
const HASH = 3;

const FIRST_LINES = 8;
/** As in the dictionary: plans are many. */
const GROWTH = 9 / 8;

/** Labels are read from a line's text when somebody asks: kept as they are, they would be most of a plan's memory. */
export class LineTable {
  readonly #texts: Dictionary;
  /** For `readPredicted`: another object after each `add`. */
  lines: Int32Array = new Int32Array(FIRST_LINES << LINE_SHIFT);
  readonly #byHash = new IdTable(
    (line) => this.#at(line, HASH),
    () => this.#said(),
  );
  readonly #freeIds: LineId[] = [];
  #made = 0;

  constructor(texts: Dictionary) {
    this.#texts = texts;
  }

  has(line: LineId): boolean {
    return line >= 0 && line < this.#made && this.#at(line, ENTRY) !== NO_ENTRY;
  }

  /** The line as its readers see it: labels by name, the empty ones left out. */
  lineOf(line: LineId): Line {
    return { labels: this.#labelsOf(line), type: TYPES[this.#at(line, TYPE)] ?? 'unknown' };
  }

  seenAtOf(line: LineId): number {
    return this.#at(line, LINE_SEEN_AT);
  }

  see(line: LineId, scan: number): void {
    this.#set(line, LINE_SEEN_AT, scan);
  }

  setType(line: LineId, type: MetricType): void {
    this.#set(line, TYPE, TYPES.indexOf(type));
  }

  /** The line of a label set, if it was read before, in whatever words; else NO_LINE. */
  find(labels: Labels): LineId {
    const text = seriesText(labels);
    const hash = hashOf(text);
    for (let slot = this.#byHash.firstSlot(hash); ; slot = this.#byHash.slotAfter(slot)) {
      const line = this.#byHash.idAt(slot);
      if (line < 0) return NO_LINE;
      if (this.#at(line, HASH) === hash && seriesText(this.#labelsOf(line)) === text) return line;
    }
  }

  /** Makes a line that is not there yet, under an id that was given back or the lowest that was never used. `sayAs` must follow. */
  add(labels: Labels): LineId {
    const line = this.#freeIds.pop() ?? this.#made;
    if (line === this.#made) this.#made += 1;
    if (this.#made << LINE_SHIFT > this.lines.length) this.#grow();
    this.#set(line, ENTRY, NO_ENTRY);
    this.#set(line, LINE_SEEN_AT, 0);
    this.#set(line, TYPE, 0);
    this.#set(line, HASH, hashOf(seriesText(labels)));
    this.#byHash.add(line);
    return line;
  }

  /** Where the line's text stands. */
  sayAs(line: LineId, entry: EntryId): void {
    this.#set(line, ENTRY, entry);
  }

  /** Forgets the lines that no entry of the dictionary says, and returns their ids, which are free from now. */
  keepSaid(): LineId[] {
    const said = new Int32Array(this.#made).fill(NO_ENTRY);
    for (let entry = 0; entry < this.#texts.size; entry += 1) {
      const line = this.#texts.lineOf(entry);
      if (line !== NO_LINE) said[line] = entry;
    }
    const freed: LineId[] = [];
    for (let line = 0; line < this.#made; line += 1) {
      const entry = intAt(said, line);
      if (entry === NO_ENTRY && this.has(line)) freed.push(line);
      this.#set(line, ENTRY, entry);
    }
    this.#byHash.rest();
    this.#freeIds.push(...freed);
    return freed;
  }

  *#said(): Iterable<LineId> {
    for (let line = 0; line < this.#made; line += 1) if (this.has(line)) yield line;
  }

  /** After a text: gives back what only new lines need. */
  trim(): void {
    this.#byHash.rest();
  }

  #labelsOf(line: LineId): Labels {
    const text = this.#texts.textOf(this.#at(line, ENTRY));
    const labels = parseSeries(text, Number.POSITIVE_INFINITY);
    if (typeof labels === 'string') throw new Error(`BUG: cannot read back the series ${text.slice(0, 50)}: ${labels}`);
    return new Map([...labels].filter(([, value]) => value !== ''));
  }

  #at(line: LineId, field: number): number {
    return intAt(this.lines, (line << LINE_SHIFT) + field);
  }

  #set(line: LineId, field: number, value: number): void {
    this.lines[(line << LINE_SHIFT) + field] = value;
  }

  #grow(): void {
    const larger = new Int32Array(Math.ceil(this.#made * GROWTH) << LINE_SHIFT);
    larger.set(this.lines);
    this.lines = larger;
  }
}

/** Equal for equal series, however they were written: sorted, and without empty labels, which mean the same as absent ones. */
function seriesText(labels: Labels): string {
  const pairs: string[] = [];
  for (const [name, value] of labels) {
    if (name !== METRIC_NAME && value !== '') pairs.push(writeLabel(name, value));
  }
  return joinSeries(labels.get(METRIC_NAME) ?? '', pairs.sort());
}

/** FNV-1a over UTF-16 units (draft-eastlake-fnv). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
