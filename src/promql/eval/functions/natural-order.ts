// Texts in the order that people put them in: disk2 before disk10.
import { compareTexts } from '../labels/label-order.ts';

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
