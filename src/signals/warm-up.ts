// After Plimsoll's own start a rate over an older server is not known until its window is covered (DESIGN rule 4).
import type { Pod } from '../model/pod.ts';
import type { Absent } from '../model/signal.ts';
import type { TargetStatus } from '../model/target.ts';
import { warmingUp } from './absence.ts';

/**
 * Undefined when the rates of this target can be trusted: it was first read a window (less one interval) ago, or it started
 * under Plimsoll's eyes, so that its counters began at zero and PromQL's own two samples are enough.
 * Only the first success counts: after an outage nothing warms up anew.
 */
export function warmUp(status: TargetStatus, about: { pod: Pod; atMs: number; windowMs: number; startedMs: number }): Absent | undefined {
  const { pod, atMs, windowMs, startedMs } = about;
  const startedLater = pod.startedMs !== undefined && pod.startedMs > startedMs;
  if (status.firstSuccessMs === undefined || status.startedUnderObservation || startedLater) return undefined;
  const knownMs = atMs - status.firstSuccessMs;
  const leftMs = windowMs - status.target.intervalMs - knownMs;
  return leftMs > 0 ? warmingUp(status, { knownMs, windowMs, leftMs }) : undefined;
}
