// When a target was read, and when it was not though it was due: what must be known to judge a rate over its counters.

export interface Gap {
  /** When the last good reading before it was sent. */
  readonly fromMs: number;
  /** When the first good reading after it was sent. */
  readonly toMs: number;
  /**
   * Counters began anew in it, so what they counted after `fromMs` is lost: until nobody listened any more, or until `toMs` where nobody
   * saw when that was. Undefined where they went on.
   */
  readonly lostUntilMs?: number;
}

/** Of one kind of reading: scrapes, or statistics of a server's API. */
export interface ReadTimes {
  /** How far apart they should be. */
  readonly everyMs: number;
  /** When the last good one was sent. */
  readonly lastMs: number;
  /** Those that are over, the oldest first; the same list for as long as none is added. */
  readonly gaps: readonly Gap[];
}

/** A reading that comes so late was missed, or is as good as missed: the usual unevenness of scrapes is far below. */
const LATE_INTERVALS = 1.5;

/** Whether readings were missed between two good ones that should be `everyMs` apart. */
export function isGap({ fromMs, toMs }: Gap, everyMs: number): boolean {
  return toMs - fromMs > LATE_INTERVALS * everyMs;
}

/** Gaps in a row take ninety intervals at least, more than any usual window. */
const MOST_GAPS = 60;

export interface GoodReading {
  readonly sentMs: number;
  readonly everyMs: number;
  /** As in `Gap`, if there was one. */
  readonly lostUntilMs: number | undefined;
}

/** The times once one more good reading is there; `before` is undefined for the first. */
export function readAgain(before: ReadTimes | undefined, { sentMs, everyMs, lostUntilMs }: GoodReading): ReadTimes {
  if (before === undefined) return { everyMs, lastMs: sentMs, gaps: [] };
  const gap = { fromMs: before.lastMs, toMs: sentMs };
  if (!isGap(gap, everyMs)) return { everyMs, lastMs: sentMs, gaps: before.gaps };
  const told: Gap = lostUntilMs === undefined ? gap : { ...gap, lostUntilMs };
  return { everyMs, lastMs: sentMs, gaps: [...before.gaps, told].slice(-MOST_GAPS) };
}
