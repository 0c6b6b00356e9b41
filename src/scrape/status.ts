// How a target's status follows from its attempts.
import type { Warning } from '../model/fact.ts';
import type { IngestResult } from '../model/pipeline.ts';
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

/** The status once one more attempt is over. */
export function statusAfter(status: TargetStatus, attempt: Attempt): TargetStatus {
  const { upSinceMs, lastError: _, ...kept } = status;
  const { sentMs, endedMs, outcome } = attempt;
  const next = { ...kept, lastAttemptMs: sentMs, lastDurationMs: endedMs - sentMs };
  if (outcome.kind === 'read') {
    return {
      ...next,
      lastSuccessMs: endedMs,
      firstSuccessMs: status.firstSuccessMs ?? sentMs,
      upSinceMs: upSinceMs ?? sentMs,
      consecutiveFailures: 0,
      samples: outcome.samples,
      warnings: outcome.warnings,
    };
  }
  const sawItStart = outcome.error.failure === 'refused' && status.firstSuccessMs === undefined;
  return {
    ...next,
    lastError: outcome.error,
    startedUnderObservation: status.startedUnderObservation || sawItStart,
    consecutiveFailures: status.consecutiveFailures + 1,
    samples: 0,
  };
}

/** True when the second status, which came after the first, differs in more than times, durations and counts, or ends a time in which nothing came. */
export function saysOtherThings(one: TargetStatus, other: TargetStatus): boolean {
  if (other.lastSuccessMs !== undefined && other.lastSuccessMs !== one.lastSuccessMs && !isLive(one, other.lastSuccessMs)) return true;
  if ((one.lastError === undefined) !== (other.lastError === undefined)) return true;
  if (one.firstSuccessMs !== other.firstSuccessMs || one.startedUnderObservation !== other.startedUnderObservation) return true;
  return !isSameWarnings(one.warnings, other.warnings);
}

function isSameWarnings(one: readonly Warning[], other: readonly Warning[]): boolean {
  return one.length === other.length && one.every(({ code, message }, at) => code === other[at]?.code && message === other[at]?.message);
}
