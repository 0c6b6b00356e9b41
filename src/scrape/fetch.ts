// Reading targets over HTTP: one GET each, with the credentials of its job.
import type { Limits, ScrapeJob } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { createHttpClient, type HttpClient, type HttpClientSettings, type HttpSession } from '../lib/http/client.ts';
import { exchange } from '../lib/http/exchange.ts';
import { quote } from '../lib/quote.ts';
import type { Fetch, FetchResult } from '../model/fetch.ts';
import type { ScrapeError, Target } from '../model/target.ts';
import { refusalOf, textOf, tooLarge } from './body.ts';
import { brokenError, timeoutError } from './connection-error.ts';

export interface HttpFetchOptions {
  readonly jobs: readonly ScrapeJob[];
  readonly limits: Pick<Limits, 'body_bytes'>;
  readonly clock: Clock;
  /** Plimsoll's own, said in the User-Agent. */
  readonly version: string;
}

export interface HttpFetch {
  readonly fetch: Fetch;
  /** Ends every connection, scrapes that are under way included. */
  close(): Promise<void>;
}

// A connection that drops its first packets is given up before the next scrape of the default interval, which then tries afresh.
const CONNECT_TIMEOUT_MS = 2_500;

/** The production Fetch: a connection kept per target, gzip, no redirects, bodies up to limits.body_bytes. */
export function createHttpFetch(options: HttpFetchOptions): HttpFetch {
  const { jobs, limits, clock, version } = options;
  const clients = new Map(jobs.map((job) => [job.job_name, createHttpClient(settingsOf(job), clock)]));
  return {
    fetch: (target, signal) => fetchTarget({ target, signal, client: clients.get(target.job), maxBytes: limits.body_bytes, version }),
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

interface FetchRequest {
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly client: HttpClient | undefined;
  readonly maxBytes: number;
  readonly version: string;
}

async function fetchTarget(request: FetchRequest): Promise<FetchResult> {
  const { target, client } = request;
  if (client === undefined) return failed({ failure: 'failed', message: `BUG: no scrape configuration is called ${quote(target.job)}` });
  try {
    return await readTarget(request, await client.session());
  } catch (error) {
    // Files of the job that cannot be read or used; the message is ours.
    return failed({ failure: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

async function readTarget(request: FetchRequest, session: HttpSession): Promise<FetchResult> {
  const { target, signal, maxBytes } = request;
  const url = new URL(target.url);
  const { dispatcher } = session;
  const outcome = await exchange({
    dispatcher,
    url,
    signal,
    maxBytes,
    headers: headersOf(request.version, session),
    wantsBody: (head) => refusalOf(head) === undefined,
  });
  switch (outcome.kind) {
    case 'aborted':
      return failed(timeoutError(target, outcome));
    case 'broken':
      return failed(brokenError(url, outcome));
    case 'too-large':
      return failed(tooLarge(maxBytes));
    case 'response': {
      const refusal = refusalOf(outcome.head);
      if (refusal !== undefined) return failed(refusal);
      const text = await textOf(outcome, maxBytes);
      return 'failure' in text ? failed(text) : { kind: 'body', bytes: text };
    }
  }
}

function headersOf(version: string, session: HttpSession): Record<string, string> {
  return {
    accept: 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1',
    'accept-encoding': 'gzip',
    'user-agent': `plimsoll/${version}`,
    ...(session.authorization === undefined ? {} : { authorization: session.authorization }),
  };
}

function failed(error: ScrapeError): FetchResult {
  return { kind: 'failed', error };
}

function settingsOf(job: ScrapeJob): HttpClientSettings {
  const { tls_config: tls, basic_auth: basic, authorization } = job;
  return {
    connectTimeoutMs: job.scrape_timeout ?? CONNECT_TIMEOUT_MS,
    tls: tls && {
      caFile: tls.ca_file,
      certFile: tls.cert_file,
      keyFile: tls.key_file,
      serverName: tls.server_name,
      insecureSkipVerify: tls.insecure_skip_verify,
    },
    basicAuth: basic && { username: basic.username, passwordFile: basic.password_file },
    authorization: authorization && { type: authorization.type, credentialsFile: authorization.credentials_file },
  };
}
