// What one scan says, in arrays that the next scan uses again.
import type { MalformedReason } from './line.ts';

export interface MalformedExample {
  /** Counted from 1. */
  readonly lineNumber: number;
  readonly reason: MalformedReason;
  /** The start of the line. */
  readonly text: string;
}

export interface ScanResult {
  /** Samples found; what lies behind them in the arrays is old. */
  count: number;
  /** By sample, in the order of the text: the plan's id of its line. */
  lineIds: Int32Array;
  values: Float64Array;
  /** Milliseconds since the Unix epoch; NaN where the line says no time. */
  timestampsMs: Float64Array;
  /**
   * Ids that stand for another line than before: lines seen for the first time, or again after they were forgotten.
   * Each is reported once, by a stopped scan too.
   */
  readonly newLineIds: number[];
  /** Why the scan stopped before the end of the text: more distinct lines, or more malformed ones, than `limits.series`. */
  stoppedBy: 'series' | 'malformed' | undefined;
  readonly malformed: {
    count: number;
    readonly byReason: Map<MalformedReason, number>;
    /** The first few. */
    readonly examples: MalformedExample[];
  };
}

const FIRST_CAPACITY = 1024;
const MOST_EXAMPLES = 5;
const EXAMPLE_LENGTH = 50;
const utf8 = new TextDecoder();

export function createScanResult(): ScanResult {
  return {
    count: 0,
    lineIds: new Int32Array(FIRST_CAPACITY),
    values: new Float64Array(FIRST_CAPACITY),
    timestampsMs: new Float64Array(FIRST_CAPACITY),
    newLineIds: [],
    stoppedBy: undefined,
    malformed: { count: 0, byReason: new Map(), examples: [] },
  };
}

export function clearResult(result: ScanResult): void {
  result.count = 0;
  result.newLineIds.length = 0;
  result.stoppedBy = undefined;
  result.malformed.count = 0;
  result.malformed.byReason.clear();
  result.malformed.examples.length = 0;
}

/** Doubles the arrays. */
export function growResult(result: ScanResult): void {
  const capacity = result.lineIds.length * 2;
  result.lineIds = grown(result.lineIds, new Int32Array(capacity));
  result.values = grown(result.values, new Float64Array(capacity));
  result.timestampsMs = grown(result.timestampsMs, new Float64Array(capacity));
}

function grown<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

interface MalformedLine {
  readonly lineNumber: number;
  readonly reason: MalformedReason;
  /** The whole line. */
  readonly bytes: Uint8Array;
}

export function countMalformed({ malformed }: ScanResult, { lineNumber, reason, bytes }: MalformedLine): void {
  malformed.count++;
  malformed.byReason.set(reason, (malformed.byReason.get(reason) ?? 0) + 1);
  if (malformed.examples.length >= MOST_EXAMPLES) return;
  // A character of UTF-8 has at most four bytes.
  const text = utf8.decode(bytes.subarray(0, EXAMPLE_LENGTH * 4));
  malformed.examples.push({ lineNumber, reason, text: [...text].slice(0, EXAMPLE_LENGTH).join('') });
}
