// Decimal numbers read byte by byte, without strings: each value of each scrape passes here.
import { type Cursor, peek } from './cursor.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const LETTER_E = 0x65;
const LOWER_CASE = 0x20;

/** The powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const MOST_EXACT_POWER = 22;
/** One more is a double too, but also what the next one is rounded to. */
const MOST_EXACT_INTEGER = 2 ** 53 - 1;
/** No double has an exponent of more digits; a larger one is kept from growing. */
const MOST_EXPONENT = 100_000;

/**
 * Reads a number as Go's ParseFloat takes it in Prometheus: decimal with an optional fraction and exponent, or `nan`, `inf` and
 * `infinity` in any case, the latter two with an optional sign. Puts it into `cursor.value`, equal to `Number()` of the same text
 * bit for bit, and stops behind it. False for anything else and for what a double cannot hold; the cursor is then where it was.
 */
export function readNumber(cursor: Cursor): boolean {
  const start = cursor.at;
  if (readDecimal(cursor)) return true;
  cursor.at = start;
  if (readWord(cursor)) return true;
  cursor.at = start;
  return false;
}

/** Reads digits with an optional minus into `cursor.timestampMs`; false beyond the exact integers or when there is no digit. */
export function readTimestamp(cursor: Cursor): boolean {
  const negative = peek(cursor) === MINUS;
  if (negative) cursor.at++;
  const digitsAt = cursor.at;
  let amount = 0;
  for (let digit = peekDigit(cursor); digit >= 0; digit = peekDigit(cursor)) {
    amount = amount * 10 + digit;
    cursor.at++;
  }
  cursor.timestampMs = negative ? -amount : amount;
  return cursor.at > digitsAt && amount <= MOST_EXACT_INTEGER;
}

/** The digit under the cursor, or -1. */
function peekDigit(cursor: Cursor): number {
  const digit = peek(cursor) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

/**
 * The digits make an integer whose trailing zeros are left for the power of ten, so that `16101933056.000000` stays small.
 * While that integer and the power are both exact, one multiplication or division rounds correctly (Clinger, PLDI 1990, section 4);
 * the rest is left to `Number()`.
 */
function readDecimal(cursor: Cursor): boolean {
  const { view, end } = cursor;
  const start = cursor.at;
  const negative = skipSign(cursor) === MINUS;
  const digitsAt = cursor.at;
  let at = digitsAt;
  let pointAt = -1;
  let mantissa = 0;
  let zeros = 0;
  for (; at < end; at++) {
    const digit = view.getUint8(at) - ZERO;
    if (digit === 0) {
      zeros++;
    } else if (digit > 0 && digit <= 9) {
      mantissa = mantissa * (POWERS_OF_TEN[zeros + 1] ?? Number.POSITIVE_INFINITY) + digit;
      zeros = 0;
    } else if (digit === POINT - ZERO && pointAt < 0) {
      pointAt = at;
    } else {
      break;
    }
  }
  const fractionDigits = pointAt < 0 ? 0 : at - pointAt - 1;
  if (at - digitsAt === (pointAt < 0 ? 0 : 1)) return false;
  cursor.at = at;
  const exponent = readExponent(cursor);
  if (Number.isNaN(exponent)) return false;
  const size = scaled(mantissa, zeros - fractionDigits + exponent);
  cursor.value = Number.isNaN(size) ? Number(asciiBetween(cursor, start)) : negative ? -size : size;
  return Number.isFinite(cursor.value);
}

function skipSign(cursor: Cursor): number {
  const sign = peek(cursor);
  if (sign === PLUS || sign === MINUS) cursor.at++;
  return sign;
}

/** 0 when there is none, NaN when it has no digits. */
function readExponent(cursor: Cursor): number {
  if ((peek(cursor) | LOWER_CASE) !== LETTER_E) return 0;
  cursor.at++;
  const negative = skipSign(cursor) === MINUS;
  const digitsAt = cursor.at;
  let exponent = 0;
  for (let digit = peekDigit(cursor); digit >= 0; digit = peekDigit(cursor)) {
    exponent = Math.min(exponent * 10 + digit, MOST_EXPONENT);
    cursor.at++;
  }
  if (cursor.at === digitsAt) return Number.NaN;
  return negative ? -exponent : exponent;
}

/** `mantissa` × 10^`exponent`, or NaN when one operation on doubles could round it wrongly. */
function scaled(mantissa: number, exponent: number): number {
  if (!(mantissa <= MOST_EXACT_INTEGER)) return Number.NaN;
  if (exponent < -MOST_EXACT_POWER || exponent > MOST_EXACT_POWER) return Number.NaN;
  return exponent < 0 ? mantissa / (POWERS_OF_TEN[-exponent] ?? Number.NaN) : mantissa * (POWERS_OF_TEN[exponent] ?? Number.NaN);
}

/** Put together character by character a text would be a chain of objects. */
const ASCII = new TextDecoder('latin1');

/** The text from `start` to the cursor. */
function asciiBetween(cursor: Cursor, start: number): string {
  const { buffer, byteOffset } = cursor.view;
  return ASCII.decode(new Uint8Array(buffer, byteOffset + start, cursor.at - start));
}

function readWord(cursor: Cursor): boolean {
  if (skipWord(cursor, 'nan')) {
    cursor.value = Number.NaN;
    return true;
  }
  const negative = skipSign(cursor) === MINUS;
  cursor.value = negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return skipWord(cursor, 'infinity') || skipWord(cursor, 'inf');
}

/** Steps over `word`, given in lower case, whatever case the text has. */
function skipWord(cursor: Cursor, word: string): boolean {
  if (cursor.at + word.length > cursor.end) return false;
  for (let index = 0; index < word.length; index++) {
    if ((cursor.view.getUint8(cursor.at + index) | LOWER_CASE) !== word.charCodeAt(index)) return false;
  }
  cursor.at += word.length;
  return true;
}
