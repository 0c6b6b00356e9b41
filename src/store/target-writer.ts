// Writes what one target says: a slot per scrape, a value per row and slot.
import type { Labels } from '../model/labels.ts';
import type { RowId } from '../model/sample-source.ts';
import type { Lines } from './lines.ts';
import { NO_ROW } from './row-chains.ts';
import type { OwnTimes, Rows } from './rows.ts';
import type { Samples } from './samples.ts';
import { type Clash, lineLabels } from './series-labels.ts';
import type { StoredTarget } from './stored-target.ts';
import type { StoreTelemetry } from './telemetry.ts';

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
  /** The same for a scrape that failed: only what is said of the attempt itself is written into the slot. */
  miss(timeMs: number): number;
  /** What a row said in the good slot before the open one, in which nothing is written yet; NaN where it did not. Of one with time stamps of its own, what it said last. */
  before(row: RowId): number;
  /** Writes into the open slot. Of several values for one row the largest stays, and any number wins over NaN. */
  put(row: RowId, value: number): void;
  /**
   * Writes a sample with the line's own time stamp. One that is not later than the row's newest adds nothing but keeps the row;
   * one more than ten minutes ahead of the open slot is refused and counted.
   */
  putStamped(row: RowId, timeMs: number, value: number): void;
  /**
   * A row with time stamps of its own is stale from `timeMs` on, or from its newest sample when that is later, until it gets a later one.
   * Any other row is stale by itself in every slot that it is not written in.
   */
  end(row: RowId, timeMs: number): void;
  /** Rows of the target that are kept, stale ones inside the retention included. */
  readonly rowCount: number;
  /** The target left at `timeMs`: its rows are stale from then on, and freed as they leave the retention. The writer is done. */
  close(timeMs: number): void;
}

/** What the writers of one store share. */
export interface StoreParts {
  readonly rows: Rows;
  readonly lines: Lines;
  readonly samples: Samples;
  readonly telemetry: StoreTelemetry;
}

export interface WriterOptions {
  readonly target: StoredTarget;
  readonly honorLabels: boolean;
}

interface StampedSample {
  readonly row: RowId;
  readonly own: OwnTimes;
  readonly timeMs: number;
  readonly value: number;
}

// Ten minutes, as `maxAheadTime` of Prometheus's scrape.go: one stamp from a broken clock must not shut out all later ones.
const MAX_AHEAD_MS = 600_000;
/** Rows with time stamps of their own are many, and their samples mostly far apart. */
const FIRST_OWN_SLOTS = 8;

export function createTargetWriter(parts: StoreParts, options: WriterOptions): TargetWriter {
  return new RowWriter(parts, options);
}

class RowWriter implements TargetWriter {
  readonly #parts: StoreParts;
  readonly #rows: Rows;
  readonly #target: StoredTarget;
  readonly #samples: Samples;
  readonly #honorLabels: boolean;

  constructor(parts: StoreParts, { target, honorLabels }: WriterOptions) {
    this.#parts = parts;
    this.#rows = parts.rows;
    this.#target = target;
    this.#samples = parts.samples;
    this.#honorLabels = honorLabels;
  }

  get rowCount(): number {
    return this.#target.rowCount;
  }

  get #newestMs(): number {
    return this.#samples.rings.newestMs(this.#target.ring);
  }

  row(said: Labels, { ownTime, clash }: RowOptions): RowId | undefined {
    const target = this.#target;
    const { lines, rows, samples, telemetry } = this.#parts;
    const line = lines.intern(lineLabels({ said, target: target.labels, clash: this.#honorLabels ? 'override' : clash }));
    const known = rows.find(line, target);
    if (known !== NO_ROW) return known;
    if (rows.isFull) {
      if (!rows.hasRows(line)) lines.drop(line);
      telemetry.refusedRows.add(1);
      return undefined;
    }
    const ownRing = ownTime ? samples.rings.add(FIRST_OWN_SLOTS) : undefined;
    return rows.add({ target, line, ownRing });
  }

  begin(timeMs: number): number {
    return this.#open(timeMs, false);
  }

  miss(timeMs: number): number {
    return this.#open(timeMs, true);
  }

  before(row: RowId): number {
    const hasOwnTime = this.#checked(row).ownTimesOf(row) !== undefined;
    return hasOwnTime ? this.#samples.last(row) : this.#samples.before(row, this.#target.ring);
  }

  put(row: RowId, value: number): void {
    const own = this.#checked(row).ownTimesOf(row);
    if (own === undefined) this.#samples.put(row, this.#target.ring, value);
    else this.#writeStamped({ row, own, timeMs: this.#newestMs, value });
  }

  putStamped(row: RowId, timeMs: number, value: number): void {
    const own = this.#checked(row).ownTimesOf(row);
    if (own === undefined) this.#samples.put(row, this.#target.ring, value);
    else this.#writeStamped({ row, own, timeMs, value });
  }

  end(row: RowId, timeMs: number): void {
    const own = this.#checked(row).ownTimesOf(row);
    const { rings } = this.#samples;
    if (own === undefined || rings.isEnded(own.ring)) return;
    const endMs = Math.max(timeMs, rings.newestMs(own.ring) + 1);
    this.#samples.open(own.ring, { timeMs: endMs, nowMs: this.#newestMs, missed: true });
  }

  close(timeMs: number): void {
    this.#target.closedMs = this.miss(timeMs);
  }

  #open(timeMs: number, missed: boolean): number {
    this.#samples.open(this.#target.ring, { timeMs: Math.max(timeMs, this.#newestMs + 1), nowMs: timeMs, missed });
    return this.#newestMs;
  }

  #writeStamped({ row, own, timeMs, value }: StampedSample): void {
    const slotMs = this.#newestMs;
    const { rings } = this.#samples;
    if (timeMs > slotMs + MAX_AHEAD_MS) {
      this.#parts.telemetry.refusedStamps.add(1);
      return;
    }
    if (timeMs > rings.newestMs(own.ring)) {
      this.#samples.open(own.ring, { timeMs, nowMs: slotMs, missed: false });
      this.#samples.put(row, own.ring, value);
    }
    own.lastMs = Math.max(slotMs, rings.newestMs(own.ring));
  }

  /** The table of rows, once it is sure that this one is the target's. */
  #checked(row: RowId): Rows {
    if (this.#rows.targetNumberOf(row) !== this.#target.number) throw new Error(`BUG: row ${row} belongs to another target`);
    return this.#rows;
  }
}
