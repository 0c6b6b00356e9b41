// The table of rows: columns by id, the limit, and the version that tells readers when ids have changed meaning.
import { floatAt, intAt } from '../lib/columns.ts';
import type { Labels } from '../model/labels.ts';
import type { RowId, RowList } from '../model/sample-source.ts';
import { grownFloatsTo, grownTo } from './grown.ts';
import type { LineId, Lines } from './lines.ts';
import type { RingId } from './rings.ts';
import { NO_ROW, RowChains } from './row-chains.ts';
import type { Samples } from './samples.ts';
import { mergeLabels } from './series-labels.ts';
import type { StoredTarget } from './stored-target.ts';

/** Samples with time stamps of their own. */
export interface OwnTimes {
  readonly ring: RingId;
  /** When the row was last said, or the time of its newest sample when that is later. */
  lastMs: number;
}

export interface NewRow {
  readonly line: LineId;
  readonly target: StoredTarget;
  /** Of a line that carries time stamps; undefined for one that keeps to its target's. */
  readonly ownRing: RingId | undefined;
}

/** A row that is gone, and whose it was. */
export interface FreedRow {
  readonly row: RowId;
  readonly targetId: string;
}

/** A list of rows cut where the ring changes. */
export interface Runs {
  /** By run: the position behind its last row. */
  readonly ends: Int32Array;
  readonly rings: Int32Array;
  /** By run, for rows with times of their own alone: a target's own ring says itself when it was closed. */
  readonly closable: readonly (StoredTarget | undefined)[];
}

const FIRST_ROWS = 64;
const NO_TARGET = -1;

/** Hundreds of thousands of rows: an object for each would be most of the collector's work. */
export class Rows {
  readonly #lines: Lines;
  readonly #samples: Samples;
  readonly #targets: (StoredTarget | undefined)[] = [];
  readonly #freeTargets: number[] = [];
  /** By row; a row that is free has no target. */
  #line = new Int32Array(FIRST_ROWS);
  #target = new Int32Array(FIRST_ROWS);
  /** The version that each came with, or went with: after 2^31 rows an int32 would take a new row for an old one. */
  #since = new Float64Array(FIRST_ROWS);
  readonly #own = new Map<RowId, OwnTimes>();
  readonly #runs = new WeakMap<RowList, Runs>();
  readonly #chains = new RowChains((row) => [intAt(this.#line, row), intAt(this.#target, row)]);
  readonly #free: RowId[] = [];
  readonly #limit: number;
  #made = 0;
  #version = 0;

  constructor({ lines, samples, limit }: { readonly lines: Lines; readonly samples: Samples; readonly limit: number }) {
    this.#lines = lines;
    this.#samples = samples;
    this.#limit = limit;
  }

  get version(): number {
    return this.#version;
  }

  get count(): number {
    return this.#made - this.#free.length;
  }

  get isFull(): boolean {
    return this.count >= this.#limit;
  }

