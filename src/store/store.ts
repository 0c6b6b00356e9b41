// The samples of the last minutes, in memory: written target by target, read row by row.
import { keyOf } from '../lib/key.ts';
import { type Labels, labelsKey } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { Meter } from '../model/meter.ts';
import type { RowId, SampleSource, SampleWindow } from '../model/sample-source.ts';
import { LineIndex } from './line-index.ts';
import { PageArena } from './pages.ts';
import { Rows } from './rows.ts';
import { Selections } from './selections.ts';
import type { StoredTarget } from './series.ts';
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
  sweep(nowMs: number): readonly { readonly targetId: string; readonly row: RowId }[];
}

export function createStore(options: StoreOptions): SampleStore {
  return new MemoryStore(options);
}

class MemoryStore implements SampleStore {
  readonly #parts: StoreParts;
  readonly #selections = new Selections();
  readonly #targets = new Map<string, StoredTarget>();

  constructor({ retentionMs, seriesLimit, meter }: StoreOptions) {
    this.#parts = {
      arena: new PageArena(),
      rows: new Rows(seriesLimit),
      lines: new LineIndex(),
      telemetry: storeTelemetry(meter),
      retentionMs,
    };
  }

  get rowsVersion(): number {
    return this.#parts.rows.version;
  }

  openTarget({ id, labels, honorLabels, intervalMs }: TargetOptions): TargetWriter {
    const { arena, retentionMs } = this.#parts;
    const key = keyOf([id, labelsKey(labels)]);
    const target = this.#targets.get(key) ?? {
      id,
      labels,
      timeline: new Timeline({ arena, retentionMs, intervalMs }),
      closedMs: Number.POSITIVE_INFINITY,
      rowCount: 0,
    };
    target.closedMs = Number.POSITIVE_INFINITY;
    this.#targets.set(key, target);
    return createTargetWriter(this.#parts, { target, honorLabels, intervalMs });
  }

  sweep(nowMs: number): readonly { readonly targetId: string; readonly row: RowId }[] {
    const { arena, lines, retentionMs, rows, telemetry } = this.#parts;
    const gone = rows.removeSaidUpTo(nowMs - retentionMs);
    for (const { line } of gone) lines.dropUnused(line);
    lines.forgetTexts();
    for (const [key, target] of this.#targets) {
      if (target.rowCount === 0 && target.closedMs <= nowMs) this.#targets.delete(key);
    }
    telemetry.freed.add(gone.length);
    telemetry.size({ series: rows.count, lines: lines.count, targets: this.#targets.size, pages: arena.pagesInUse, bytes: arena.bytes });
    return gone.map(({ targetId, row }) => ({ targetId, row }));
  }

  select(matchers: readonly Matcher[]): readonly RowId[] {
    const { lines, rows } = this.#parts;
    return this.#selections.get({ matchers, version: rows.version, find: () => lines.select(matchers) });
  }

  labels(id: RowId): Labels {
    return this.#parts.rows.labelsOf(id);
  }

  targetId(id: RowId): string {
    return this.#parts.rows.targetOf(id).id;
  }

  read(id: RowId, fromMs: number, toMs: number, into: SampleWindow): void {
    const { rows } = this.#parts;
    const timeline = rows.ownTimelineOf(id) ?? rows.targetOf(id).timeline;
    const first = timeline.lastSlotUpTo(fromMs) + 1;
    const last = timeline.lastSlotUpTo(toMs);
    into.length = 0;
    reserve(into, last - first + 1);
    timeline.append({ place: rows.placeOf(id), first, last }, into);
  }

  readNewest(id: RowId, fromMs: number, toMs: number, into: SampleWindow): void {
    const { rows } = this.#parts;
    const target = rows.targetOf(id);
    const timeline = rows.ownTimelineOf(id) ?? target.timeline;
    into.length = 0;
    const slot = timeline.lastSlotUpTo(toMs);
    if (slot < timeline.oldestSlot || timeline.timeAt(slot) <= fromMs || toMs >= target.closedMs) return;
    reserve(into, 1);
    timeline.append({ place: rows.placeOf(id), first: slot, last: slot }, into);
  }
}

/** Makes room for `samples`, twice as many as asked so that a window that creeps up is not grown each time. */
function reserve(into: SampleWindow, samples: number): void {
  if (samples <= Math.min(into.timesMs.length, into.values.length)) return;
  into.timesMs = new Float64Array(samples * 2);
  into.values = new Float64Array(samples * 2);
}
