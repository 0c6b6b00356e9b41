// From the rows of a target back to the lines that feed them, for explanations: a search over all lines of one target.
import type { ScanPlan } from '../../exposition/plan.ts';
import type { Line } from '../../model/line.ts';
import type { RowId } from '../../model/sample-source.ts';
import { rowOf, type Write } from './line-writes.ts';

/** What a target said, and what each line of it writes, by the line's id. */
export interface WrittenLines {
  readonly plan: ScanPlan;
  readonly writes: readonly (RowId | readonly Write[] | undefined)[];
}

export interface FeedingLine {
  /** As it was said. */
  readonly line: Line;
  /** The row that keeps the value as it was said. */
  readonly rawRow: RowId;
  readonly write: Write;
}

/** By row; of several lines that feed one row the first. Rows that no line feeds are left out. */
export function linesFeeding(rows: ReadonlySet<RowId>, { plan, writes }: WrittenLines): ReadonlyMap<RowId, FeedingLine> {
  const found = new Map<RowId, FeedingLine>();
  for (const [id, written] of writes.entries()) {
    const all = typeof written === 'number' ? [written] : (written ?? []);
    const [raw] = all;
    if (raw === undefined) continue;
    for (const write of all) {
      const row = rowOf(write);
      if (rows.has(row) && !found.has(row)) found.set(row, { line: plan.line(id), rawRow: rowOf(raw), write });
    }
  }
  return found;
}
