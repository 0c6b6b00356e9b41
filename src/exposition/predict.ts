// The lines that come as the last text said them, values apart: nearly all lines of nearly all scrapes.
// Loops over flat arrays that are held in locals: each level of calls here costs a tenth of the speed (PERFORMANCE.md).
import { intAt } from '../lib/columns.ts';
import { skipLineEnd } from './cursor.ts';
import { ENTRY_SHIFT, type EntryId, LENGTH, LINE, NEXT, NO_ENTRY, NO_LINE, SEEN_AT, START } from './dictionary.ts';
import { LINE_SEEN_AT, LINE_SHIFT } from './line-table.ts';
import { growResult } from './result.ts';
import { note, type Run } from './run.ts';
import { readValue } from './value.ts';

/** Reads up to the first line that is another one, or has a fault that somebody must name; the cursor stands before it. */
export function readPredicted(run: Run): void {
  const { cursor, plan, into } = run;
  const { entries, text } = plan.texts;
  const { view, end } = cursor;
  while (into.lineIds.length < into.count + plan.texts.size) growResult(into);
  let entry = run.last === NO_ENTRY ? plan.firstText : plan.texts.nextOf(run.last);
  while (entry !== NO_ENTRY && cursor.at < end) {
    const start = cursor.at;
    const record = entry << ENTRY_SHIFT;
    const textEnd = start + intAt(entries, record + LENGTH);
    if (textEnd > end) return;
    const shift = intAt(entries, record + START) - start;
    let at = start;
    for (; at + 8 <= textEnd; at += 8) {
      const double = text.getFloat64(at + shift, true);
      // Equal doubles have equal bits, zeros apart; unequal ones may be the same NaN.
      if (double !== view.getFloat64(at, true) || double === 0) break;
    }
    if (at + 8 <= textEnd && !plan.texts.isUnder(cursor, entry)) return;
    for (; at < textEnd; at++) if (text.getUint8(at + shift) !== view.getUint8(at)) return;
    cursor.at = textEnd;
    if (!take(run, entry, start)) {
      cursor.at = start;
      return;
    }
    entry = intAt(entries, record + NEXT);
  }
}

/** Reads the rest of the line that began at `start`. False for a sample that comes twice, is unsound, too long or one too many. */
function take(run: Run, entry: EntryId, start: number): boolean {
  const { cursor, plan, into, limits } = run;
  const { scanNumber } = plan;
  const { entries } = plan.texts;
  const record = entry << ENTRY_SHIFT;
  const line = intAt(entries, record + LINE);
  if (line === NO_LINE) {
    if (!skipLineEnd(cursor) || cursor.at - start > limits.lineBytes) return false;
    note(run, entry);
  } else {
    const { lines } = plan.lines;
    const seenAt = (line << LINE_SHIFT) + LINE_SEEN_AT;
    if (into.count === limits.series || lines[seenAt] === scanNumber) return false;
    if (readValue(cursor) !== undefined || cursor.at - start > limits.lineBytes) return false;
    lines[seenAt] = scanNumber;
    into.lineIds[into.count] = line;
    into.values[into.count] = cursor.value;
    into.timestampsMs[into.count] = cursor.timestampMs;
    into.count++;
  }
  entries[record + SEEN_AT] = scanNumber;
  run.last = entry;
  run.lineNumber++;
  return true;
}
