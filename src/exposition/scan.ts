// The hot path: bytes of an exposition → line ids and floats. A text mostly repeats the one before it, values apart, so each line is
// predicted from the line above it and compared; only lines that come unexpectedly are looked up, only new ones are read in full.
import { cursorOver, NEWLINE, skipBlanks, skipLineEnd } from './cursor.ts';
import { type Entry, isUnder } from './dictionary.ts';
import { clearResult, countMalformed } from './result.ts';
import { note, type Run, type ScanOptions } from './run.ts';
import type { Span } from './series.ts';
import { readUnexpected } from './unexpected.ts';
import { readValue } from './value.ts';

const CARRIAGE_RETURN = 0x0d;

/**
 * Reads a whole text into `into`. Never throws: what is wrong with a line is counted in `into.malformed` and costs that line only;
 * `into.stoppedBy` says when a limit ended the scan before the text did.
 */
export function scan(bytes: Uint8Array, options: ScanOptions): void {
  const { plan, into } = options;
  const run: Run = { ...options, bytes, cursor: cursorOver(bytes), lineNumber: 0, last: undefined, newComments: 0 };
  clearResult(into);
  plan.scanNumber++;
  while (run.cursor.at < run.cursor.end && into.stoppedBy === undefined) {
    run.lineNumber++;
    const expected = run.last === undefined ? plan.firstText : run.last.next;
    if (expected === undefined || !readExpected(run, expected)) readLine(run);
  }
  plan.texts.keepTexts();
  settleTypes(run);
}

/** False, with the cursor where it was, when the line is another one or has a fault that somebody must name. */
function readExpected(run: Run, expected: Entry): boolean {
  const { cursor } = run;
  const start = cursor.at;
  if (isUnder(cursor, expected)) {
    cursor.at = start + expected.length;
    if (readRest(run, expected) && cursor.at - start <= run.limits.lineBytes) {
      run.last = expected;
      note(run, expected);
      return true;
    }
  }
  cursor.at = start;
  return false;
}

/** Reads from behind the text of a known line to the start of the next one. */
function readRest({ cursor, plan }: Run, { line }: Entry): boolean {
  if (line === undefined) return skipLineEnd(cursor);
  return line.seenAt !== plan.scanNumber && readValue(cursor) === undefined;
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
  for (const id of into.newLineIds) {
    const line = plan.lines.get(id);
    if (line !== undefined) line.type = plan.families.typeOf(line.family, plan.scanNumber);
  }
}
