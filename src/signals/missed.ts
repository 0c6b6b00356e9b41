// What a gap in the readings of a target does to rates over its counters, and for how long.
import type { Gap, ReadTimes } from '../model/read-times.ts';

/** An instant is in it from `fromMs` up to, not including, `toMs`. */
export interface Unknown {
  readonly gap: Gap;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Of a counter that was read before a gap and after it, both within the window, PromQL's `rate` is right: what it grew by in the gap is
 * counted. Once the reading before the gap has left the window, the first one after it is continued back for half an interval only
 * (`extrapolatedRate` in promql/functions.go; wholly where it is less than 1.1 intervals from the start of the window), and the rate of a
 * steady counter is too low by the rest. With the window W, the interval i and a gap g it is so by (g − i ÷ 2) ÷ W at first, and by less
 * with every second, until the gap has left the window:
 *
 * | i, W | 1 lost | 2 | 3 | 7 | 12 |
 * |---|---|---|---|---|---|
 * | 5 s, 60 s | 12.5 % | 20.8 % | 29.2 % | 62.5 % | all |
 * | 15 s, 60 s | 37.5 % | 62.5 % | all | | |
 *
 * The test of this file measures that with the embedded engine. A rate that is too low by no more than this all the time is served: what
 * loses a scrape now and then, or every third, would else be absent again and again. It is so for less than ten seconds, where an
 * autoscaler looks every fifteen and takes the highest of five minutes before it scales down.
 */
const MOST_OFF_IN_A_SHORT_GAP = 0.15;
/** After any other gap a rate is served again when it is too low by no more than this: half of the 10 % that an autoscaler lets pass. */
const MOST_OFF_AFTER_A_GAP = 0.05;

/** When a rate over the window is not known for a gap; undefined where it is near enough all the time. */
function unknownFor(gap: Gap, { everyMs, windowMs }: { readonly everyMs: number; readonly windowMs: number }): Unknown | undefined {
  const endMs = gap.lostUntilMs ?? gap.toMs;
  if (endMs - gap.fromMs - everyMs / 2 <= MOST_OFF_IN_A_SHORT_GAP * windowMs) return undefined;
  // What was lost is missing as soon as the target is read again, what was not counted in time only when the window begins in the gap.
  const fromMs = gap.lostUntilMs === undefined ? gap.fromMs + windowMs : gap.toMs;
  // Within one interval PromQL continues the first sample wholly; and every restart loses so much.
  const nearEnoughMs = Math.max(everyMs, everyMs / 2 + MOST_OFF_AFTER_A_GAP * windowMs);
  return { gap, fromMs, toMs: endMs + windowMs - nearEnoughMs };
}

/** Of all gaps. */
export function unknownsOf({ gaps, everyMs }: ReadTimes, windowMs: number): readonly Unknown[] {
  return gaps.flatMap((gap) => unknownFor(gap, { everyMs, windowMs }) ?? []);
}
