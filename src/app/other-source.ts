// What a source is that is not asked over HTTP: a way of its own to the exposition of its targets.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../model/fetch.ts';
import type { Log } from '../model/log.ts';

/** Reads the targets of one source that is not asked over HTTP. */
export interface OtherSource {
  /** What comes back is an exposition, however it was read. */
  readonly fetch: Fetch;
  /** The configuration in force from the next scrape on; what was opened for targets that are gone is closed. */
  use(config: Config): void;
  /** Ends everything that was opened, scrapes that are under way included. */
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: the process's. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
}
