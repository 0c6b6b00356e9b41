// The table of rows: columns by id, the limit, and the version that tells readers when ids have changed meaning.
import type { Labels } from '../model/labels.ts';
import type { RowId } from '../model/sample-source.ts';
import type { StoredLine, StoredTarget } from './series.ts';
import { mergeLabels } from './series-labels.ts';
import type { Timeline } from './timeline.ts';

export interface NewRow {
  readonly line: StoredLine;
  readonly target: StoredTarget;
  /** Of a line that carries time stamps; undefined for one that keeps to its target's. */
  readonly ownTimeline: Timeline | undefined;
}

/** A row that is gone, and whose it was. */
export interface FreedRow {
  readonly row: RowId;
  readonly targetId: string;
  readonly line: StoredLine;
}

const FIRST_CAPACITY = 1024;

/** Hundreds of thousands of rows: an object for each would be most of the collector's work. */
export class Rows {
  readonly #lines: (StoredLine | undefined)[] = [];
  readonly #targets: (StoredTarget | undefined)[] = [];
  /** The places in the timelines. */
  #places = new Int32Array(FIRST_CAPACITY);
  /** When each was last said, or the time of its newest sample when that is later. */
  #lastMs = new Float64Array(FIRST_CAPACITY);
  readonly #ownTimelines = new Map<RowId, Timeline>();
  /** Merged when somebody first asks. */
  readonly #labels: (Labels | undefined)[] = [];
  readonly #free: RowId[] = [];
  readonly #limit: number;
  #version = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get version(): number {
    return this.#version;
  }

  get count(): number {
    return this.#lines.length - this.#free.length;
  }

  get isFull(): boolean {
    return this.count >= this.#limit;
  }

  targetOf(row: RowId): StoredTarget {
    const target = this.#targets[row];
    if (target === undefined)
      throw new Error(`BUG: there is no row ${row}; it was freed, or rowsVersion has changed since it was selected`);
    return target;
  }

  /** Undefined for a row that keeps to its target's times. */
  ownTimelineOf(row: RowId): Timeline | undefined {
    return this.#ownTimelines.size === 0 ? undefined : this.#ownTimelines.get(row);
  }

  placeOf(row: RowId): number {
    return this.#places[row] ?? -1;
  }

  labelsOf(row: RowId): Labels {
    const known = this.#labels[row];
    if (known !== undefined) return known;
    const { labels: ofTarget } = this.targetOf(row);
    const labels = mergeLabels(pairsOf(this.#lines[row]?.pairs ?? []), ofTarget);
    this.#labels[row] = labels;
    return labels;
  }

  /** Notes that the row was said. */
  touch(row: RowId, timeMs: number): void {
    this.#lastMs[row] = timeMs;
  }

  /** Adds a row under the id of the last one freed, or under a new one. */
  add({ line, target, ownTimeline }: NewRow): RowId {
    const row = this.#free.pop() ?? this.#lines.length;
    if (row >= this.#places.length) this.#grow();
    this.#lines[row] = line;
    this.#targets[row] = target;
    this.#labels[row] = undefined;
    this.#places[row] = (ownTimeline ?? target.timeline).addRow();
    this.#lastMs[row] = target.timeline.newestMs;
    if (ownTimeline !== undefined) this.#ownTimelines.set(row, ownTimeline);
    line.addRow(target, row);
    target.rowCount += 1;
    this.#version += 1;
    return row;
  }

  /** Takes the rows out that were last said at or before `horizonMs`. */
  removeSaidUpTo(horizonMs: number): readonly FreedRow[] {
    const gone: FreedRow[] = [];
    for (let row = 0; row < this.#lines.length; row += 1) {
      if ((this.#lastMs[row] ?? 0) > horizonMs) continue;
      const line = this.#lines[row];
      if (line === undefined) continue;
      const target = this.targetOf(row);
      this.#remove(row, { line, target });
      gone.push({ row, targetId: target.id, line });
    }
    if (gone.length > 0) this.#version += 1;
    return gone;
  }

  #remove(row: RowId, { line, target }: { readonly line: StoredLine; readonly target: StoredTarget }): void {
    (this.ownTimelineOf(row) ?? target.timeline).removeRow(this.placeOf(row));
    this.#ownTimelines.delete(row);
    this.#lines[row] = undefined;
    this.#targets[row] = undefined;
    this.#labels[row] = undefined;
    this.#free.push(row);
    line.removeRow(target);
    target.rowCount -= 1;
  }

  #grow(): void {
    const places = new Int32Array(this.#places.length * 2);
    const lastMs = new Float64Array(places.length);
    places.set(this.#places);
    lastMs.set(this.#lastMs);
    this.#places = places;
    this.#lastMs = lastMs;
  }
}

function pairsOf(pairs: readonly string[]): Labels {
  const labels = new Map<string, string>();
  for (let at = 0; at < pairs.length; at += 2) labels.set(pairs[at] ?? '', pairs[at + 1] ?? '');
  return labels;
}
