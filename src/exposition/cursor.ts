// Where a reader stands in a text, and the smallest steps it can make there.

/** Results of the last read are fields, not return values, so that a reading makes no object. */
export interface Cursor {
  readonly view: DataView;
  /** Number of bytes of the text. */
  readonly end: number;
  at: number;
  /** The value that `readValue` read. */
  value: number;
  /** The time stamp that `readValue` read, in milliseconds since the Unix epoch; NaN when the line has none. */
  timestampMs: number;
}

export const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** A cursor at the first byte of `bytes`, which must not change while it is used. */
export function cursorOver(bytes: Uint8Array): Cursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { view, end: bytes.byteLength, at: 0, value: Number.NaN, timestampMs: Number.NaN };
}

/** The byte under the cursor; -1 at the end of the text. */
export function peek(cursor: Cursor): number {
  return cursor.at < cursor.end ? cursor.view.getUint8(cursor.at) : -1;
}

/** Blanks inside a line are spaces and tabs, as in Prometheus's text format. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

export function skipBlanks(cursor: Cursor): void {
  while (isBlank(peek(cursor))) cursor.at++;
}

/** Steps over LF, CRLF, a last CR or nothing at the end of the text; false, without a step, where the line goes on. */
export function skipLineEnd(cursor: Cursor): boolean {
  const lineFeedAt = peek(cursor) === CARRIAGE_RETURN ? cursor.at + 1 : cursor.at;
  if (lineFeedAt < cursor.end && cursor.view.getUint8(lineFeedAt) !== NEWLINE) return false;
  cursor.at = Math.min(lineFeedAt + 1, cursor.end);
  return true;
}
