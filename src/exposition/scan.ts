// The hot path: bytes of an exposition → line ids and floats. A text mostly repeats the one before it, values apart, so each line is
// predicted from the line above it and compared; only lines that come unexpectedly are looked up, only new ones are read in full.
import { METRIC_NAME } from '../model/labels.ts';
import { cursorOver, NEWLINE, skipBlanks } from './cursor.ts';
import { NO_ENTRY } from './dictionary.ts';
import { readPredicted } from './predict.ts';
import { clearResult, countMalformed } from './result.ts';
import type { Run, ScanOptions } from './run.ts';
import type { Span } from './series.ts';
import { readUnexpected } from './unexpected.ts';

const CARRIAGE_RETURN = 0x0d;

/**
 * Reads a whole text into `into`. Never throws: what is wrong with a line is counted in `into.malformed` and costs that line only;
 * `into.stoppedBy` says when a limit ended the scan before the text did.
 */
export function scan(bytes: Uint8Array, options: ScanOptions): void {
  const { plan, into } = options;
  const run: Run = { ...options, bytes, cursor: cursorOver(bytes), lineNumber: 0, last: NO_ENTRY, passedOver: 0, newComments: 0 };
  clearResult(into);
  plan.scanNumber++;
  plan.isRepeat = true;
  plan.texts.expect(bytes.length);
  while (run.cursor.at < run.cursor.end && into.stoppedBy === undefined) {
    readPredicted(run);
    if (run.cursor.at === run.cursor.end) break;
    run.lineNumber++;
    // Taken back where the line's text is met.
    run.passedOver++;
    readLine(run);
  }
  plan.texts.trim();
  plan.lines.trim();
  const textsTaken = run.lineNumber - run.passedOver;
  if (run.last !== plan.lastText || textsTaken !== plan.textsTaken) plan.isRepeat = false;
  plan.lastText = run.last;
  plan.textsTaken = textsTaken;
  settleTypes(run);
}

/** Reads a line that may be anything. */
function readLine(run: Run): void {
  const { bytes, cursor, limits, into } = run;
  const start = cursor.at;
  const newlineAt = bytes.indexOf(NEWLINE, start);
  const end = newlineAt < 0 ? cursor.end : newlineAt;
  skipBlanks(cursor);
  const text: Span = { view: cursor.view, start: cursor.at, end: bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end };
  if (text.start < text.end) {
    const reason = end - start > limits.lineBytes ? 'too-long' : readUnexpected(run, text);
    if (reason !== undefined) countMalformed(into, { lineNumber: run.lineNumber, reason, bytes: bytes.subarray(start, end) });
    if (into.malformed.count > limits.series) into.stoppedBy = 'malformed';
  }
  cursor.at = Math.min(end + 1, cursor.end);
}

/** New lines get the types that this text says, wherever in it the TYPE lines stand. */
function settleTypes({ plan, into }: Run): void {
  const { lines, families, scanNumber } = plan;
  for (const id of into.newLineIds) {
    const name = lines.lineOf(id).labels.get(METRIC_NAME) ?? '';
    lines.setType(id, families.typeOf(families.named(name), scanNumber));
  }
}
