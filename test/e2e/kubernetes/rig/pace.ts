// How fast Plimsoll, and what is asked of it, goes in tests that are not about its pace.
import { isFull } from '../run-folder.ts';

interface Pace {
  /** Laid over Plimsoll's shipped configuration. */
  readonly settings: object;
  /** From its start, or the first scrape, until it is ready; on a busy machine. */
  readonly readyMs: number;
  /** `periodSeconds` of its readiness probe, in milliseconds. */
  readonly probeEveryMs: number;
  /** Of the HPA controller. */
  readonly syncMs: number;
  /**
   * How far a value may be from the truth, as a share of it. A scrape that is answered a second late, on a busy machine, is a tenth of a window of
   * ten seconds; a pod that is missing from a sum of two is half of it.
   */
  readonly tolerance: number;
}

/** The whole has what ships. The short form has a window of ten seconds, and more patience with scrapes than half of their interval. */
export function pace(): Pace {
  if (isFull()) return { settings: {}, readyMs: 150_000, probeEveryMs: 5000, syncMs: 15_000, tolerance: 0.1 };
  const settings = { scrape: { interval: '2s', timeout: '2s' }, signals: { window: '10s' } };
  return { settings, readyMs: 60_000, probeEveryMs: 1000, syncMs: 5000, tolerance: 0.25 };
}
