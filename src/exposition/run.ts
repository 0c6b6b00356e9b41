// What one scan has at hand while it goes through a text, and how it takes down what it read.
import type { Cursor } from './cursor.ts';
import type { Entry } from './dictionary.ts';
import type { LineLimits } from './line.ts';
import type { ScanPlan } from './plan.ts';
import { growResult, type ScanResult } from './result.ts';

export interface ScanLimits extends LineLimits {
  /** Most distinct lines of one text. */
  readonly series: number;
}

export interface ScanOptions {
  readonly plan: ScanPlan;
  readonly limits: ScanLimits;
  /** Cleared first. */
  readonly into: ScanResult;
}

export interface Run extends ScanOptions {
  readonly bytes: Uint8Array;
  readonly cursor: Cursor;
  /** Counted from 1. */
  lineNumber: number;
  /** The last text met; what followed it last time is expected next. */
  last: Entry | undefined;
  /** Comments remembered by this scan. */
  newComments: number;
}

/** Takes down a text and, for a sample, the value under the cursor. */
export function note({ plan, into, cursor, limits }: Run, entry: Entry): void {
  const { line, family, type } = entry;
  entry.seenAt = plan.scanNumber;
  family.seenAt = plan.scanNumber;
  if (type !== undefined && family.typedAt !== plan.scanNumber) {
    family.type = type;
    family.typedAt = plan.scanNumber;
  }
  if (line === undefined) return;
  if (into.count === limits.series) {
    into.stoppedBy = 'series';
    return;
  }
  line.seenAt = plan.scanNumber;
  if (into.count === into.lineIds.length) growResult(into);
  into.lineIds[into.count] = line.id;
  into.values[into.count] = cursor.value;
  into.timestampsMs[into.count] = cursor.timestampMs;
  into.count++;
}

/** Takes down a text that was not expected, and expects it here next time. */
export function noteUnexpected(run: Run, entry: Entry): void {
  if (run.last === undefined) run.plan.firstText = entry;
  else run.last.next = entry;
  run.last = entry;
  note(run, entry);
}
