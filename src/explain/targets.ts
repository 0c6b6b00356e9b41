// Targets as people see them: how the last attempts went, without secrets.
import { isLive, type TargetStatus } from '../model/target.ts';

export interface TargetDocument {
  readonly id: string;
  /** Its label `instance`. */
  readonly instance: string;
  readonly job: string;
  readonly source: string;
  readonly url: string;
  /** `late`: its last scrape succeeded, and the next one is overdue. */
  readonly state: 'up' | 'down' | 'late' | 'unread';
  readonly lastScrape?: string;
  readonly lastSuccess?: string;
  readonly durationSeconds?: number;
  readonly intervalSeconds: number;
  readonly samples: number;
  readonly consecutiveFailures: number;
  readonly error?: { readonly failure: string; readonly message: string };
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export function targetDocument(status: TargetStatus, atMs: number): TargetDocument {
  const { target, lastAttemptMs, lastSuccessMs, lastDurationMs, lastError, samples, consecutiveFailures, warnings } = status;
  return {
    id: target.id,
    instance: target.labels.get('instance') ?? target.job,
    job: target.job,
    source: target.source,
    url: target.url,
    state: stateOf(status, atMs),
    ...(lastAttemptMs !== undefined && { lastScrape: isoTime(lastAttemptMs) }),
    ...(lastSuccessMs !== undefined && { lastSuccess: isoTime(lastSuccessMs) }),
    ...(lastDurationMs !== undefined && { durationSeconds: lastDurationMs / 1000 }),
    intervalSeconds: target.intervalMs / 1000,
    samples,
    consecutiveFailures,
    ...(lastError !== undefined && { error: lastError }),
    warnings,
  };
}

function stateOf(status: TargetStatus, atMs: number): TargetDocument['state'] {
  if (isLive(status, atMs)) return 'up';
  if (status.lastError !== undefined) return 'down';
  return status.lastSuccessMs === undefined ? 'unread' : 'late';
}

/** Milliseconds since 1970 as people and programs read them. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
