// Why an answer is refused: the limit it passed, and what to change.
import type { Limits } from '../../config/schema.ts';
import type { ScanResult } from '../../exposition/result.ts';
import type { ScrapeError } from '../../model/target.ts';

/** How many texts of the largest size are kept of one target: a rollout replaces every series of an exporter, canonical ones included. */
const KEPT_TEXTS = 4;
/** Room for what Plimsoll itself writes at a target: the report of a scrape, and facts. */
const OWN_SERIES = 16;

/** The limit that ended the scan of a text; undefined when it was read to its end. */
export function stoppedBy({ stoppedBy: cause }: ScanResult, { series_per_target: limit }: Limits): ScrapeError | undefined {
  if (cause === undefined) return undefined;
  if (cause === 'malformed') {
    return {
      failure: 'not-text',
      message: `cannot read the answer as Prometheus text: more than ${limit} of its lines are malformed; is it an exposition?`,
    };
  }
  return {
    failure: 'series-limit',
    message: `cannot read the answer: it has more than ${limit} series; drop some at their source, or raise limits.series_per_target`,
  };
}

/** One target that says other series at every scrape must not use up what all of them share. */
export function keptTooMany(rows: number, { series_per_target: limit }: Limits): ScrapeError | undefined {
  if (rows < KEPT_TEXTS * limit + OWN_SERIES) return undefined;
  return {
    failure: 'series-limit',
    message:
      `cannot keep the answer: the target said ${rows} different series within the retention, and ${KEPT_TEXTS} times limits.series_per_target (${limit}) are kept; ` +
      'find the label that changes, or raise the limit',
  };
}

export function storeFull({ series }: Limits): ScrapeError {
  return {
    failure: 'series-limit',
    message: `cannot keep the answer: all targets together have reached ${series} series; scrape fewer, or raise limits.series`,
  };
}
