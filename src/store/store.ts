// The samples of the last minutes, in memory: written target by target, read row by row.
import { intAt } from '../lib/columns.ts';
import { keyOf } from '../lib/key.ts';
import { type Labels, labelsKey } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { Meter } from '../model/meter.ts';
import type { GrowthColumns, Instants, NewestColumns, RowId, RowList, SampleSource, TextId, TimeRange } from '../model/sample-source.ts';
import { labelIdsOf, labelNamesOf } from './label-columns.ts';
import { Lines } from './lines.ts';
import { NewestReader } from './newest-reader.ts';
import type { NumberedRange } from './rings.ts';
import { type FreedRow, Rows } from './rows.ts';
import { SampleReader, type Visit } from './sample-reader.ts';
import { Samples } from './samples.ts';
import { selectRows } from './select.ts';
import { Selections } from './selections.ts';
import type { StoredTarget } from './stored-target.ts';
import { createTargetWriter, type StoreParts, type TargetWriter } from './target-writer.ts';
import { storeTelemetry } from './telemetry.ts';

export interface StoreOptions {
  /** How long samples can be read; a little more is held. */
  readonly retentionMs: number;
  /** Most rows in all: `limits.series`. */
  readonly seriesLimit: number;
  readonly meter: Meter;
}

interface TargetOptions {
  readonly id: string;
  readonly labels: Labels;
  readonly honorLabels: boolean;
  /** How often it will be scraped; a faster one costs a little time to adapt and no sample. */
  readonly intervalMs: number;
}

export interface SampleStore extends SampleSource {
  /** Of the row: a small integer, the same for equal lines; it may be another's when the version changes. */
  line(row: RowId): number;
  lineLabels(line: number): Labels;
  /** By the number that `target` says; the same object each time. */
  targetLabels(target: number): Labels;
  /** A target that comes back with the same id and labels while rows of it are left goes on with them. */
  openTarget(options: TargetOptions): TargetWriter;
  /**
   * Frees every row that was last said, and whose newest sample is, `retentionMs` before `nowMs` or earlier.
   * Their ids will be given to other rows: writers must forget them before they make the next row.
   */
  sweep(nowMs: number): readonly FreedRow[];
}

export function createStore(options: StoreOptions): SampleStore {
  return new MemoryStore(options);
}

class MemoryStore implements SampleStore {
  readonly #parts: StoreParts;
  readonly #selections = new Selections();
  readonly #retentionMs: number;
  readonly #reader: SampleReader;
  readonly #newest: NewestReader;
  readonly #targets = new Map<string, StoredTarget>();
  #range: NumberedRange = { fromMs: Number.NaN, toMs: Number.NaN, number: 0 };

  constructor({ retentionMs, seriesLimit, meter }: StoreOptions) {
    const lines = new Lines();
    const samples = new Samples(retentionMs);
    const rows = new Rows({ lines, samples, limit: seriesLimit });
    this.#parts = { lines, samples, rows, telemetry: storeTelemetry(meter) };
    this.#retentionMs = retentionMs;
    this.#reader = new SampleReader(samples);
    this.#newest = new NewestReader(samples);
  }

  get rowsVersion(): number {
    return this.#parts.rows.version;
  }

