// What became of files, as lines for people.
import type { CaseReport, FileReport } from './run-file.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A mistake in the file's language counts as one that failed. */
export function countsOf({ cases, mistake }: FileReport): Counts {
  const count = (kind: string): number => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return { passed: count('passed'), failed: count('failed') + (mistake === undefined ? 0 : 1), skipped: count('skipped') };
}

export function sumOf(counts: readonly Counts[]): Counts {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of counts) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Each failure with its place, the question, and what differs. */
export function failureLines(file: string, { cases, mistake }: FileReport): readonly string[] {
  const lines = cases.flatMap((each) => caseLines(file, each));
  if (mistake !== undefined) lines.push(`${file}:${mistake.line}: cannot read the file: ${mistake.message}`);
  return lines;
}

function caseLines(file: string, { command, outcome }: CaseReport): readonly string[] {
  if (outcome.kind !== 'failed') return [];
  const form = outcome.form === undefined ? [] : [`  ${outcome.form}`];
  return [`${file}:${command.line}: ${command.text}`, ...form, `  expected ${outcome.expected}`, `  got      ${outcome.got}`];
}

/** Why questions were left out and how many, the most frequent reason first. */
export function skippedLines(reports: readonly FileReport[]): readonly string[] {
  const reasons = new Map<string, number>();
  for (const { outcome } of reports.flatMap(({ cases }) => cases)) {
    if (outcome.kind === 'skipped') reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1);
  }
  const lines = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `skipped ${count}: ${reason}`);
  const series = reports.reduce((sum, { seriesLeftOut }) => sum + seriesLeftOut, 0);
  return series === 0 ? lines : [...lines, `not loaded: ${series} series of native histograms`];
}
