// Numbers as Go's strconv reads and writes them, which is what clients of Prometheus see.
import { notFinite } from '../lib/go-float.ts';
import { quoted } from './quoted.ts';

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A finite decimal number; undefined for anything else. Infinity and NaN, which Go takes too, are neither times nor durations. */
export function parseFloatText(text: string): number | undefined {
  const value = FLOAT.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

const INTEGER = /^[+-]?\d+$/;
/** Go's int has 64 bits. */
const LARGEST_INTEGER = 2n ** 63n - 1n;

/** A whole number, or the problem in Go's words. Beyond 2^53 it is a little off, which as a limit is none. */
export function parseInteger(text: string): number | string {
  if (!INTEGER.test(text)) return `strconv.Atoi: parsing ${quoted(text)}: invalid syntax`;
  const value = BigInt(text.slice(0, MOST_DIGITS).replace('+', ''));
  const isOut = text.length > MOST_DIGITS || value > LARGEST_INTEGER || value < -LARGEST_INTEGER - 1n;
  return isOut ? `strconv.Atoi: parsing ${quoted(text)}: value out of range` : Number(value);
}

/** More than any number of 64 bits has; reading further would take time. */
const MOST_DIGITS = 40;

/** From here on and up to there JavaScript writes numbers without an exponent too. */
const LEAST_PLAIN = 1e-6;
const LEAST_LARGE = 1e21;

/** A sample's value: the fewest digits that mean it, with an exponent (of two digits at least) below 1e-6 and from 1e21 on. */
export function writeSampleValue(value: number): string {
  const size = Math.abs(value);
  if (size >= LEAST_PLAIN && size < LEAST_LARGE) return String(value);
  const special = notFinite(value);
  if (special !== undefined) return special;
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const at = text.indexOf('e');
  return at === -1 || text.length - at > 3 ? text : `${text.slice(0, at + 2)}0${text.slice(at + 2)}`;
}

/** Seconds with as many decimals as whole milliseconds need; parts of a millisecond are cut off. */
export function writeTime(timeMs: number): string {
  return String(Math.floor(timeMs) / 1000);
}
