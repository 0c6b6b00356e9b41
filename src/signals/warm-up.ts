// After Plimsoll's own start a rate over an older server is not known until its window is covered (DESIGN rule 4).
import type { Pod } from '../model/pod.ts';
import type { Absent } from '../model/signal.ts';
import type { TargetStatus } from '../model/target.ts';
import { warmingUp } from './absence.ts';

interface WarmUp {
  readonly pod: Pod;
  readonly windowMs: number;
  /** When Plimsoll started. */
  readonly startedMs: number;
}

/**
 * From when the rates of this target can be trusted: it was first read a window (less one interval) ago, or it started
 * under Plimsoll's eyes, so that its counters began at zero and PromQL's own two samples are enough.
 * Only the first success counts: after an outage nothing warms up anew.
 */
export function warmFromMs(status: TargetStatus, { pod, windowMs, startedMs }: WarmUp): number {
  const startedLater = pod.startedMs !== undefined && pod.startedMs > startedMs;
  if (status.firstSuccessMs === undefined || status.startedUnderObservation || startedLater) return Number.NEGATIVE_INFINITY;
  return status.firstSuccessMs + windowMs - status.target.intervalMs;
}

/** Why its rates cannot be trusted yet; undefined when they can. */
export function warmUp(status: TargetStatus, about: WarmUp & { readonly atMs: number }): Absent | undefined {
  const { atMs, windowMs } = about;
  const leftMs = warmFromMs(status, about) - atMs;
  const knownMs = atMs - (status.firstSuccessMs ?? atMs);
  return leftMs > 0 ? warmingUp(status, { knownMs, windowMs, leftMs }) : undefined;
}
