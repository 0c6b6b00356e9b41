// Reading targets over HTTP: one GET each, with the credentials of its job.
import type { Limits, ScrapeJob } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { BodyBuffers } from '../lib/http/body-buffers.ts';
import { createHttpClient, type HttpClientSettings } from '../lib/http/client.ts';
import { type Exchange, exchange, type ResponseHead } from '../lib/http/exchange.ts';
import type { HttpClient, HttpSession } from '../lib/http/rotating-client.ts';
import { credentialsOf } from '../lib/http/written-credentials.ts';
import { quote } from '../lib/quote.ts';
import type { Fetch, FetchJson, FetchResult, JsonResult } from '../model/fetch.ts';
import type { ScrapeError, Target } from '../model/target.ts';
import { cutOff, refusalOf, textOf, tooLarge } from './body.ts';
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
export function createHttpFetch({ jobs, limits, clock, version }: HttpFetchOptions): HttpFetch {
  const common = { maxBytes: limits.body_bytes, version, buffers: new BodyBuffers() };
  const clients = new Map(jobs.map((job) => [job.job_name, createHttpClient(settingsOf(job), clock)]));
  const places = new WeakMap<Target, Place>();
  const metricsOf = (target: Target): Place => {
    const place = places.get(target) ?? parsePlace(target.url);
    places.set(target, place);
    return place;
  };
  return {
    fetch: (target, signal) => textAnswer({ common, target, signal, client: clients.get(target.job), kind: TEXT, placeOf: metricsOf }),
    fetchJson: ({ target, path }, signal) => {
      const placeOf = ({ apiUrl }: Target): Place => parsePlace(`${apiUrl}${path}`);
      return jsonAnswer({ common, target, signal, client: clients.get(target.job), kind: JSON_TEXT, placeOf }, path);
    },
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

/** An address taken apart, which is done once for a target. */
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

interface AnswerKind {
  readonly accept: string;
  readonly wantsBody: (head: ResponseHead) => boolean;
}

const TEXT: AnswerKind = { accept: 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1', wantsBody: (head) => refusalOf(head) === undefined };
const JSON_TEXT: AnswerKind = { accept: 'application/json', wantsBody: () => true };

interface FetchRequest {
  readonly common: { readonly maxBytes: number; readonly version: string; readonly buffers: BodyBuffers };
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly client: HttpClient | undefined;
  readonly kind: AnswerKind;
  /** Throws, in words. */
  readonly placeOf: (target: Target) => Place;
}

type Failed = Extract<FetchResult, { kind: 'failed' }>;
type Response = Extract<Exchange, { kind: 'response' }>;

async function textAnswer(request: FetchRequest): Promise<FetchResult> {
  const outcome = await get(request);
  if (outcome.kind === 'failed') return outcome;
  const { head, body } = outcome;
  const refusal = refusalOf(head);
  if (refusal !== undefined) return failed(refusal);
  const text = await textOf({ head, bytes: body.bytes }, request.common.maxBytes);
  const whole = 'failure' in text ? text : (cutOff(text, head) ?? text);
  if ('failure' in whole) {
    body.release();
    return failed(whole);
  }
  return { kind: 'body', bytes: whole, release: () => body.release() };
}

async function jsonAnswer(request: FetchRequest, path: string): Promise<JsonResult> {
  const outcome = await get(request);
  if (outcome.kind === 'failed') return outcome;
  const { head, body } = outcome;
  const text = await textOf({ head, bytes: body.bytes }, request.common.maxBytes);
  const answer = 'failure' in text ? failed(text) : parseJson({ path, status: head.status, text });
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
  const { common, target, signal, kind } = request;
  const { maxBytes, buffers } = common;
  const { url, origin, path } = request.placeOf(target);
  const outcome = await exchange({
    dispatcher: session.dispatcher,
    origin,
    path,
    signal,
    maxBytes,
    buffers,
    headers: headersOf(request, session),
    wantsBody: kind.wantsBody,
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

function headersOf({ kind, common }: FetchRequest, { authorization }: HttpSession): Record<string, string> {
  const headers = { accept: kind.accept, 'accept-encoding': 'gzip', 'user-agent': `plimsoll/${common.version}` };
  return authorization === undefined ? headers : { ...headers, authorization };
}

function failed(error: ScrapeError): Failed {
  return { kind: 'failed', error };
}

function settingsOf(job: ScrapeJob): HttpClientSettings {
  return { connectTimeoutMs: job.scrape_timeout ?? CONNECT_TIMEOUT_MS, ...credentialsOf(job) };
}
