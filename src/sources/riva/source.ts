// Riva targets, read by probing: each scrape is a new client that tells in gauges what it met.
import type { Config, ScrapeJob } from '../../config/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { type ClientCredentials, clientCredentials } from '../../lib/grpc/client-tls.ts';
import type { Endpoint } from '../../lib/grpc/look.ts';
import { type FileTexts, WatchedFiles } from '../../lib/http/watched-files.ts';
import { quote } from '../../lib/quote.ts';
import type { Fetch, FetchResult } from '../../model/fetch.ts';
import type { Target } from '../../model/target.ts';
import { writeProbe } from './exposition.ts';
import { probe } from './probe.ts';

export interface RivaSource {
  /** A server that cannot be reached is a result like any other; only files that cannot be used fail. */
  readonly fetch: Fetch;
  use(config: Config): void;
  /** Nothing is kept open between two probes. */
  close(): Promise<void>;
}

export function createRivaSource({ config, clock }: { readonly config: Config; readonly clock: Clock }): RivaSource {
  let jobs = jobsOf(config, clock);
  return {
    fetch: async (target, signal) => {
      const job = jobs.get(target.job);
      if (job === undefined) return failed(`BUG: no scrape configuration is called ${quote(target.job)}`);
      try {
        const endpoint = await job.endpointOf(target);
        const result = await probe({ endpoint, services: job.services, clock, signal });
        return { kind: 'body', bytes: Buffer.from(writeProbe(result)) };
      } catch (error) {
        // Files of the job that cannot be read or used; the message is ours.
        return failed(error instanceof Error ? error.message : String(error));
      }
    },
    use: (next) => {
      jobs = jobsOf(next, clock);
    },
    close: async () => {},
  };
}

interface Job {
  readonly services: readonly string[];
  endpointOf(target: Target): Promise<Endpoint>;
}

function jobsOf({ scrape_configs: jobs }: Config, clock: Clock): ReadonlyMap<string, Job> {
  return new Map(jobs.filter(({ source }) => source === 'riva').map((job) => [job.job_name, jobOf(job, clock)]));
}

function jobOf({ tls_config: tls, riva }: ScrapeJob, clock: Clock): Job {
  const named = { ca_file: tls?.ca_file, cert_file: tls?.cert_file, key_file: tls?.key_file };
  const given = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const files = new WatchedFiles(Object.fromEntries(given.map(([name, path]) => [`tls_config.${name}`, path])), clock);
  let current: { readonly texts: FileTexts; readonly credentials: ClientCredentials } | undefined;
  const credentialsNow = async (): Promise<ClientCredentials> => {
    const texts = await files.read();
    if (current?.texts !== texts) current = { texts, credentials: credentialsOf(texts) };
    return current.credentials;
  };
  return {
    services: riva.services,
    endpointOf: async ({ url }) => {
      const { protocol, hostname, port } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, '');
      const place = { host, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
      if (protocol !== 'https:') return place;
      const expected = { serverName: tls?.server_name ?? host, acceptsAny: tls?.insecure_skip_verify ?? false };
      return { ...place, tls: { ...(await credentialsNow()), ...expected } };
    },
  };
}

const PEM_NAMES = { section: 'tls_config', ca: 'ca_file', cert: 'cert_file', key: 'key_file' };

function credentialsOf(texts: FileTexts): ClientCredentials {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((part) => texts.get(`tls_config.${part}_file`));
  return clientCredentials({ ca, cert, key }, PEM_NAMES);
}

function failed(message: string): FetchResult {
  return { kind: 'failed', error: { failure: 'failed', message } };
}
