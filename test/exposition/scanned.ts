// Scans as plain data, so that tests can compare them.
import type { MalformedReason } from '../../src/exposition/line.ts';
import { createScanPlan, type ScanPlan } from '../../src/exposition/plan.ts';
import { createScanResult } from '../../src/exposition/result.ts';
import type { ScanLimits } from '../../src/exposition/run.ts';
import { scan } from '../../src/exposition/scan.ts';
import { labelsKey, METRIC_NAME } from '../../src/model/labels.ts';
import type { MetricType } from '../../src/model/line.ts';

export const LIMITS: ScanLimits = { lineBytes: 16 * 1024, labelsPerLine: 64, series: 20_000 };

export interface Scanned {
  readonly samples: readonly { readonly name: string; readonly key: string; readonly value: number; readonly timestampMs: number }[];
  readonly newLines: readonly { readonly key: string; readonly type: MetricType }[];
  readonly malformed: readonly { readonly lineNumber: number; readonly reason: MalformedReason; readonly text: string }[];
  readonly malformedCount: number;
  readonly byReason: Readonly<Record<string, number>>;
  readonly families: readonly string[];
  readonly stoppedBy: 'series' | 'malformed' | undefined;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function scanned(text: string | Uint8Array, options: { plan?: ScanPlan; limits?: ScanLimits } = {}): Scanned {
  const { plan = createScanPlan(), limits = LIMITS } = options;
  const into = createScanResult();
  // A copy that is wiped afterwards: a plan must not hold on to the bytes it was given.
  const bytes = typeof text === 'string' ? bytesOf(text) : Uint8Array.from(text);
  scan(bytes, { plan, limits, into });
  bytes.fill(0);
  const samples: Scanned['samples'][number][] = [];
  for (let index = 0; index < into.count; index++) {
    const { labels } = plan.line(into.lineIds[index] ?? -1);
    samples.push({
      name: labels.get(METRIC_NAME) ?? '',
      key: labelsKey(labels),
      value: into.values[index] ?? 0,
      timestampMs: into.timestampsMs[index] ?? 0,
    });
  }
  const newLines = into.newLineIds.map((id) => ({ key: labelsKey(plan.line(id).labels), type: plan.line(id).type }));
  return {
    samples,
    newLines,
    malformed: [...into.malformed.examples],
    malformedCount: into.malformed.count,
    byReason: Object.fromEntries([...into.malformed.byReason].sort()),
    families: [...plan.declaredFamilies()].sort(),
    stoppedBy: into.stoppedBy,
  };
}
