// What follows the series in a sample line: a value, perhaps a time stamp, the end of the line.
import { type Cursor, isBlank, peek, skipBlanks, skipLineEnd } from './cursor.ts';
import { readNumber, readTimestamp } from './number.ts';

const CLOSING_BRACE = 0x7d;

/**
 * Reads from behind a series to the start of the next line, into `value` and `timestampMs` of the cursor.
 * Returns why it could not; the cursor then stands somewhere in the line.
 */
export function readValue(cursor: Cursor): 'bad-value' | 'bad-timestamp' | undefined {
  if (!isBlank(peek(cursor)) && cursor.view.getUint8(cursor.at - 1) !== CLOSING_BRACE) return 'bad-value';
  skipBlanks(cursor);
  if (!readNumber(cursor)) return 'bad-value';
  cursor.timestampMs = Number.NaN;
  if (skipLineEnd(cursor)) return undefined;
  if (!isBlank(peek(cursor))) return 'bad-value';
  skipBlanks(cursor);
  if (skipLineEnd(cursor)) return undefined;
  if (!readTimestamp(cursor)) return 'bad-timestamp';
  skipBlanks(cursor);
  return skipLineEnd(cursor) ? undefined : 'bad-timestamp';
}
