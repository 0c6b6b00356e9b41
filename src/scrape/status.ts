// How a target's status follows from its attempts.
import type { DescribeResult } from '../model/description.ts';
import type { Warning } from '../model/fact.ts';
import type { IngestResult } from '../model/pipeline.ts';
import { readAgain } from '../model/read-times.ts';
import { isLive, type ScrapeError, type Target, type TargetStatus } from '../model/target.ts';

/** One finished attempt. */
export interface Attempt {
  readonly sentMs: number;
  readonly endedMs: number;
  readonly outcome: AttemptOutcome;
}

type ReadOutcome = Omit<Extract<IngestResult, { kind: 'ingested' }>, 'kind'> & { readonly kind: 'read' };

export type AttemptOutcome = ReadOutcome | FailedOutcome;

export interface FailedOutcome {
  readonly kind: 'failed';
  readonly error: ScrapeError;
  /** What a stage threw, where none should. */
  readonly thrown?: unknown;
}

/** Of a target that was not read yet. */
export function initialStatus(target: Target): TargetStatus {
  return { target, startedUnderObservation: false, consecutiveFailures: 0, samples: 0, warnings: [] };
}

/** The status once one more attempt is over. Fields are named one by one: copying an object with rests and spreads costs microseconds. */
export function statusAfter(status: TargetStatus, attempt: Attempt): TargetStatus {
  const { sentMs, endedMs, outcome } = attempt;
  const { target, startedUnderObservation, firstSuccessMs, lastSuccessMs, refusedSinceMs, consecutiveFailures } = status;
  const { scrapes, statistics } = status;
  const lastDurationMs = endedMs - sentMs;
  if (outcome.kind === 'read') {
    return {
      target,
      lastAttemptMs: sentMs,
      lastDurationMs,
      lastSuccessMs: endedMs,
      firstSuccessMs: firstSuccessMs ?? sentMs,
      scrapes: readAgain(scrapes, {
        sentMs,
        everyMs: target.intervalMs,
        lostUntilMs: outcome.beganAnew === true ? (refusedSinceMs ?? sentMs) : undefined,
      }),
      statistics,
      startedUnderObservation,
      consecutiveFailures: 0,
      samples: outcome.samples,
      warnings: outcome.warnings,
    };
  }
  return {
    target,
    lastAttemptMs: sentMs,
    lastDurationMs,
    ...(lastSuccessMs === undefined ? {} : { lastSuccessMs }),
    ...(firstSuccessMs === undefined ? {} : { firstSuccessMs }),
    ...(outcome.error.failure === 'refused' ? { refusedSinceMs: refusedSinceMs ?? sentMs } : {}),
    scrapes,
    statistics,
    lastError: outcome.error,
    startedUnderObservation: startedUnderObservation || (outcome.error.failure === 'refused' && firstSuccessMs === undefined),
    consecutiveFailures: consecutiveFailures + 1,
    samples: 0,
    warnings: status.warnings,
  };
}

/** What a target's API answered. */
export interface Told {
  readonly result: DescribeResult;
  /** When the question was sent, and how often it is asked. */
  readonly sentMs: number;
  readonly everyMs: number;
  /** About the target from now on. */
  readonly warnings: readonly Warning[];
}

/** The status once the target was asked about itself. */
export function statusTold(status: TargetStatus, { result, sentMs, everyMs, warnings }: Told): TargetStatus {
  if (result.kind === 'failed' || result.statistics.length === 0) return { ...status, warnings };
  const { scrapes, statistics } = status;
  // Where its counters began anew, what it tells of its instances did too.
  const sinceMs = statistics?.lastMs ?? sentMs;
  const lostUntilMs = scrapes?.gaps.findLast((gap) => gap.lostUntilMs !== undefined && gap.toMs > sinceMs)?.lostUntilMs;
  return { ...status, warnings, statistics: readAgain(statistics, { sentMs, everyMs, lostUntilMs }) };
}

/** True when the second status, which came after the first, differs in more than times, durations and counts, or ends a time in which nothing came. */
export function saysOtherThings(one: TargetStatus, other: TargetStatus): boolean {
  if (other.lastSuccessMs !== undefined && other.lastSuccessMs !== one.lastSuccessMs && !isLive(one, other.lastSuccessMs)) return true;
  if ((one.lastError === undefined) !== (other.lastError === undefined)) return true;
  if (one.firstSuccessMs !== other.firstSuccessMs || one.startedUnderObservation !== other.startedUnderObservation) return true;
  if (one.scrapes?.gaps !== other.scrapes?.gaps || one.statistics?.gaps !== other.statistics?.gaps) return true;
  return !isSameWarnings(one.warnings, other.warnings);
}

function isSameWarnings(one: readonly Warning[], other: readonly Warning[]): boolean {
  return one.length === other.length && one.every(({ code, message }, at) => code === other[at]?.code && message === other[at]?.message);
}
