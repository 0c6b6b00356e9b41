// Reading targets over HTTP: one GET each, with the credentials of its job.
import type { Limits, ScrapeJob } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { BodyBuffers } from '../lib/http/body-buffers.ts';
import { createHttpClient, type HttpClient, type HttpClientSettings, type HttpSession } from '../lib/http/client.ts';
import { type Exchange, exchange, type ResponseHead } from '../lib/http/exchange.ts';
import { quote } from '../lib/quote.ts';
import type { Fetch, FetchJson, FetchResult, JsonResult } from '../model/fetch.ts';
import type { ScrapeError, Target } from '../model/target.ts';
import { refusalOf, textOf, tooLarge, wholeLines } from './body.ts';
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
  readonly fetchJson: FetchJson;
  /** Ends every connection, scrapes that are under way included. */
  close(): Promise<void>;
}

// A connection that drops its first packets is given up before the next scrape of the default interval, which then tries afresh.
const CONNECT_TIMEOUT_MS = 2_500;

/** The production Fetch: a connection kept per target, gzip, no redirects, bodies up to limits.body_bytes. */
export function createHttpFetch(options: HttpFetchOptions): HttpFetch {
  const { jobs, limits, clock, version } = options;
  const clients = new Map(jobs.map((job) => [job.job_name, createHttpClient(settingsOf(job), clock)]));
  const common = { maxBytes: limits.body_bytes, version, buffers: new BodyBuffers() };
  const places = new WeakMap<Target, Place>();
  const placeOf = (target: Target): Place => {
    const place = places.get(target) ?? parsePlace(target.url);
    places.set(target, place);
    return place;
  };
  return {
    fetch: (target, signal) => textAnswer({ ...common, target, placeOf, signal, client: clients.get(target.job) }),
    fetchJson: ({ target, path }, signal) => jsonAnswer({ ...common, target, path, signal, client: clients.get(target.job) }),
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

/** An address taken apart. */
interface Place {
  readonly url: URL;
  readonly origin: string;
  readonly path: string;
}

/** Throws a TypeError for what is no URL. */
function parsePlace(address: string): Place {
  const url = new URL(address);
  return { url, origin: url.origin, path: `${url.pathname}${url.search}` };
}

interface FetchRequest {
  readonly target: Target;
  /** May throw, in words. */
  readonly placeOf: (target: Target) => Place;
  readonly accept: string;
  readonly wantsBody: (head: ResponseHead) => boolean;
  readonly signal: AbortSignal;
  readonly client: HttpClient | undefined;
  readonly maxBytes: number;
  readonly version: string;
  readonly buffers: BodyBuffers;
}

type Common = Omit<FetchRequest, 'placeOf' | 'accept' | 'wantsBody'>;
type Failed = Extract<FetchResult, { kind: 'failed' }>;
type Response = Extract<Exchange, { kind: 'response' }>;

async function textAnswer(request: Common & Pick<FetchRequest, 'placeOf'>): Promise<FetchResult> {
  const accept = 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1';
  const outcome = await get({ ...request, accept, wantsBody: isReadable });
  if (outcome.kind === 'failed') return outcome;
  const { head, body } = outcome;
  const refusal = refusalOf(head);
  if (refusal !== undefined) return failed(refusal);
  const text = await textOf({ head, bytes: body.bytes }, request.maxBytes);
  if ('failure' in text) {
    body.release();
    return failed(text);
  }
  return { kind: 'body', bytes: wholeLines(text, head), release: () => body.release() };
}

function isReadable(head: ResponseHead): boolean {
  return refusalOf(head) === undefined;
}

interface JsonRequest extends Common {
  readonly path: string;
}

async function jsonAnswer(request: JsonRequest): Promise<JsonResult> {
  const placeOf = ({ apiUrl }: Target): Place => parsePlace(`${apiUrl}${request.path}`);
  const outcome = await get({ ...request, placeOf, accept: 'application/json', wantsBody: () => true });
  if (outcome.kind === 'failed') return outcome;
  const { head, body } = outcome;
  const text = await textOf({ head, bytes: body.bytes }, request.maxBytes);
  const answer = 'failure' in text ? failed(text) : parseJson({ path: request.path, status: head.status, text });
  body.release();
  return answer;
}

function parseJson({ path, status, text }: { readonly path: string; readonly status: number; readonly text: Uint8Array }): JsonResult {
  if (text.length === 0) return { kind: 'answer', status, json: undefined };
  try {
    return { kind: 'answer', status, json: JSON.parse(new TextDecoder().decode(text)) };
  } catch {
    return failed({ failure: 'not-text', message: `the answer to ${path} is no JSON; is triton_api.port the port of its HTTP API?` });
  }
}

async function get(request: FetchRequest): Promise<Response | Failed> {
  const { target, client } = request;
  if (client === undefined) return failed({ failure: 'failed', message: `BUG: no scrape configuration is called ${quote(target.job)}` });
  try {
    return await getWith(request, await client.session());
  } catch (error) {
    // Files of the job that cannot be read or used; the message is ours.
    return failed({ failure: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

async function getWith(request: FetchRequest, session: HttpSession): Promise<Response | Failed> {
  const { target, signal, maxBytes, wantsBody, buffers } = request;
  const { url, origin, path } = request.placeOf(target);
  const outcome = await exchange({
    dispatcher: session.dispatcher,
    origin,
    path,
    signal,
    maxBytes,
    buffers,
    headers: headersOf(request, session),
    wantsBody,
  });
  switch (outcome.kind) {
    case 'aborted':
      return failed(timeoutError({ url, timeoutMs: target.timeoutMs }, outcome));
    case 'broken':
      return failed(brokenError(url, outcome));
    case 'too-large':
      return failed(tooLarge(maxBytes));
    case 'response':
      return outcome;
  }
}

function headersOf({ accept, version }: FetchRequest, session: HttpSession): Record<string, string> {
  return {
    accept,
    'accept-encoding': 'gzip',
    'user-agent': `plimsoll/${version}`,
    ...(session.authorization === undefined ? {} : { authorization: session.authorization }),
  };
}

function failed(error: ScrapeError): Failed {
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
