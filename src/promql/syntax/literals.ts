// Numbers, durations and strings as Prometheus writes them.
import { formatDuration } from '../../lib/duration.ts';

const DECIMAL = /^(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const HEXADECIMAL = /^0[xX](?:_?[\da-fA-F]+)+$/;
// A leading zero means octal, as in Go's strconv with base 0; 09 is then no octal number, and decimal.
const OCTAL = /^0[0-7]+$/;

// Each unit once, the larger first.
const DURATION = /^(?:(?<y>\d+)y)?(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?(?:(?<ms>\d+)ms)?$/;

/** Prometheus's year has 365 days. */
const UNITS_MS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** Prometheus counts durations in nanoseconds of 64 bits: some 292 years. */
const LONGEST_MS = 9_223_372_036_854;

/** The value of a numeral, a duration counting as its seconds; undefined when it is neither or too large. */
export function numberOf(text: string): number | undefined {
  const digits = text.replaceAll('_', '');
  if (OCTAL.test(digits)) return atMost(Number.MAX_VALUE, Number.parseInt(digits, 8));
  if (DECIMAL.test(text) || HEXADECIMAL.test(text)) return atMost(Number.MAX_VALUE, Number(digits));
  const durationMs = unitsMsOf(text);
  return durationMs === undefined ? undefined : durationMs / 1000;
}

/** Milliseconds of a duration, a plain number counting as seconds; undefined when it is neither or too large. */
export function durationMsOf(text: string): number | undefined {
  const seconds = numberOf(text);
  return seconds === undefined ? undefined : atMost(LONGEST_MS, Math.round(seconds * 1000));
}

function unitsMsOf(text: string): number | undefined {
  const groups = DURATION.exec(text)?.groups;
  if (groups === undefined) return undefined;
  let totalMs = 0;
  for (const [unit, unitMs] of Object.entries(UNITS_MS)) totalMs += Number(groups[unit] ?? 0) * unitMs;
  return atMost(LONGEST_MS, totalMs);
}

function atMost(largest: number, value: number): number | undefined {
  return value <= largest ? value : undefined;
}

/** The shortest spelling in Prometheus's units up to days: `1h30m`, `500ms`, `0s`. */
export function printDuration(durationMs: number): string {
  return `${durationMs < 0 ? '-' : ''}${formatDuration(Math.abs(durationMs))}`;
}

const ESCAPE = /\\(?:x(?<byte>[\da-fA-F]{2})|(?<octal>[0-3][0-7]{2})|u(?<short>[\da-fA-F]{4})|U(?<long>[\da-fA-F]{8})|(?<single>.))/gsu;
const SINGLES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** The text inside a quoted string with Go's escapes resolved (none in backticks); undefined when an escape is wrong. */
export function unquote(quoted: string): string | undefined {
  const mark = quoted.charAt(0);
  const inner = quoted.slice(1, -1);
  if (mark === '`') return inner;
  let text = '';
  let end = 0;
  for (const match of inner.matchAll(ESCAPE)) {
    const resolved = resolveEscape(match.groups ?? {}, mark);
    if (resolved === undefined) return undefined;
    text += inner.slice(end, match.index) + resolved;
    end = match.index + match[0].length;
  }
  return text + inner.slice(end);
}

function resolveEscape(groups: Readonly<Record<string, string | undefined>>, mark: string): string | undefined {
  const { byte, octal, short, long, single } = groups;
  if (single !== undefined) return single === mark ? mark : SINGLES[single];
  const code = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
  // Bytes from 0x80 make no character by themselves, and neither do surrogates.
  const isByte = byte !== undefined || octal !== undefined;
  if (code > (isByte ? 0x7f : 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return String.fromCodePoint(code);
}
