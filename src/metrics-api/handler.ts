// One request of the metrics API, from its head to the bytes of its answer.

import { createHash } from 'node:crypto';
import { quote } from '../lib/quote.ts';
import { customAnswer } from './custom.ts';
import {
  AGGREGATED_DISCOVERY,
  aggregatedDocument,
  groupDocument,
  groupListDocument,
  openApiDocument,
  resourceListDocument,
  versionDocument,
} from './discovery.ts';
import { externalAnswer } from './external.ts';
import { statusErrorFor } from './failure.ts';
import { negotiate, wantsIndent } from './negotiate.ts';
import { type ApiPath, parsePath } from './paths.ts';
import type { MetricsApiServices } from './services.ts';
import { StatusError, statusOf } from './status.ts';

export interface ApiRequest {
  readonly method: string;
  /** Path and query as they came, percent-encoded. */
  readonly target: string;
  readonly accept?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly hasBody: boolean;
  /** Aborted when the client goes away. */
  readonly abortSignal: AbortSignal;
}

export interface ApiReply {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Services = Omit<MetricsApiServices, 'clock' | 'meter'>;

const JSON_TYPE = 'application/json';

/** Answers every request; whatever fails becomes a Status with its code. */
export async function replyTo(request: ApiRequest, services: Services): Promise<ApiReply> {
  const [path = '', ...rest] = request.target.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const write = writerFor(wantsIndent(query.get('pretty'), request.userAgent));
  try {
    refuseOtherThanReading(request);
    const apiPath = parsePath(path);
    const contentType = negotiatedType(apiPath, request.accept);
    refuseFieldSelector(apiPath, query);
    switch (apiPath.kind) {
      case 'custom':
        return found(contentType, write(await customAnswer({ ...request, path: apiPath, query }, services)));
      case 'external':
        return found(contentType, write(await externalAnswer({ ...request, path: apiPath, query }, services)));
      default:
        return documentReply({ ...request, contentType, body: write(documentOf({ path: apiPath, contentType }, services)) });
    }
  } catch (error) {
    const failure = statusErrorFor(error, services.log);
    const allow = failure.code === 405 ? { Allow: 'GET, HEAD' } : {};
    return { code: failure.code, headers: { 'Content-Type': JSON_TYPE, ...allow }, body: write(statusOf(failure)) };
  }
}

function writerFor(indented: boolean): (body: object) => string {
  return (body) => `${JSON.stringify(body, undefined, indented ? 2 : undefined)}\n`;
}

function found(contentType: string, body: string): ApiReply {
  return { code: 200, headers: { 'Content-Type': contentType }, body };
}

function refuseOtherThanReading({ method, hasBody }: ApiRequest): void {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new StatusError(405, `the server does not allow method ${quote(method)}: metrics are only read; use GET`);
  }
  if (hasBody) throw new StatusError(400, 'cannot read the request: a GET has no body here; send none');
}

function negotiatedType({ kind }: ApiPath, accept: string | undefined): string {
  const offers = kind === 'groups' ? [AGGREGATED_DISCOVERY, JSON_TYPE] : [JSON_TYPE];
  const type = negotiate(accept, offers);
  if (type !== undefined) return type;
  throw new StatusError(406, `cannot answer as ${quote(accept ?? '')}: only these media types are served: ${offers.join(', ')}`);
}

/** Ignoring a selector would answer another question; naming the object that is asked for anyway changes nothing. */
function refuseFieldSelector(path: ApiPath, query: URLSearchParams): void {
  const selector = query.get('fieldSelector');
  if (!selector || (path.kind === 'custom' && selector === `metadata.name=${path.name}`)) return;
  throw new StatusError(400, `cannot apply fieldSelector ${quote(selector)}: metrics have no fields to select by; use labelSelector`);
}

interface DocumentRequest {
  readonly path: Exclude<ApiPath, { kind: 'custom' | 'external' }>;
  readonly contentType: string;
}

function documentOf({ path, contentType }: DocumentRequest, { signals, version }: Services): object {
  const metrics = signals.list().map(({ name }) => name);
  switch (path.kind) {
    case 'groups':
      return contentType === AGGREGATED_DISCOVERY ? aggregatedDocument(metrics) : groupListDocument();
    case 'group':
      return groupDocument(path.group);
    case 'resources':
      return resourceListDocument(path, metrics);
    case 'version':
      return versionDocument(version);
    case 'openapi':
      return openApiDocument(path.version, version);
  }
}

interface DocumentReply {
  readonly body: string;
  readonly contentType: string;
  readonly ifNoneMatch?: string | undefined;
}

/** Documents change with a release only: who has read one asks with its ETag and gets 304. */
function documentReply({ body, contentType, ifNoneMatch }: DocumentReply): ApiReply {
  const etag = `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"`;
  const headers = { ETag: etag, Vary: 'Accept', 'Content-Type': contentType };
  if (ifNoneMatch === etag) return { code: 304, headers, body: '' };
  return { code: 200, headers, body };
}
