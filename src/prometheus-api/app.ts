// /api/v1 as Prometheus answers it, so that whoever can ask a Prometheus can ask Plimsoll.
import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import type { QueryEngine } from '../model/query-engine.ts';
import type { Answer } from './answer.ts';
import type { Endpoint } from './endpoint.ts';
import { type ApiLimits, Evaluations } from './evaluations.ts';
import { expressionEndpoints } from './expressions.ts';
import { ApiFailure } from './failure.ts';
import { type MetadataServices, metadataEndpoints } from './metadata.ts';
import { Parameters } from './parameters.ts';
import { type QueryServices, queryEndpoints } from './query.ts';
import { quoted } from './quoted.ts';
import { readForm, readQuery } from './read-form.ts';
import { rulesEndpoints } from './rules.ts';
import { sendAnswer, sendFailure } from './send.ts';
import { labelValues, seriesEndpoints } from './series.ts';
import { statisticsEndpoints } from './series-statistics.ts';
import { type StatusServices, statusEndpoints } from './status.ts';
import { type TargetsServices, targetsEndpoints } from './targets.ts';
import { apiTelemetry } from './telemetry.ts';

export interface PrometheusApiServices extends MetadataServices, TargetsServices, StatusServices, Pick<QueryServices, 'engineLookingBack'> {
  readonly engine: QueryEngine;
  readonly clock: Clock;
  /** Asked for each request, so that a reload shows at once. */
  readonly limits: () => ApiLimits;
  readonly log: Log;
  readonly meter: Meter;
}

/** Answers below /api/v1. Whoever mounts it has admitted the asker. No other origin is let in: there is no CORS. */
export function createPrometheusApi(services: PrometheusApiServices): RequestHandler {
  const { clock, limits } = services;
  const telemetry = apiTelemetry(services.meter);
  const find = finder(services);
  return async (request, response) => {
    const askedMs = clock.nowMs();
    let endpoint = UNKNOWN;
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
      const code = response.writableFinished ? response.statusCode : GONE;
      telemetry.answered({ endpoint, code, seconds: (clock.nowMs() - askedMs) / 1000 });
    });
    let answer: Answer | undefined;
    try {
      const found = find(request.path);
      endpoint = found.path;
      const parameters = await parametersOf({ request, response }, { endpoint: found, mostBytes: limits().query_bytes });
      answer = await found.answer({ parameters, abortSignal: gone.signal });
      if (answer === undefined) response.writeHead(204).end();
      else await sendAnswer({ request, response }, answer);
    } catch (error) {
      await fail({ request, response }, error, services.log);
    } finally {
      answer?.release?.();
    }
  };
}

/** In metrics, for paths that are none. */
const UNKNOWN = 'other';
/** As nginx says it, and Prometheus. */
const GONE = 499;
const LABEL_VALUES = '/label/<name>/values';

/** The endpoint at a path; throws an ApiFailure where there is none. */
function finder(services: PrometheusApiServices): (path: string) => Endpoint {
  const { engine, engineLookingBack, clock, config } = services;
  const evaluations = new Evaluations(services);
  const endpoints = [
    ...queryEndpoints({ engine, engineLookingBack, evaluations, clock }),
    ...seriesEndpoints({ engine, evaluations }),
    ...expressionEndpoints(() => config().enable_features.includes('promql-experimental-functions')),
    ...metadataEndpoints(services),
    ...targetsEndpoints(services),
    ...rulesEndpoints(),
    ...statusEndpoints(services),
    ...statisticsEndpoints({ engine, evaluations, clock, retentionMs: () => config().retention }),
  ];
  const byPath = new Map(endpoints.map((endpoint) => [endpoint.path, endpoint]));
  return (path) => {
    const known = byPath.get(path);
    if (known !== undefined) return known;
    const name = /^\/label\/(?<name>[^/]*)\/values$/.exec(path)?.groups?.['name'];
    if (name !== undefined) {
      const answer: Endpoint['answer'] = (question) => labelValues(labelNameOf(name), { question, services: { engine, evaluations } });
      return { path: LABEL_VALUES, takesForm: false, answer };
    }
    const paths = [...byPath.keys(), LABEL_VALUES].sort().join(', ');
    throw new ApiFailure('not_found', `cannot find ${quoted(path)}: there is no such path below /api/v1; the paths are ${paths}`);
  };
}

/** As it stands in the path. */
function labelNameOf(segment: string): string {
  try {
    if (segment !== '') return decodeURIComponent(segment);
  } catch {
    // What cannot be decoded is no name.
  }
  throw new ApiFailure('bad_data', `invalid label name: ${quoted(segment)}`);
}

interface Asking {
  readonly request: Request;
  readonly response: Response;
}

async function parametersOf(
  { request, response }: Asking,
  { endpoint, mostBytes }: { readonly endpoint: Endpoint; readonly mostBytes: number },
): Promise<Parameters> {
  const methods = endpoint.takesForm ? ['GET', 'POST'] : ['GET'];
  if (!methods.includes(request.method)) {
    response.setHeader('Allow', methods.join(', '));
    throw new ApiFailure('bad_data', `cannot ${request.method} ${quoted(endpoint.path)}: use ${methods.join(' or ')}`, 405);
  }
  return new Parameters(request.method === 'POST' ? await readForm({ request, response }, mostBytes) : readQuery(request.originalUrl));
}

async function fail({ request, response }: Asking, error: unknown, log: Log): Promise<void> {
  if (!(error instanceof ApiFailure)) log.error({ err: error }, 'query API request failed');
  if (response.headersSent) {
    // Half an answer must not pass for a whole one.
    response.destroy();
    return;
  }
  // With a body left unread, the connection has no next request.
  if (!request.complete) response.setHeader('Connection', 'close');
  await sendFailure({ request, response }, error instanceof ApiFailure ? error : INTERNAL);
}

const INTERNAL = new ApiFailure('internal', 'internal error; see the log');
