// The samples of the last minutes, in memory: written target by target, read row by row.
import { keyOf } from '../lib/key.ts';
import { type Labels, labelsKey } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { Meter } from '../model/meter.ts';
import type {
  GrowthColumns,
  NewestColumns,
  RowId,
  RowList,
  SampleSource,
  SampleWindow,
  TextId,
  TimeRange,
} from '../model/sample-source.ts';
import { labelIdsOf, labelNamesOf } from './label-columns.ts';
import { Lines } from './lines.ts';
import { RowStates } from './row-states.ts';
import { type FreedRow, Rows } from './rows.ts';
import { selectRows } from './select.ts';
import { Selections } from './selections.ts';
import type { StoredTarget } from './stored-target.ts';
import { createTargetWriter, type StoreParts, type TargetWriter } from './target-writer.ts';
import { storeTelemetry } from './telemetry.ts';
import { Timeline } from './timeline.ts';

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
  readonly #targets = new Map<string, StoredTarget>();

  constructor({ retentionMs, seriesLimit, meter }: StoreOptions) {
    const lines = new Lines();
    this.#parts = { lines, rows: new Rows(lines, seriesLimit), states: new RowStates(), telemetry: storeTelemetry(meter), retentionMs };
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
    const { lines, retentionMs, rows, telemetry } = this.#parts;
    const gone = rows.removeSaidUpTo(nowMs - retentionMs);
    let bytes = 0;
    for (const [key, target] of this.#targets) {
      bytes += target.timeline.bytes;
      if (target.rowCount > 0 || target.closedMs > nowMs) continue;
      this.#targets.delete(key);
      for (const pair of target.labelIds) for (const id of pair) lines.texts.release(id);
      rows.removeTarget(target);
    }
    telemetry.freed.add(gone.length);
    telemetry.size({ series: rows.count, lines: lines.count, targets: this.#targets.size, bytes });
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

  labelIds(rows: RowList, name: string): Int32Array {
    return labelIdsOf(rows, { name, ...this.#parts });
  }

  text(id: TextId): string {
    return this.#parts.lines.texts.textOf(id);
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

  readEach(rows: RowList, { fromMs, toMs }: TimeRange, to: { readonly window: SampleWindow; readonly visit: (position: number) => void }): void {
    const { ends, timelines } = this.#parts.rows.runsOf(rows);
    let at = 0;
    for (const [index, timeline] of timelines.entries()) {
      const end = ends[index] ?? at;
      for (; at < end; at += 1) {
        timeline.read(rows[at] ?? -1, timeline.span(fromMs, toMs), to.window);
        to.visit(at);
      }
    }
  }

  readNewest(rows: RowList, { fromMs, toMs }: TimeRange, into: NewestColumns): number {
    const { ends, timelines, targets } = this.#parts.rows.runsOf(rows);
    const run = { rows, from: 0, to: 0 };
    let present = 0;
    for (let index = 0; index < ends.length; index += 1) {
      const timeline = timelines[index];
      if (timeline === undefined) break;
      run.from = run.to;
      run.to = ends[index] ?? run.from;
      // Rows of the target's own timeline are stale then anyway: the last slot has no samples.
      const isClosed = toMs >= (targets[index]?.closedMs ?? toMs);
      present += timeline.readSlot(run, isClosed ? -1 : timeline.newestSlot(fromMs, toMs), into);
    }
    return present;
  }

  readGrowth(rows: RowList, { fromMs, toMs }: TimeRange, { from, into }: { readonly from: number; readonly into: GrowthColumns }): void {
    const { ends, timelines } = this.#parts.rows.runsOf(rows);
    const last = Math.min(rows.length, from + into.growth.length);
    const run = { rows, from, to: from };
    into.length = 0;
    for (let index = firstAbove(ends, from); run.to < last; index += 1) {
      const timeline = timelines[index];
      if (timeline === undefined) break;
      run.from = run.to;
      run.to = Math.min(ends[index] ?? last, last);
      timeline.readGrowth(run, timeline.span(fromMs, toMs), into);
    }
  }

  #addTarget({ id, labels, intervalMs }: Pick<TargetOptions, 'id' | 'labels' | 'intervalMs'>): StoredTarget {
    const { lines, rows, states, retentionMs } = this.#parts;
    const labelIds = new Map([...labels].map(([name, value]) => [lines.texts.hold(name), lines.texts.hold(value)]));
    // One slot more: the oldest is given up when the next one opens.
    const timeline = new Timeline({ states, retentionMs, slots: Math.ceil(retentionMs / intervalMs) + 2 });
    return rows.addTarget((number) => ({ id, labels, labelIds, number, timeline, closedMs: Number.POSITIVE_INFINITY, rowCount: 0 }));
  }
}

/** Of ascending numbers: the position of the first one above `limit`. */
function firstAbove(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? limit) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
