// A rate is not known before its window is covered: after Plimsoll's own start, and after scrapes that were missed (DESIGN rule 4).
import type { Pod } from '../model/pod.ts';
import type { Absent } from '../model/signal.ts';
import type { TargetStatus } from '../model/target.ts';
import { missedReadings, warmingUp } from './absence.ts';
import type { SignalRow } from './catalogue.ts';
import { type Unknown, unknownsOf } from './missed.ts';

interface WarmUp {
  readonly row: SignalRow;
  readonly pod: Pod;
  readonly windowMs: number;
  /** When Plimsoll started. */
  readonly startedMs: number;
}

/** From when on the signal's rates over this target can be trusted; there may be times before at which they can be too. */
export function warmFromMs(status: TargetStatus, about: WarmUp): number {
  if (!readsRates(about.row)) return Number.NEGATIVE_INFINITY;
  return Math.max(sinceStartMs(status, about), ...unknowns(status, about).map(({ toMs }) => toMs));
}

/** Why they cannot be trusted at a time; undefined when they can, and for signals without rates. */
export function warmUp(status: TargetStatus, about: WarmUp & { readonly atMs: number }): Absent | undefined {
  const { row, atMs, windowMs } = about;
  if (!readsRates(row)) return undefined;
  const leftMs = sinceStartMs(status, about) - atMs;
  const knownMs = atMs - (status.firstSuccessMs ?? atMs);
  if (leftMs > 0) return warmingUp(status, { knownMs, windowMs, leftMs });
  const unknown = unknowns(status, about).find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return unknown && missedReadings(status, { ...unknown, row, atMs, windowMs });
}

function readsRates({ window }: SignalRow): boolean {
  return window === 'rate' || window === 'statistics';
}

function unknowns({ scrapes, statistics }: TargetStatus, { row, windowMs }: WarmUp): readonly Unknown[] {
  const readings = row.window === 'statistics' ? statistics : scrapes;
  return readings === undefined ? [] : unknownsOf(readings, windowMs);
}

/**
 * A target was first read a window (less one interval) before, or it started under Plimsoll's eyes, so that its counters began at zero and
 * PromQL's own two samples are enough.
 */
function sinceStartMs(status: TargetStatus, { pod, windowMs, startedMs }: WarmUp): number {
  const startedLater = pod.startedMs !== undefined && pod.startedMs > startedMs;
  if (status.firstSuccessMs === undefined || status.startedUnderObservation || startedLater) return Number.NEGATIVE_INFINITY;
  return status.firstSuccessMs + windowMs - status.target.intervalMs;
}
