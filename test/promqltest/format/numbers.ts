// Numbers and durations as the test language has them, which is a little less than PromQL does.

/** Each unit once, the larger first. */
const DURATION = /^(?:(?<y>\d+)y)?(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?(?:(?<ms>\d+)ms)?$/;
const UNITS_MS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** Go counts nanoseconds in 64 bits: some 292 years. */
const LONGEST_MS = 9_223_372_036_854;

/** Milliseconds of `1h30m`; a bare `0` is the only number without a unit. Undefined when it is none, or too long. */
export function durationMsOf(text: string): number | undefined {
  if (text === '0') return 0;
  const groups = text === '' ? undefined : DURATION.exec(text)?.groups;
  if (groups === undefined) return undefined;
  let totalMs = 0;
  for (const [unit, unitMs] of Object.entries(UNITS_MS)) totalMs += Number(groups[unit] ?? 0) * unitMs;
  return totalMs <= LONGEST_MS ? totalMs : undefined;
}

/** The number at the start of a text of samples: no sign, no hexadecimal (its x would be one of repetition). */
export const UNSIGNED = /(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN]/;

const OCTAL = /^0[0-7]+$/;

/** What `UNSIGNED` found; undefined where it is too large for a float, or has underscores around a fraction. */
export function unsignedOf(text: string): number | undefined {
  const word = text.toLowerCase();
  if (word === 'inf') return Number.POSITIVE_INFINITY;
  if (word === 'nan') return Number.NaN;
  if (OCTAL.test(text)) return Number.parseInt(text, 8);
  if (text.includes('_') && !/^[1-9][\d_]*$/.test(text)) return undefined;
  const number = Number(text.replaceAll('_', ''));
  return Number.isFinite(number) ? number : undefined;
}

const ALONE = new RegExp(`^(?<sign>[+-]?)(?:(?<hexadecimal>0[xX][\\da-fA-F]+)|(?<unsigned>${UNSIGNED.source})|(?<long>[iI]nfinity))$`);

/** A line that is a number by itself: what a scalar should be. */
export function numberLineOf(line: string): number | undefined {
  const { sign, hexadecimal, unsigned, long } = ALONE.exec(line)?.groups ?? {};
  const size = long !== undefined ? Number.POSITIVE_INFINITY : hexadecimal !== undefined ? Number(hexadecimal) : unsignedOf(unsigned ?? '');
  if (sign === undefined || size === undefined) return undefined;
  return sign === '-' ? -size : size;
}
