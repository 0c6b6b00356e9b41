// The outcomes of some pods become one answer.
import type { Coverage, SignalAnswer } from '../model/signal.ts';
import { noSkew, notFinite, undefinedRatio } from './absence.ts';
import type { SignalRow } from './catalogue.ts';
import { coverageGap, coverageOf, nothingRead } from './coverage.ts';
import type { PodOutcome } from './outcome.ts';
import { later, type Reading } from './readings.ts';
import { reduce } from './reduce.ts';
import { loadsOf, pinnedPods, pinnedWarning, skewOf } from './skew.ts';

/** What all answers from one evaluation share. */
export interface AnswerBasis {
  readonly row: SignalRow;
  readonly atMs: number;
  /** Range that was read; undefined for an instantaneous signal. */
  readonly windowMs: number | undefined;
  readonly coverageRule: 'estimate' | 'strict';
  readonly warnings: readonly string[];
}

export function answerOf(outcomes: readonly PodOutcome[], basis: AnswerBasis): SignalAnswer {
  const { row, coverageRule, windowMs } = basis;
  const readings = readingsOf(outcomes);
  if (readings.length === 0) return nothingRead(outcomes);
  const coverage = coverageOf(outcomes);
  const gap = coverageGap(coverage, coverageRule);
  if (gap !== undefined) return gap;
  if (row.across === 'skew') return skewAnswer(outcomes, { ...basis, coverage, readings });
  const estimated = row.across === 'sum' && coverage.contributing < coverage.expected;
  const reduced = reduce(row.across, readings);
  if (Number.isNaN(reduced)) return undefinedRatio(row);
  // Missing pods are taken to be like the others, which is what Σ ÷ Σ takes for granted too.
  const value = estimated ? (reduced * coverage.expected) / coverage.contributing : reduced;
  if (!Number.isFinite(value)) return notFinite(row, value);
  return {
    kind: 'value',
    value,
    ...freshness(readings, basis),
    ...(windowMs === undefined ? {} : { windowMs }),
    coverage,
    estimated,
  };
}

function skewAnswer(
  outcomes: readonly PodOutcome[],
  basis: AnswerBasis & { readonly coverage: Coverage; readonly readings: readonly Reading[] },
): SignalAnswer {
  const { atMs, windowMs = 0, coverage, readings, warnings } = basis;
  const loads = loadsOf(outcomes);
  const value = skewOf(loads);
  if (typeof value === 'string') return noSkew(value);
  const pinned = pinnedPods(loads, { atMs, windowMs });
  const told = pinned.length === 0 ? warnings : [...warnings, pinnedWarning(pinned)];
  return {
    kind: 'value',
    value,
    ...freshness(readings, { ...basis, warnings: told }),
    windowMs,
    coverage,
    estimated: false,
    isPinned: pinned.length > 0,
  };
}

/** Most answers are one pod's. */
function readingsOf(outcomes: readonly PodOutcome[]): readonly Reading[] {
  const [first] = outcomes;
  if (outcomes.length === 1 && first?.kind === 'read') return first.readings;
  return outcomes.flatMap((outcome) => (outcome.kind === 'read' ? outcome.readings : []));
}

function freshness(readings: readonly Reading[], { atMs, warnings }: AnswerBasis): { newestMs: number; warnings: readonly string[] } {
  let newestMs: number | undefined;
  for (const reading of readings) newestMs = later(newestMs, reading.newestMs);
  if (newestMs !== undefined) return { newestMs, warnings };
  return {
    newestMs: atMs,
    warnings: [...warnings, 'the time stamp is that of the evaluation: the engine does not say when its samples were taken'],
  };
}
