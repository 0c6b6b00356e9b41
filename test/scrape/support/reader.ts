import { configSchema, type ScrapeJob } from '../../../src/config/schema.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { FetchResult } from '../../../src/model/fetch.ts';
import { createHttpFetch } from '../../../src/scrape/fetch.ts';
import { targetOf } from './targets.ts';

export interface Reader extends AsyncDisposable {
  /** The text read, or `failure: message`. */
  read(url: string, signal?: AbortSignal): Promise<string>;
}

/** The production fetch for one job called `triton`, as a configuration file would set it. */
export function createReader(options: { job?: object; bodyBytes?: number; clock?: Clock } = {}): Reader {
  const { fetch, close } = createHttpFetch({
    jobs: [jobOf(options.job ?? {})],
    limits: { body_bytes: options.bodyBytes ?? 100_000 },
    clock: options.clock ?? systemClock(),
    version: '1.2.3',
  });
  return {
    read: async (url, signal = new AbortController().signal) => textOf(await fetch(targetOf('a', { url }), signal)),
    [Symbol.asyncDispose]: close,
  };
}

function jobOf(settings: object): ScrapeJob {
  const [job] = configSchema.parse({ scrape_configs: [{ job_name: 'triton', ...settings }] }).scrape_configs;
  if (job === undefined) throw new Error('no job');
  return job;
}

function textOf(result: FetchResult): string {
  if (result.kind === 'failed') return `${result.error.failure}: ${result.error.message}`;
  return Buffer.from(result.bytes).toString('utf8');
}
