// Targets of tegrastats: one feed of lines for each job, begun when it is first read.
import { isDeepStrictEqual } from 'node:util';
import type { Config, ScrapeJob } from '../config/schema.ts';
import { commandFeed } from '../lib/line-feed/command.ts';
import type { LineFeed } from '../lib/line-feed/line-feed.ts';
import { logFileFeed } from '../lib/line-feed/log-file.ts';
import { streamFeed } from '../lib/line-feed/stream.ts';
import { quote } from '../lib/quote.ts';
import type { FetchResult } from '../model/fetch.ts';
import { NewestTegrastats } from '../sources/tegrastats/newest.ts';
import type { OpenOptions, OtherSource } from './other-source.ts';

/** Where the lines of a job come from. */
type Origin =
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'stdin' };

interface Reader {
  readonly origin: Origin;
  readonly newest: NewestTegrastats;
  readonly stop: AbortController;
  readonly running: Promise<void>;
}

export function openTegrastats(options: OpenOptions): OtherSource {
  const readers = new Map<string, Reader>();
  let jobs = jobsOf(options.config);

  const begin = (job: ScrapeJob): Reader => {
    const origin = originOf(job);
    const newest = new NewestTegrastats(options.clock);
    const stop = new AbortController();
    const reader = { origin, newest, stop, running: feedOf(origin, options)(newest, stop.signal) };
    readers.set(job.job_name, reader);
    return reader;
  };

  const end = async (name: string, { stop, running }: Reader): Promise<void> => {
    readers.delete(name);
    stop.abort();
    await running;
  };

  return {
    fetch: async ({ job: name }, signal) => {
      const job = jobs.get(name);
      if (job === undefined) return gone(name);
      const { newest } = readers.get(name) ?? begin(job);
      return await newest.read(job.tegrastats.interval, signal);
    },
    use: (config) => {
      jobs = jobsOf(config);
      for (const [name, reader] of readers) {
        const job = jobs.get(name);
        if (job === undefined || !isDeepStrictEqual(originOf(job), reader.origin)) void end(name, reader);
      }
    },
    close: async () => {
      await Promise.all([...readers].map(([name, reader]) => end(name, reader)));
    },
  };
}

function jobsOf({ scrape_configs: jobs }: Config): ReadonlyMap<string, ScrapeJob> {
  return new Map(jobs.filter(({ source }) => source === 'tegrastats').map((job) => [job.job_name, job]));
}

function originOf({ tegrastats: { command, file, stdin, interval } }: ScrapeJob): Origin {
  if (stdin) return { kind: 'stdin' };
  if (file !== undefined) return { kind: 'file', file };
  return { kind: 'command', command: command ?? ['tegrastats', '--interval', String(interval)] };
}

function feedOf(origin: Origin, { clock, stdin = process.stdin }: OpenOptions): LineFeed {
  switch (origin.kind) {
    case 'command':
      return commandFeed({ command: origin.command, setting: 'tegrastats.command of the job', clock });
    case 'file':
      return logFileFeed({
        file: origin.file,
        clock,
        remedy: `start tegrastats --logfile ${origin.file}, or change tegrastats.file of the job`,
      });
    case 'stdin':
      return streamFeed({
        stream: stdin,
        name: 'standard input',
        remedy: 'start tegrastats and Plimsoll again: tegrastats | plimsoll serve …',
      });
  }
}

/** Between a new configuration and the end of the last scrape under the old one. */
function gone(job: string): FetchResult {
  return { kind: 'failed', error: { failure: 'failed', message: `cannot read tegrastats: no job is called ${quote(job)} any more` } };
}
