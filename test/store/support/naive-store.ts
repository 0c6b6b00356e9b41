// The store as plainly as it can be said: lists that only grow, searched from the start.
import type { RowId } from '../../../src/model/sample-source.ts';

export interface NaiveRow {
  readonly id: RowId;
  readonly name: string;
  readonly ownTime: boolean;
  readonly samples: [timeMs: number, value: number][];
  /** When it was ended, of rows with times of their own; each is later than the samples before it. */
  readonly ends: number[];
  lastMs: number;
}

export class NaiveTarget {
  readonly slots: number[] = [];
  readonly rows = new Map<string, NaiveRow>();
  closedMs = Number.POSITIVE_INFINITY;

  get slotMs(): number {
    return this.slots.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  begin(timeMs: number): void {
    this.slots.push(Math.max(timeMs, this.slotMs + 1));
  }

  close(timeMs: number): void {
    this.begin(timeMs);
    this.closedMs = this.slotMs;
  }

  put(row: NaiveRow, timeMs: number, value: number): void {
    const newest = row.samples.at(-1);
    const atMs = row.ownTime ? timeMs : this.slotMs;
    if (atMs > newestMs(row)) row.samples.push([atMs, value]);
    else if (!row.ownTime && atMs === newest?.[0] && (value > newest[1] || Number.isNaN(newest[1]))) newest[1] = value;
    row.lastMs = Math.max(this.slotMs, newestMs(row));
  }

  end(row: NaiveRow, timeMs: number): void {
    const sample = row.samples.at(-1);
    if (!row.ownTime || sample === undefined || newestMs(row) > sample[0]) return;
    row.ends.push(Math.max(timeMs, sample[0] + 1));
  }

  /** Frees as the store does; returns the ids. */
  sweep(horizonMs: number): RowId[] {
    const gone = [...this.rows.values()].filter((row) => row.lastMs <= horizonMs);
    for (const row of gone) this.rows.delete(row.name);
    return gone.map((row) => row.id);
  }

  newestOf(row: NaiveRow, fromMs: number, toMs: number): [number, number] | undefined {
    const sample = row.samples.findLast(([timeMs]) => timeMs <= toMs);
    const slotMs = this.slots.findLast((timeMs) => timeMs <= toMs);
    const endMs = row.ends.findLast((timeMs) => timeMs <= toMs) ?? Number.NEGATIVE_INFINITY;
    if (sample !== undefined && endMs > sample[0]) return undefined;
    const isStale = toMs >= this.closedMs || (!row.ownTime && sample?.[0] !== slotMs);
    return sample === undefined || isStale || sample[0] <= fromMs ? undefined : sample;
  }
}

function newestMs({ samples, ends }: NaiveRow): number {
  return Math.max(samples.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY, ends.at(-1) ?? Number.NEGATIVE_INFINITY);
}
