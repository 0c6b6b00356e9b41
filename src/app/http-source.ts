// Reading targets over HTTP with the credentials of the configuration in force.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../model/fetch.ts';
import { createHttpFetch, type HttpFetch } from '../scrape/fetch.ts';

export interface HttpSource {
  readonly fetch: Fetch;
  /** Other credentials from now on; connections under the old ones are closed. */
  use(config: Config): void;
  close(): Promise<void>;
}

export function createHttpSource(options: { readonly config: Config; readonly clock: Clock; readonly version: string }): HttpSource {
  const { clock, version } = options;
  const open = (config: Config): HttpFetch => createHttpFetch({ jobs: config.scrape_configs, limits: config.limits, clock, version });
  let current = open(options.config);
  const closing = new Set<Promise<void>>();
  return {
    fetch: (target, signal) => current.fetch(target, signal),
    use: (config) => {
      const closed = current.close().finally(() => closing.delete(closed));
      closing.add(closed);
      current = open(config);
    },
    close: async () => {
      await Promise.all([...closing, current.close()]);
    },
  };
}
