// Writes what one target says: a slot per scrape, a value per row and slot.
import type { Labels } from '../model/labels.ts';
import type { RowId } from '../model/sample-source.ts';
import type { LineIndex } from './line-index.ts';
import { isStale, type PageArena, sampleOffset } from './pages.ts';
import type { Rows } from './rows.ts';
import type { Row, StoredTarget } from './series.ts';
import { type Clash, lineLabels } from './series-labels.ts';
import type { StoreTelemetry } from './telemetry.ts';
import { Timeline } from './timeline.ts';

interface RowOptions {
  /** True for a line that carries time stamps: write it with `putStamped`. Fixed when the row is made; later calls find it as it is. */
  readonly ownTime: boolean;
  /** `rename` for lines as the exposition says them, `override` for series that Plimsoll makes of them. A target that honours labels always overrides. */
  readonly clash: Clash;
}

/** `put` and `putStamped` are called for every sample of every scrape: they make no strings and no objects. */
export interface TargetWriter {
  /**
   * Finds or makes the row of a line at this target; undefined when the store is full (`limits.series`).
   * The line's labels win over the target's as `clash` says; with `override` an empty value hides the target's label.
   * The id is good until `sweep` reports it as freed.
   */
  row(said: Labels, options: RowOptions): RowId | undefined;
  /**
   * Opens the slot of a scrape sent at `timeMs`: from now on every row is stale at that time until it is written.
   * A time less than 1 ms later than the last slot's is moved to 1 ms later, the finest step that answers show. Returns the slot's time.
   */
  begin(timeMs: number): number;
  /** Writes into the open slot. Of several values for one row the largest stays, and any number wins over NaN. */
  put(row: RowId, value: number): void;
  /**
   * Writes a sample with the line's own time stamp. One that is not later than the row's newest adds nothing but keeps the row;
   * one more than ten minutes ahead of the open slot is refused and counted.
   */
  putStamped(row: RowId, timeMs: number, value: number): void;
  /** The target left at `timeMs`: its rows are stale from then on, and freed as they leave the retention. The writer is done. */
  close(timeMs: number): void;
}

/** What the writers of one store share. */
export interface StoreParts {
  readonly arena: PageArena;
  readonly rows: Rows;
  readonly lines: LineIndex;
  readonly telemetry: StoreTelemetry;
  readonly retentionMs: number;
}

export interface WriterOptions {
  readonly target: StoredTarget;
  readonly honorLabels: boolean;
  readonly intervalMs: number;
}

// Ten minutes, as `maxAheadTime` of Prometheus's scrape.go: one stamp from a broken clock must not shut out all later ones.
const MAX_AHEAD_MS = 600_000;

export function createTargetWriter(parts: StoreParts, options: WriterOptions): TargetWriter {
  return new RowWriter(parts, options);
}

class RowWriter implements TargetWriter {
  readonly #parts: StoreParts;
  readonly #options: WriterOptions;
  readonly #target: StoredTarget;

  constructor(parts: StoreParts, options: WriterOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#target = options.target;
  }

  row(said: Labels, { ownTime, clash }: RowOptions): RowId | undefined {
    const target = this.#target;
    const { lines, rows, telemetry } = this.#parts;
    const line = lines.intern(lineLabels({ said, target: target.labels, clash: this.#options.honorLabels ? 'override' : clash }));
    const known = line.rows.get(target);
    if (known !== undefined) return known;
    if (rows.isFull) {
      lines.dropUnused(line);
      telemetry.refusedRows.add(1);
      return undefined;
    }
    const timeline = ownTime ? this.#ownTimeline() : target.timeline;
    return rows.add({ target, line, timeline, place: timeline.addRow(), labels: undefined, lastMs: target.timeline.newestMs });
  }

  begin(timeMs: number): number {
    const { timeline } = this.#target;
    timeline.open(Math.max(timeMs, timeline.newestMs + 1), timeMs);
    return timeline.newestMs;
  }

  put(id: RowId, value: number): void {
    const row = this.#rowOf(id);
    if (row.timeline === this.#target.timeline) this.#write(row, value);
    else this.putStamped(id, this.#target.timeline.newestMs, value);
  }

  putStamped(id: RowId, timeMs: number, value: number): void {
    const row = this.#rowOf(id);
    const slotMs = this.#target.timeline.newestMs;
    if (row.timeline === this.#target.timeline) {
      this.#write(row, value);
    } else if (timeMs > slotMs + MAX_AHEAD_MS) {
      this.#parts.telemetry.refusedStamps.add(1);
    } else {
      if (timeMs > row.timeline.newestMs) {
        row.timeline.open(timeMs, slotMs);
        this.#write(row, value);
      }
      row.lastMs = Math.max(slotMs, row.timeline.newestMs);
    }
  }

  close(timeMs: number): void {
    this.#target.closedMs = this.begin(timeMs);
  }

  #write(row: Row, value: number): void {
    const { arena } = this.#parts;
    const page = row.timeline.pageToWrite(row.place);
    const view = arena.viewOf(page);
    const offset = sampleOffset(page, row.timeline.newestSlot);
    row.lastMs = row.timeline.newestMs;
    if (isStale(view, offset) || !staysOver(value, view.getFloat64(offset, true))) view.setFloat64(offset, value, true);
  }

  #rowOf(id: RowId): Row {
    const row = this.#parts.rows.at(id);
    if (row.target !== this.#target) throw new Error(`BUG: row ${id} belongs to another target`);
    return row;
  }

  #ownTimeline(): Timeline {
    const { arena, retentionMs } = this.#parts;
    return new Timeline({ arena, retentionMs, intervalMs: this.#options.intervalMs });
  }
}

/** True when the value that is kept must stay: it is at least as large, or the new one is no number. */
function staysOver(value: number, kept: number): boolean {
  return kept >= value || Number.isNaN(value);
}
