// Texts in the order that people put them in: disk2 before disk10. And bytes' order, for what is left.
import type { Labels } from '../../../model/labels.ts';

/** Runs of digits, and what lies between them. */
const CHUNKS = /\d+|[^\d]+/g;
/** What Go reads as an integer; longer runs of digits are texts. */
const LARGEST_INTEGER = 2n ** 63n - 1n;

/** Below zero when `one` comes first. Numbers within the texts count as such. */
export function compareNaturally(one: string, other: string): number {
  const ones = one.match(CHUNKS) ?? [];
  const others = other.match(CHUNKS) ?? [];
  for (const [at, chunk] of ones.entries()) {
    const beside = others[at];
    if (beside === undefined) return 1;
    const order = compareChunks(chunk, beside);
    if (order !== 0) return order;
  }
  // Equal so far: the shorter one first, and 01 is no less than 1.
  return ones.length <= others.length && one !== other ? -1 : 1;
}

/** By code points, which is the order of the bytes in UTF-8. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const left = one.charCodeAt(at);
    const right = other.charCodeAt(at);
    if (left === right) continue;
    // Surrogates stand for what comes after all other characters.
    const isSurrogate = left >= 0xd800 && left < 0xe000;
    if (isSurrogate !== (right >= 0xd800 && right < 0xe000)) return isSurrogate ? 1 : -1;
    return left - right;
  }
  return one.length - other.length;
}

/** Label by label in the order of their names. */
export function compareLabels(one: Labels, other: Labels): number {
  const ones = [...one].sort(([left], [right]) => compareTexts(left, right));
  const others = [...other].sort(([left], [right]) => compareTexts(left, right));
  for (const [at, [name, value]] of ones.entries()) {
    const [besideName, besideValue] = others[at] ?? [];
    if (besideName === undefined || besideValue === undefined) return 1;
    const order = compareTexts(name, besideName) || compareTexts(value, besideValue);
    if (order !== 0) return order;
  }
  return ones.length - others.length;
}

function compareChunks(one: string, other: string): number {
  const left = integerOf(one);
  const right = integerOf(other);
  if (left === undefined || right === undefined) return compareTexts(one, other);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function integerOf(chunk: string): bigint | undefined {
  if (!/^\d/.test(chunk)) return undefined;
  const value = BigInt(chunk);
  return value > LARGEST_INTEGER ? undefined : value;
}
