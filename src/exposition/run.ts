// What one scan has at hand while it goes through a text, and how it takes down what it read.
import type { Cursor } from './cursor.ts';
import { type EntryId, NO_ENTRY, NO_LINE } from './dictionary.ts';
import type { LineLimits } from './line.ts';
import type { ScanPlan } from './plan.ts';
import { growResult, type ScanResult } from './result.ts';
import { NO_TYPE, TYPES } from './types.ts';

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
  /** The last text met, NO_ENTRY before the first; what followed it last time is expected next. */
  last: EntryId;
  /** Lines that were blank or faulty, or whose text was not remembered. */
  passedOver: number;
  /** Comments remembered by this scan. */
  newComments: number;
}

/** Takes down a text and, for a sample, the value under the cursor. */
export function note({ plan, into, cursor, limits }: Run, entry: EntryId): void {
  const { texts, lines, families, scanNumber } = plan;
  texts.see(entry, scanNumber);
  const line = texts.lineOf(entry);
  if (line === NO_LINE) {
    const family = families.at(texts.familyOf(entry));
    const type = texts.typeOf(entry);
    if (type === NO_TYPE || family.typedAt === scanNumber) return;
    family.type = TYPES[type] ?? 'unknown';
    family.typedAt = scanNumber;
    return;
  }
  if (into.count === limits.series) {
    into.stoppedBy = 'series';
    return;
  }
  lines.see(line, scanNumber);
  if (into.count === into.lineIds.length) growResult(into);
  into.lineIds[into.count] = line;
  into.values[into.count] = cursor.value;
  into.timestampsMs[into.count] = cursor.timestampMs;
  into.count++;
}

/** Takes down a text that was not expected, and expects it here next time. */
export function noteUnexpected(run: Run, entry: EntryId): void {
  if (run.last === NO_ENTRY) run.plan.firstText = entry;
  else run.plan.texts.setNext(run.last, entry);
  run.plan.isRepeat = false;
  run.last = entry;
  run.passedOver--;
  note(run, entry);
}