  openTarget({ id, labels, honorLabels, intervalMs }: TargetOptions): TargetWriter {
    const key = keyOf([id, labelsKey(labels)]);
    const target = this.#targets.get(key) ?? this.#addTarget({ id, labels, intervalMs });
    target.closedMs = Number.POSITIVE_INFINITY;
    this.#targets.set(key, target);
    return createTargetWriter(this.#parts, { target, honorLabels });
  }

  sweep(nowMs: number): readonly FreedRow[] {
    const { lines, rows, samples, telemetry } = this.#parts;
    const gone = rows.removeSaidUpTo(nowMs - this.#retentionMs);
    for (const [key, target] of this.#targets) {
      if (target.rowCount > 0 || target.closedMs > nowMs) continue;
      this.#targets.delete(key);
      for (const pair of target.labelIds) for (const id of pair) lines.texts.release(id);
      samples.rings.remove(target.ring);
      rows.removeTarget(target);
    }
    telemetry.freed.add(gone.length);
    telemetry.size({ series: rows.count, lines: lines.count, targets: this.#targets.size, bytes: samples.rings.arena.bytes });
    return gone;
  }

  select(matchers: readonly Matcher[]): RowList {
    return this.#selections.get({ matchers, version: this.rowsVersion, find: () => selectRows(matchers, this.#parts) });
  }

  areOlder(rows: RowList, version: number): boolean {
    return this.#parts.rows.areOlder(rows, version);
  }

  labels(row: RowId): Labels {
    return this.#parts.rows.labelsOf(row);
  }

  line(row: RowId): number {
    return this.#parts.rows.lineOf(row);
  }

  lineLabels(line: number): Labels {
    return this.#parts.lines.labelsOf(line);
  }

  targetLabels(target: number): Labels {
    return this.#parts.rows.targetAt(target).labels;
  }

  labelIds(rows: RowList, name: string): Int32Array {
    return labelIdsOf(rows, { name, ...this.#parts });
  }

  text(id: TextId): string {
    return this.#parts.lines.texts.textOf(id);
  }

  textId(text: string): TextId {
    return this.#parts.lines.texts.find(text);
  }

  labelNames(rows: RowList): ReadonlySet<string> {
    return labelNamesOf(rows, this.#parts);
  }

  target(row: RowId): number {
    return this.#parts.rows.targetNumberOf(row);
  }

  targetId(target: number): string {
    return this.#parts.rows.targetAt(target).id;
  }

  readEach(rows: RowList, range: TimeRange, to: Visit): void {
    const { ends, rings } = this.#parts.rows.runsOf(rows);
    const numbered = this.#numbered(range);
    const run = { rows, ring: 0, from: 0, to: 0 };
    this.#lookAt(rings, numbered);
    for (let index = 0; index < ends.length; index += 1) {
      run.ring = intAt(rings, index);
      run.from = run.to;
      run.to = intAt(ends, index);
      this.#reader.readRun(run, numbered, to);
    }
  }

  readNewest(rows: RowList, range: TimeRange, into: NewestColumns): number {
    const reader = this.#reader;
    const { ends, rings, closable } = this.#parts.rows.runsOf(rows);
    const run = { rows, ring: 0, from: 0, to: 0 };
    let present = 0;
    for (let index = 0; index < ends.length; index += 1) {
      run.from = run.to;
      run.to = intAt(ends, index);
      run.ring = intAt(rings, index);
      const isClosed = range.toMs >= (closable[index]?.closedMs ?? Number.POSITIVE_INFINITY);
      present += reader.readSlot(run, isClosed ? -1 : reader.newestSlot(run.ring, range), into);
    }
    return present;
  }

  readNewestOver(rows: RowList, instants: Instants, into: NewestColumns): void {
    const { ends, rings, closable } = this.#parts.rows.runsOf(rows);
    const run = { rows, ring: 0, from: 0, to: 0 };
    for (let index = 0; index < ends.length; index += 1) {
      run.ring = intAt(rings, index);
      run.from = run.to;
      run.to = intAt(ends, index);
      this.#newest.read(run, { instants, closedMs: closable[index]?.closedMs ?? Number.POSITIVE_INFINITY }, into);
    }
  }

  readGrowth(rows: RowList, range: TimeRange, { from, into }: { readonly from: number; readonly into: GrowthColumns }): void {
    const { ends, rings } = this.#parts.rows.runsOf(rows);
    const numbered = this.#numbered(range);
    const last = Math.min(rows.length, from + into.growth.length);
    const firstRun = firstAbove(ends, from);
    if (from === 0) this.#lookAt(rings, numbered);
    const run = { rows, ring: 0, from, to: from };
    into.length = 0;
    for (let index = firstRun; run.to < last; index += 1) {
      run.ring = intAt(rings, index);
      run.from = run.to;
      run.to = Math.min(intAt(ends, index), last);
      this.#reader.readGrowth(run, into);
    }
  }

  /** Rings first and rows then: so the processor waits for the memory of many at once. */
  #lookAt(rings: Int32Array, range: NumberedRange): void {
    for (let index = 0; index < rings.length; index += 1) this.#parts.samples.rings.look(intAt(rings, index), range);
  }

  /** The range asked about last, or one with the next number. */
  #numbered({ fromMs, toMs }: TimeRange): NumberedRange {
    if (this.#range.fromMs !== fromMs || this.#range.toMs !== toMs) this.#range = { fromMs, toMs, number: this.#range.number + 1 };
    return this.#range;
  }

  #addTarget({ id, labels, intervalMs }: Pick<TargetOptions, 'id' | 'labels' | 'intervalMs'>): StoredTarget {
    const { lines, rows, samples } = this.#parts;
    const labelIds = new Map([...labels].map(([name, value]) => [lines.texts.hold(name), lines.texts.hold(value)]));
    // One slot more: the oldest is given up when the next one opens.
    const ring = samples.rings.add(Math.ceil(this.#retentionMs / intervalMs) + 2);
    return rows.addTarget((number) => ({ id, labels, labelIds, number, ring, closedMs: Number.POSITIVE_INFINITY, rowCount: 0 }));
  }
}

/** Of ascending numbers: the position of the first one above `limit`. */
function firstAbove(numbers: Int32Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intAt(numbers, middle) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
