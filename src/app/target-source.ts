// How each target is read: over HTTP, or by what its source has instead, which is loaded when the first such target is read.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../model/fetch.ts';
import type { Log } from '../model/log.ts';
import type { SourceName } from '../model/target.ts';
import { createHttpSource, type HttpSource } from './http-source.ts';

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
}

type Open = (options: OpenOptions) => Promise<OtherSource>;

/** A source that is no row here is asked over HTTP. */
export const OTHER_SOURCES: Readonly<Partial<Record<SourceName, Open>>> = {
  riva: async (options) => (await import('../sources/riva/source.ts')).createRivaSource(options),
};

export interface TargetSourceOptions extends OpenOptions {
  /** Plimsoll's own, said in the User-Agent. */
  readonly version: string;
  /** Default: `OTHER_SOURCES`. */
  readonly others?: Readonly<Partial<Record<SourceName, Open>>>;
}

export function createTargetSource({ others = OTHER_SOURCES, ...options }: TargetSourceOptions): HttpSource {
  const http = createHttpSource(options);
  const opened = new Map<SourceName, Promise<OtherSource>>();
  let { config } = options;
  const other = (source: SourceName, open: Open): Promise<OtherSource> => {
    const one = opened.get(source) ?? open({ ...options, config });
    opened.set(source, one);
    return one;
  };
  return {
    fetch: async (target, signal) => {
      const open = others[target.source];
      return open === undefined ? http.fetch(target, signal) : (await other(target.source, open)).fetch(target, signal);
    },
    fetchJson: http.fetchJson,
    use: (next) => {
      config = next;
      http.use(next);
      // One that could not be opened has said so to who reads its targets.
      for (const one of opened.values()) void one.then((source) => source.use(next)).catch(() => {});
    },
    close: async () => {
      const others = [...opened.values()].map(async (one) => (await one).close());
      await Promise.allSettled(others);
      await http.close();
    },
  };
}
