// Where a quoted string ends, and what is wrong with one: characters only, what it says is told later (literals.ts).
import { unicodeAt } from './go-quote.ts';

/** The end after the closing quote of the string that opens at `from`, or the problem in Prometheus's words. */
export function scanString(text: string, from: number): number | string {
  const quote = text[from];
  const isRaw = quote === '`';
  let at = from + 1;
  for (;;) {
    const character = text[at];
    if (character === quote) return at + 1;
    if (character === undefined) return isRaw ? 'unterminated raw string' : 'unterminated quoted string';
    if (!isRaw && character === '\n') return 'unterminated quoted string';
    if (!isRaw && character === '\\') {
      const end = scanEscape(text, { at: at + 1, quote: quote ?? '' });
      if (typeof end === 'string') return end;
      at = end;
      continue;
    }
    const width = widthAt(text, at);
    if (width === 0) return 'invalid UTF-8 rune';
    at += width;
  }
}

/** Code units of the character there; 0 where there is none, or the one that stands for none. */
function widthAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0xd800) return 1;
  const whole = text.codePointAt(at) ?? 0;
  if (whole > 0xffff) return 2;
  return (whole >= 0xd800 && whole <= 0xdfff) || whole === 0xfffd ? 0 : 1;
}

const DIGITS = {
  o: { count: 3, base: 8, most: 0xff },
  x: { count: 2, base: 16, most: 0xff },
  u: { count: 4, base: 16, most: 0x10ffff },
  U: { count: 8, base: 16, most: 0x10ffff },
} as const;

/** The end after an escape whose backslash stands before `at`. */
function scanEscape(text: string, { at, quote }: { readonly at: number; readonly quote: string }): number | string {
  const character = text[at];
  if (character === undefined) return 'escape sequence not terminated';
  if (character === quote || 'abfnrtv\\'.includes(character)) return at + 1;
  if (character >= '0' && character <= '7') return scanCode(text, { at, ...DIGITS.o });
  if (character === 'x' || character === 'u' || character === 'U') return scanCode(text, { at: at + 1, ...DIGITS[character] });
  return `unknown escape sequence ${unicodeAt(text, at)}`;
}

interface Code {
  readonly at: number;
  readonly count: number;
  readonly base: number;
  readonly most: number;
}

function scanCode(text: string, { at: from, count, base, most }: Code): number | string {
  let code = 0;
  for (let at = from; at < from + count; at += 1) {
    const character = text[at];
    if (character === undefined) return 'escape sequence not terminated';
    const digit = Number.parseInt(character, base);
    if (Number.isNaN(digit)) return `illegal character ${unicodeAt(text, at)} in escape sequence`;
    code = code * base + digit;
  }
  if (code > most || (code >= 0xd800 && code <= 0xdfff)) return 'escape sequence is an invalid Unicode code point';
  return from + count;
}