  areOlder(list: RowList, version: number): boolean {
    for (let at = 0; at < list.length; at += 1) if (floatAt(this.#since, intAt(list, at)) > version) return false;
    return true;
  }

  addTarget(make: (number: number) => StoredTarget): StoredTarget {
    const number = this.#freeTargets.pop() ?? this.#targets.length;
    const target = make(number);
    this.#targets[number] = target;
    return target;
  }

  /** Of a target without rows. */
  removeTarget({ number }: StoredTarget): void {
    this.#targets[number] = undefined;
    this.#freeTargets.push(number);
  }

  /** Throws for a number that is no target's. */
  targetAt(number: number): StoredTarget {
    const target = this.#targets[number];
    if (target === undefined)
      throw new Error(`BUG: there is no target ${number}; it left, or rowsVersion has changed since it was selected`);
    return target;
  }

  targetNumberOf(row: RowId): number {
    const number = row < this.#made ? intAt(this.#target, row) : NO_TARGET;
    if (number < 0) throw new Error(`BUG: there is no row ${row}; it was freed, or rowsVersion has changed since it was selected`);
    return number;
  }

  targetOf(row: RowId): StoredTarget {
    return this.targetAt(this.targetNumberOf(row));
  }

  /** Undefined for a row that keeps to its target's times. */
  ownTimesOf(row: RowId): OwnTimes | undefined {
    return this.#own.size === 0 ? undefined : this.#own.get(row);
  }

  /** The runs of a list, remembered with it. */
  runsOf(list: RowList): Runs {
    const known = this.#runs.get(list) ?? this.#findRuns(list);
    this.#runs.set(list, known);
    return known;
  }

  #findRuns(list: RowList): Runs {
    const ends: number[] = [];
    const rings: RingId[] = [];
    const closable: StoredTarget[] = [];
    for (let at = 0; at < list.length; ) {
      const row = intAt(list, at);
      const target = this.targetOf(row);
      const own = this.ownTimesOf(row);
      at += 1;
      if (own === undefined) while (at < list.length && this.#isAt(intAt(list, at), target.number)) at += 1;
      ends.push(at);
      if (own !== undefined) closable[rings.length] = target;
      rings.push(own?.ring ?? target.ring);
    }
    return { ends: Int32Array.from(ends), rings: Int32Array.from(rings), closable };
  }

  /** True for a row of the target that keeps to its times. */
  #isAt(row: RowId, target: number): boolean {
    return this.#target[row] === target && (this.#own.size === 0 || !this.#own.has(row));
  }

  labelsOf(row: RowId): Labels {
    const { labels } = this.targetOf(row);
    return mergeLabels(this.#lines.labelsOf(intAt(this.#line, row)), labels);
  }

  lineOf(row: RowId): LineId {
    return intAt(this.#line, row);
  }

  /** The row of a line at a target; NO_ROW when it does not say it. */
  find(line: LineId, target: StoredTarget): RowId {
    return this.#chains.find(line, target.number);
  }

  hasRows(line: LineId): boolean {
    return this.#chains.firstOf(line) !== NO_ROW;
  }

  *ofLine(line: LineId): Iterable<RowId> {
    for (let row = this.#chains.firstOf(line); row !== NO_ROW; row = this.#chains.after(row)) yield row;
  }

  /** Adds a row under the id of the last one freed, or under a new one. */
  add({ line, target, ownRing }: NewRow): RowId {
    const row = this.#free.pop() ?? this.#made;
    if (row === this.#made) this.#reserve();
    this.#line[row] = line;
    this.#target[row] = target.number;
    this.#samples.add(row, ownRing ?? target.ring);
    if (ownRing !== undefined) this.#own.set(row, { ring: ownRing, lastMs: this.#samples.rings.newestMs(target.ring) });
    this.#chains.add(row);
    target.rowCount += 1;
    this.#version += 1;
    this.#since[row] = this.#version;
    return row;
  }

  /** Takes the rows out that were last said at or before `horizonMs`, and the lines that nobody says any more. */
  removeSaidUpTo(horizonMs: number): readonly FreedRow[] {
    const gone: FreedRow[] = [];
    for (let row = 0; row < this.#made; row += 1) {
      const number = intAt(this.#target, row);
      if (number < 0) continue;
      const target = this.targetAt(number);
      const lastMs = this.ownTimesOf(row)?.lastMs ?? this.#samples.lastSaidMs(row, target.ring);
      if (lastMs > horizonMs) continue;
      this.#remove(row, target);
      gone.push({ row, targetId: target.id });
    }
    if (gone.length > 0) this.#version += 1;
    return gone;
  }

  #remove(row: RowId, target: StoredTarget): void {
    const line = intAt(this.#line, row);
    const own = this.ownTimesOf(row);
    this.#samples.remove(row, own?.ring ?? target.ring);
    if (own !== undefined) this.#samples.rings.remove(own.ring);
    this.#own.delete(row);
    this.#chains.remove(row);
    if (!this.hasRows(line)) this.#lines.drop(line);
    this.#target[row] = NO_TARGET;
    this.#since[row] = this.#version + 1;
    this.#free.push(row);
    target.rowCount -= 1;
  }

  #reserve(): void {
    this.#made += 1;
    this.#line = grownTo(this.#line, this.#made);
    this.#target = grownTo(this.#target, this.#made);
    this.#since = grownFloatsTo(this.#since, this.#made);
  }
}
