// Reading targets over HTTP with the credentials of the configuration in force.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch, FetchJson } from '../model/fetch.ts';
import { createHttpFetch, type HttpFetch } from '../scrape/fetch.ts';

export interface HttpSource {
  readonly fetch: Fetch;
  readonly fetchJson: FetchJson;
  /** Other credentials from the next scrape on; connections under the old ones are closed when the scrapes that use them have ended. */
  use(config: Config): void;
  /** Ends every connection, scrapes that are under way included. */
  close(): Promise<void>;
}

interface Opened {
  readonly http: HttpFetch;
  running: number;
}

export function createHttpSource(options: { readonly config: Config; readonly clock: Clock; readonly version: string }): HttpSource {
  const { clock, version } = options;
  const opened = new Set<Opened>();
  const open = ({ scrape_configs: jobs, limits }: Config): Opened => {
    const one = { http: createHttpFetch({ jobs, limits, clock, version }), running: 0 };
    opened.add(one);
    return one;
  };
  let current = open(options.config);

  const closeUnused = async (one: Opened): Promise<void> => {
    if (one === current || one.running > 0) return;
    opened.delete(one);
    await one.http.close();
  };

  const ended = async (one: Opened): Promise<void> => {
    one.running -= 1;
    if (one !== current) await closeUnused(one);
  };

  return {
    fetch: async (target, signal) => {
      const one = current;
      one.running += 1;
      const result = await one.http.fetch(target, signal);
      await ended(one);
      return result;
    },
    fetchJson: async (request, signal) => {
      const one = current;
      one.running += 1;
      const result = await one.http.fetchJson(request, signal);
      await ended(one);
      return result;
    },
    use: (config) => {
      const previous = current;
      current = open(config);
      void closeUnused(previous);
    },
    close: async () => {
      await Promise.all([...opened].map(({ http }) => http.close()));
    },
  };
}
