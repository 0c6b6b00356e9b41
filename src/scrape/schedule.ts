// When each target is due: at its own fixed phase of every interval, for as long as it exists.
import { hashOfText } from '../lib/hash.ts';

/** How often the scraper looks for due targets: one timer for all costs a fraction of one for each. */
export const TICK_MS = 100;

/**
 * The target's place inside its interval, in milliseconds from 0 up to `intervalMs`. It comes from the id alone,
 * so that targets spread evenly and stay put over restarts and reloads.
 */
export function phaseOf(id: string, intervalMs: number): number {
  return Math.floor((hashOfText(id) / 2 ** 32) * intervalMs);
}

/**
 * The instant after an attempt that started at `startedMs`, as epoch milliseconds: the next of phase + k × interval, however long
 * the attempt takes, so nothing drifts and what was missed is skipped. An instant nearer than a quarter of the interval is skipped too:
 * it is there after the first scrape of a target, which does not wait for its phase, and after a stall.
 */
export function nextDueMs(slot: { phaseMs: number; intervalMs: number }, startedMs: number): number {
  const { phaseMs, intervalMs } = slot;
  const earliestMs = startedMs + intervalMs / 4;
  return phaseMs + Math.ceil((earliestMs - phaseMs) / intervalMs) * intervalMs;
}
