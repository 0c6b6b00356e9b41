// Instants and durations as parameters say them: seconds as a number, RFC 3339, or 5m.
import { parseFloatText } from './numbers.ts';
import { quoted } from './quoted.ts';

/** Prometheus's own bounds of time, in milliseconds: what an end that is not given stands for. */
export const MIN_TIME_MS = -9_223_309_901_257_974_000;
export const MAX_TIME_MS = -MIN_TIME_MS + 1000;

/** Their years have more digits than RFC 3339 takes, and Prometheus says them itself. */
const BOUNDS: ReadonlyMap<string, number> = new Map([
  ['-292273086-05-16T16:47:06Z', MIN_TIME_MS],
  ['292277025-08-18T07:12:54.999999999Z', MAX_TIME_MS],
]);

/** Whole milliseconds since 1970, or the problem in Prometheus's words. */
export function parseTime(text: string): number | { readonly problem: string } {
  const seconds = parseFloatText(text);
  if (seconds !== undefined) return Math.min(MAX_TIME_MS, Math.max(MIN_TIME_MS, msOf(seconds)));
  return parseRfc3339(text) ?? BOUNDS.get(text) ?? { problem: `cannot parse ${quoted(text)} to a valid timestamp` };
}

/** The fraction is rounded to milliseconds by itself, so that large times are as near as they can be. */
function msOf(seconds: number): number {
  const whole = Math.trunc(seconds);
  return whole * 1000 + Math.round((seconds - whole) * 1000);
}

const RFC3339 =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:[.,](?<fraction>\d+))?(?:Z|(?<sign>[+-])(?<zoneHour>\d\d):(?<zoneMinute>\d\d))$/;

function parseRfc3339(text: string): number | undefined {
  const groups = RFC3339.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const part = (name: string): number => Number(groups[name] ?? 0);
  const date = new Date(0);
  // Date.UTC would take the years 0 to 99 for those of the last century.
  date.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  date.setUTCHours(part('hour'), part('minute'), part('second'));
  const isReal =
    date.getUTCMonth() === part('month') - 1 &&
    date.getUTCDate() === part('day') &&
    part('minute') < 60 &&
    part('second') < 60 &&
    part('zoneHour') < 24 &&
    part('zoneMinute') < 60;
  if (!isReal) return undefined;
  const zoneMs = (part('zoneHour') * 60 + part('zoneMinute')) * 60_000 * (groups['sign'] === '-' ? -1 : 1);
  return date.getTime() - zoneMs + Number((groups['fraction'] ?? '').slice(0, 3).padEnd(3, '0'));
}

/** Largest first, as they must come. Prometheus's year has 365 days. */
const UNITS_MS = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1];
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
/** Prometheus counts nanoseconds in 64 bits: some 292 years. */
const LONGEST_MS = 2 ** 63 / 1e6;

/** Milliseconds, which may have a fraction, or the problem in Prometheus's words. */
export function parseDuration(text: string): number | { readonly problem: string } {
  const seconds = parseFloatText(text);
  if (seconds !== undefined) {
    const isTooLong = Math.abs(seconds * 1000) > LONGEST_MS;
    // Whole nanoseconds, the rest cut off.
    return isTooLong
      ? { problem: `cannot parse ${quoted(text)} to a valid duration. It overflows int64` }
      : Math.trunc(seconds * 1e9) / 1e6;
  }
  const match = text === '' ? null : DURATION.exec(text);
  const totalMs = UNITS_MS.reduce((sum, unitMs, unit) => sum + Number(match?.[unit + 1] ?? 0) * unitMs, 0);
  return match === null || totalMs > LONGEST_MS ? { problem: `cannot parse ${quoted(text)} to a valid duration` } : totalMs;
}
