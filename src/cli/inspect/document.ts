// One whole exposition as the pipeline reads it: every line with its value, what was declared, and what could not be read.
import { createScanPlan } from '../../exposition/plan.ts';
import { createScanResult, type MalformedExample } from '../../exposition/result.ts';
import { scan } from '../../exposition/scan.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { Line } from '../../model/line.ts';

interface Sample {
  /** The metric's name. */
  readonly name: string;
  readonly line: Line;
  readonly value: number;
  /** The line's own time; NaN where it says none. */
  readonly timestampMs: number;
}

export interface Document {
  /** Declared by a comment or a sample: families without a sample are there too. */
  readonly families: ReadonlySet<string>;
  readonly samples: readonly Sample[];
  readonly malformed: number;
  /** The first few malformed lines. */
  readonly examples: readonly MalformedExample[];
  /** True when a limit ended the reading before the text did. */
  readonly cut: boolean;
}

/** The defaults of `limits` in the configuration, which offline commands do not read. */
export const LIMITS = { bodyBytes: 16 * 1024 * 1024, lineBytes: 16 * 1024, labelsPerLine: 64, series: 20_000 };

export const EMPTY_DOCUMENT: Document = { families: new Set(), samples: [], malformed: 0, examples: [], cut: false };

export function readDocument(bytes: Uint8Array): Document {
  const plan = createScanPlan();
  const result = createScanResult();
  scan(bytes, { plan, limits: LIMITS, into: result });
  const samples: Sample[] = [];
  for (const [index, id] of result.lineIds.subarray(0, result.count).entries()) {
    const line = plan.line(id);
    samples.push({
      name: line.labels.get(METRIC_NAME) ?? '',
      line,
      value: result.values[index] ?? Number.NaN,
      timestampMs: result.timestampsMs[index] ?? Number.NaN,
    });
  }
  const { count, examples } = result.malformed;
  return { families: plan.declaredFamilies(), samples, malformed: count, examples, cut: result.stoppedBy !== undefined };
}
