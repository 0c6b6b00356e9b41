// Telemetry as an express application: /metrics, /federate and the health checks.
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { Gate } from '../lib/gate.ts';
import { quote } from '../lib/quote.ts';
import type { Admit } from '../model/admission.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import type { NewestSeries } from '../model/newest-series.ts';
import { QueryError } from '../model/query-engine.ts';
import { QUERY_FAILURE_CODES } from '../model/query-failure-code.ts';
import { federate } from './federate.ts';
import { type HealthChecks, healthAt } from './health.ts';
import { EXPOSITION_TYPE, type MetricsPageSources, renderMetricsPage } from './metrics-page.ts';

export interface TelemetryServices extends Omit<MetricsPageSources, 'failures'>, HealthChecks {
  readonly newest: NewestSeries;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Asked for each request, so that a reload shows at once. */
  readonly limits: () => Pick<Config['limits'], 'query_samples' | 'query_timeout'>;
  /** Judges every request before it is looked at; without it everybody is admitted. */
  readonly admit?: Admit | undefined;
  /** What answers below /api/plimsoll; it is asked with GET and HEAD only. */
  readonly plimsollApi?: RequestHandler | undefined;
  /** What answers below /api/v1, forms that are posted included. */
  readonly prometheusApi?: RequestHandler | undefined;
  /** Most series of one federated answer; default 100,000, some 18 MB of text. */
  readonly federateSeriesLimit?: number;
}

const PLAIN_TYPE = 'text/plain; charset=utf-8';
const PATHS = ['/metrics', '/federate?match[]=<selector>', '/livez', '/readyz', '/healthz'];
/** Answers with the paths below it. */
const PLIMSOLL_API = '/api/plimsoll/';
const FEDERATE_SERIES_LIMIT = 100_000;
/** Pages and federated answers are made one at a time, in pieces, so that scrapes and autoscalers come between; more than these are waiting for nobody. */
const MOST_WAITING = 16;

/** An application that Prometheus, kubelet and people can ask; once `admit` lets the asker. */
export function createTelemetryApp(services: TelemetryServices): Express {
  const failures = services.meter.counter({
    name: 'plimsoll_exporter_signal_failures_total',
    help: 'Signals left out of the metrics page because they could not be computed.',
    labels: ['signal'],
  });
  const sources = { ...services, failures };
  const heavy = oneAtATime(services.meter);
  const app = express();
  app.disable('x-powered-by');
  // One spelling of each path: the one that was judged.
  app.enable('case sensitive routing');
  app.enable('strict routing');
  if (services.admit !== undefined) app.use(refuseUnlessAdmitted(services.admit));
  if (services.prometheusApi !== undefined) app.use('/api/v1', services.prometheusApi);
  app.use(refuseOtherThanReading);
  const page = async (): Promise<Reply> => ({ type: EXPOSITION_TYPE, body: await renderMetricsPage(sources) });
  app.get('/metrics', (_request, response) => heavy(response, page));
  app.get('/federate', (request, response) => heavy(response, (gone) => federated(request, { services, gone })));
  if (services.plimsollApi !== undefined) app.use('/api/plimsoll', services.plimsollApi);
  const paths = [...PATHS, ...(services.plimsollApi === undefined ? [] : [PLIMSOLL_API])];
  app.use((request, response) => {
    const report = healthAt(request.originalUrl, services);
    if (report !== undefined) {
      reply(response, report);
      return;
    }
    reply(response, {
      code: 404,
      body: `cannot find ${quote(request.path)}: there is no such path; the paths are:\n${paths.join('\n')}\n`,
    });
  });
  app.use(internalError(services.log));
  return app;
}

function refuseUnlessAdmitted(admit: Admit): RequestHandler {
  return async (request, response, next) => {
    const { method, originalUrl: target, rawHeaders, socket } = request;
    const admission = await admit({ method, target, rawHeaders, socket });
    if (admission.kind === 'admitted') {
      forgetWhoAsks(request);
      next();
      return;
    }
    if (admission.challenge !== undefined) response.setHeader('WWW-Authenticate', admission.challenge);
    reply(response, { code: admission.code, body: `${admission.message}\n` });
  };
}

/** What describes the answer that is wanted, and the body; what names who asks is none of it, by whatever name. */
const KEPT_HEADERS = [
  'accept',
  'accept-encoding',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'if-none-match',
  'transfer-encoding',
  'user-agent',
];

/** It was trusted once, and nobody further on may believe it again or show it. */
function forgetWhoAsks(request: Request): void {
  request.headers = Object.fromEntries(KEPT_HEADERS.flatMap((name) => (name in request.headers ? [[name, request.headers[name]]] : [])));
  request.rawHeaders = [];
  // Node would make it of the raw ones when it is first read.
  request.headersDistinct = {};
}

function refuseOtherThanReading(request: Request, response: Response, next: () => void): void {
  // Nobody reads a body: with it unread, the connection has no next request.
  if (hasBody(request)) response.setHeader('Connection', 'close');
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (hasBody(request)) reply(response, { code: 400, body: 'cannot read the request: a GET has no body here; send none\n' });
    else next();
    return;
  }
  response.setHeader('Allow', 'GET, HEAD');
  reply(response, { code: 405, body: `cannot ${request.method}: everything here is only read; use GET\n` });
}

/** RFC 9112 section 6: a request has a body when one of these headers says so. */
function hasBody(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
}

type Heavy = (response: Response, answer: (gone: AbortSignal) => Promise<Reply>) => Promise<void>;

/** Answers when its turn has come; who has gone by then is passed over. */
function oneAtATime(meter: Meter): Heavy {
  const gate = new Gate({ waiting: MOST_WAITING });
  const refused = meter.counter({
    name: 'plimsoll_exporter_refused_total',
    help: 'Questions about all pods or many series that were refused, because too many of them were waiting.',
  });
  const body = `cannot answer now: ${MOST_WAITING} questions about all pods or many series wait already; ask again, and less often\n`;
  return async (response, answer) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const passed = await gate.pass(async () => {
      if (!gone.signal.aborted) reply(response, await answer(gone.signal));
    });
    if (passed !== undefined) return;
    refused.add(1);
    reply(response, { code: 503, body });
  };
}

interface Federating {
  readonly services: TelemetryServices;
  readonly gone: AbortSignal;
}

async function federated(request: Request, { services, gone }: Federating): Promise<Reply> {
  const { clock, federateSeriesLimit: seriesLimit = FEDERATE_SERIES_LIMIT } = services;
  const limits = services.limits();
  const timeMs = clock.nowMs();
  const scope = { timeMs, deadlineMs: timeMs + limits.query_timeout, sampleBudget: limits.query_samples, abortSignal: gone };
  try {
    const body = await federate({ selectors: queryOf(request).getAll('match[]'), seriesLimit, scope }, services.newest);
    return { type: EXPOSITION_TYPE, body };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { code: QUERY_FAILURE_CODES[error.failure], body: `${error.message}\n` };
  }
}

function queryOf(request: Request): URLSearchParams {
  return new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'));
}

interface Reply {
  readonly code?: number;
  readonly type?: string;
  readonly body: string;
}

function reply(response: Response, { code = 200, type = PLAIN_TYPE, body }: Reply): void {
  response.writeHead(code, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), 'X-Content-Type-Options': 'nosniff' });
  response.end(body);
}

/** Express would show the stack to the asker. */
function internalError(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    log.error({ err: error }, 'telemetry request failed');
    reply(response, { code: 500, body: 'internal error; see the log\n' });
  };
}
