// What `scrape` hands the bytes to: exposition, sources, facts and store behind one door.
import type { DescribeResult, ModelVersion } from './description.ts';
import type { Warning } from './fact.ts';
import type { ScrapeError, Target } from './target.ts';

export type IngestResult =
  | {
      readonly kind: 'ingested';
      /** Samples in the text, duplicates and malformed lines left out. */
      readonly samples: number;
      /** What people should know about the target's numbers. */
      readonly warnings: readonly Warning[];
      /** What the target's API should be asked about: another object when it changed. Undefined: the API is not asked. */
      readonly describable?: ReadonlyMap<string, ModelVersion> | undefined;
      /** True when scrapes were missed before this one, and counters began anew in that time. */
      readonly beganAnew?: boolean;
    }
  | { readonly kind: 'failed'; readonly error: ScrapeError };

/** How an attempt went, for the series that every target has (`up`, `scrape_duration_seconds`, `scrape_samples_scraped`, `scrape_interval_seconds`). */
export interface ScrapeReport {
  readonly up: boolean;
  readonly durationSeconds: number;
  readonly samples: number;
}

export interface Pipeline {
  /** Reads one exposition said at `sentMs`. When it fails nothing of it is kept and every row of the target is stale. */
  ingest(target: Target, bytes: Uint8Array, sentMs: number): IngestResult;
  /** Called once after every attempt, ingested or not; a failed attempt makes every row of the target stale. */
  report(target: Target, sentMs: number, report: ScrapeReport): void;
  /** What the target's API answered to a question sent at `sentMs`. Returns the warnings about the target from now on. */
  describe(target: Target, result: DescribeResult, sentMs: number): readonly Warning[];
  /** The target left discovery: all its rows are freed. */
  forget(target: Target): void;
}
