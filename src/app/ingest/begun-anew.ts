// Whether a target's counters began anew while nobody read it.
import type { ScanResult } from '../../exposition/result.ts';
import { floatAt, intAt } from '../../lib/columns.ts';
import type { TargetWriter } from '../../store/target-writer.ts';
import type { WrittenLines } from './feeding-lines.ts';
import { rowsOf } from './line-writes.ts';

export interface Rereading extends WrittenLines {
  /** Its slot is open, and nothing is written yet. */
  readonly writer: Pick<TargetWriter, 'before'>;
  readonly result: Pick<ScanResult, 'count' | 'values' | 'lineIds'>;
}

/**
 * True when a counter says less than it did, or when nothing is kept of what the target said before: its outage was then longer than any window.
 * Takes a look at every line, so it is for the scrapes after a gap; a line is read again, for its type, only where its value fell.
 */
export function hasBegunAnew({ plan, writes, writer, result }: Rereading): boolean {
  let isKnown = false;
  for (let at = 0; at < result.count; at += 1) {
    const id = intAt(result.lineIds, at);
    const [raw] = rowsOf(writes[id] ?? []);
    const before = raw === undefined ? Number.NaN : writer.before(raw);
    if (floatAt(result.values, at) < before && plan.line(id).type === 'counter') return true;
    isKnown ||= !Number.isNaN(before);
  }
  return !isKnown;
}
