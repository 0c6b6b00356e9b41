// Writes what one target says: a slot per scrape, a value per row and slot.
import type { Labels } from '../model/labels.ts';
import type { RowId } from '../model/sample-source.ts';
import type { LineIndex } from './line-index.ts';
import type { PageArena } from './pages.ts';
import type { Rows } from './rows.ts';
import type { StoredTarget } from './series.ts';
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
  /** Rows of the target that are kept, stale ones inside the retention included. */
  readonly rowCount: number;
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

interface StampedSample {
  readonly row: RowId;
  readonly own: Timeline;
  readonly timeMs: number;
  readonly value: number;
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

  get rowCount(): number {
    return this.#target.rowCount;
  }

  row(said: Labels, { ownTime, clash }: RowOptions): RowId | undefined {
    const target = this.#target;
    const { lines, rows, telemetry } = this.#parts;
    const line = lines.intern(lineLabels({ said, target: target.labels, clash: this.#options.honorLabels ? 'override' : clash }));
    const known = line.rowAt(target);
    if (known !== undefined) return known;
    if (rows.isFull) {
      lines.dropUnused(line);
      telemetry.refusedRows.add(1);
      return undefined;
    }
    return rows.add({ target, line, ownTimeline: ownTime ? this.#ownTimeline() : undefined });
  }

  begin(timeMs: number): number {
    const { timeline } = this.#target;
    timeline.open(Math.max(timeMs, timeline.newestMs + 1), timeMs);
    return timeline.newestMs;
  }

  put(row: RowId, value: number): void {
    const own = this.#checked(row).ownTimelineOf(row);
    if (own === undefined) this.#write(row, value);
    else this.#writeStamped({ row, own, timeMs: this.#target.timeline.newestMs, value });
  }

  putStamped(row: RowId, timeMs: number, value: number): void {
    const own = this.#checked(row).ownTimelineOf(row);
    if (own === undefined) this.#write(row, value);
    else this.#writeStamped({ row, own, timeMs, value });
  }

  close(timeMs: number): void {
    this.#target.closedMs = this.begin(timeMs);
  }

  #write(row: RowId, value: number): void {
    const { rows } = this.#parts;
    const { timeline } = this.#target;
    timeline.put(rows.placeOf(row), value);
    rows.touch(row, timeline.newestMs);
  }

  #writeStamped({ row, own, timeMs, value }: StampedSample): void {
    const { rows, telemetry } = this.#parts;
    const slotMs = this.#target.timeline.newestMs;
    if (timeMs > slotMs + MAX_AHEAD_MS) {
      telemetry.refusedStamps.add(1);
      return;
    }
    if (timeMs > own.newestMs) {
      own.open(timeMs, slotMs);
      own.put(rows.placeOf(row), value);
    }
    rows.touch(row, Math.max(slotMs, own.newestMs));
  }

  /** The table of rows, once it is sure that this one is the target's. */
  #checked(row: RowId): Rows {
    const { rows } = this.#parts;
    if (rows.targetOf(row) !== this.#target) throw new Error(`BUG: row ${row} belongs to another target`);
    return rows;
  }

  #ownTimeline(): Timeline {
    const { arena, retentionMs } = this.#parts;
    return new Timeline({ arena, retentionMs, intervalMs: this.#options.intervalMs });
  }
}
