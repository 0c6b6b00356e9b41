// Numbers, durations and strings: what they are worth, and how they are printed, as Prometheus has them.
import { isUtf8 } from 'node:buffer';
import { loneByte, quoteAsGo } from './go-quote.ts';
import { isDecimal } from './scan-number.ts';

const DECIMAL = /^(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const HEXADECIMAL = /^0[xX](?:_?[\da-fA-F])+$/;
// A leading zero means octal, as in Go's strconv with base 0; 09 is then no octal number, and decimal.
const OCTAL = /^0(?:_?[0-7])+$/;

/** Whole numbers with a base are of 64 bits in Go. */
const LARGEST_INTEGER = 2n ** 63n - 1n;
/** Digits of any base from which a number surely is too large for 64 bits; to count further would take time. */
const MOST_DIGITS = 30;

/** The value of a number, or the problem in Prometheus's words. */
export function parseNumber(text: string): number | string {
  const word = text.toLowerCase();
  if (word === 'inf') return Number.POSITIVE_INFINITY;
  if (word === 'nan') return Number.NaN;
  const digits = text.replaceAll('_', '');
  const integer = integerOf(text, digits);
  if (integer !== undefined) return integer;
  const value = DECIMAL.test(text) ? Number(digits) : Number.NaN;
  if (Number.isFinite(value)) return value;
  const cause = Number.isNaN(value) ? 'invalid syntax' : 'value out of range';
  return `error parsing number: strconv.ParseFloat: parsing ${quoteAsGo(text)}: ${cause}`;
}

/** Of a number with a base in its digits; undefined where it has none, or is too large to have one. */
function integerOf(text: string, digits: string): number | undefined {
  const isOctal = OCTAL.test(text);
  if (!isOctal && !HEXADECIMAL.test(text)) return undefined;
  const significant = digits.replace(/^0[xX]?0*/, '');
  if (significant.length > MOST_DIGITS) return undefined;
  const value = BigInt(`${isOctal ? '0o' : '0x'}0${significant}`);
  return value <= LARGEST_INTEGER ? Number(value) : undefined;
}

/** Largest first, as they must come. Prometheus's year has 365 days. */
const UNITS_MS: readonly (readonly [string, number])[] = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Prometheus counts durations in nanoseconds of 64 bits: some 292 years. */
const LONGEST_MS = 9_223_372_036_854;
const LONGEST_SECONDS = 2 ** 63 / 1e9;
const LARGEST_AMOUNT = 2n ** 64n - 1n;

/** Seconds of a duration, or the problem in Prometheus's words. */
export function parseDuration(text: string): number | string {
  let totalMs = 0;
  let lastUnit = -1;
  for (let at = 0; at < text.length; ) {
    const nameAt = skip(text, { from: at, areDigits: true });
    const end = skip(text, { from: nameAt, areDigits: false });
    const amount = amountOf(text.slice(at, nameAt));
    const name = text.slice(nameAt, end);
    if (amount === undefined || name === '') return wrongDuration(text);
    const unit = UNITS_MS.findIndex(([known]) => known === name);
    const unitMs = UNITS_MS[unit]?.[1];
    if (unitMs === undefined) return `unknown unit ${quoteAsGo(name)} in duration ${quoteAsGo(text)}`;
    if (unit <= lastUnit) return wrongDuration(text);
    lastUnit = unit;
    totalMs += amount * unitMs;
    if (totalMs > LONGEST_MS) return 'duration out of range';
    at = end;
  }
  // As Go adds them up: to the last bit this is not always the milliseconds by a thousand.
  return Math.floor(totalMs / 1000) + ((totalMs % 1000) * 1e6) / 1e9;
}

/** Undefined of no digits, or more than an unsigned integer of 64 bits has. */
function amountOf(digits: string): number | undefined {
  if (digits === '' || digits.length > MOST_DIGITS || BigInt(digits) > LARGEST_AMOUNT) return undefined;
  return Number(digits);
}

function skip(text: string, { from, areDigits }: { readonly from: number; readonly areDigits: boolean }): number {
  let at = from;
  while (at < text.length && isDecimal(text[at]) === areDigits) at += 1;
  return at;
}

function wrongDuration(text: string): string {
  return `not a valid duration string: ${quoteAsGo(text)}`;
}

/** Whether a number of seconds fits a duration, either way. */
export function fitsDuration(seconds: number): boolean {
  return Math.abs(seconds) <= LONGEST_SECONDS;
}

/** Whole milliseconds, rounded towards zero from whole nanoseconds, as Prometheus has them. */
export function millisecondsOf(seconds: number): number {
  const nanoseconds = Math.sign(seconds) * Math.round(Math.abs(seconds) * 1e9);
  return (nanoseconds - (nanoseconds % 1e6)) / 1e6;
}

/** As Prometheus prints whole milliseconds: `1h30m`, `500ms`, `90d`; years and weeks only where nothing is left over. */
export function printDuration(durationMs: number): string {
  const whole = Math.trunc(durationMs);
  if (whole === 0) return '0s';
  let leftMs = Math.abs(whole);
  let text = whole < 0 ? '-' : '';
  for (const [unit, unitMs] of UNITS_MS) {
    const amount = Math.floor(leftMs / unitMs);
    if (amount === 0 || ((unit === 'y' || unit === 'w') && leftMs % unitMs !== 0)) continue;
    text += `${amount}${unit}`;
    leftMs -= amount * unitMs;
  }
  return text;
}

const ESCAPE = /(?:\\(?:x[\da-fA-F]{2}|[0-7]{3}))+|\\u[\da-fA-F]{4}|\\U[\da-fA-F]{8}|\\./gs;
const SINGLES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The text inside a quoted string that the lexer let pass, with Go's escapes resolved (none in backticks). */
export function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  return quoted.startsWith('`') || !inner.includes('\\') ? inner : inner.replace(ESCAPE, resolveEscape);
}

function resolveEscape(escaped: string): string {
  const kind = escaped.charAt(1);
  if (kind === 'u' || kind === 'U') return String.fromCodePoint(Number.parseInt(escaped.slice(2), 16));
  if (kind !== 'x' && (kind < '0' || kind > '7')) return SINGLES[kind] ?? kind;
  const codes = escaped.match(/x..|[0-7]{3}/g) ?? [];
  return textOfBytes(codes.map((code) => (code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8))));
}

/** Bytes that make no character stay what they are: see `loneByte`. */
function textOfBytes(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const length = lengthOf(byte);
    const character = byte < 0x80 ? String.fromCharCode(byte) : characterOf(bytes.slice(at, at + length));
    text += character ?? loneByte(byte);
    at += character === undefined ? 1 : length;
  }
  return text;
}

function lengthOf(byte: number): number {
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

function characterOf(bytes: readonly number[]): string | undefined {
  const buffer = Buffer.from(bytes);
  return isUtf8(buffer) ? buffer.toString() : undefined;
}
