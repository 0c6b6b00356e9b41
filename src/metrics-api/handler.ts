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
import { ListWriter, type MetricList, type WrittenList } from './list-writer.ts';
import { negotiate, wantsIndent } from './negotiate.ts';
import { type ApiPath, type CustomPath, type ExternalPath, parsePath } from './paths.ts';
import type { MetricsApiServices } from './services.ts';
import { type StatusCode, StatusError, statusOf } from './status.ts';

export interface ApiRequest {
  readonly method: string;
  /** Path and query as they came, percent-encoded. */
  readonly target: string;
  readonly accept?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly hasBody: boolean;
  /** That it was not admitted, and why. */
  readonly refused?: { readonly code: StatusCode; readonly message: string };
  /** Aborted when the client goes away. */
  readonly abortSignal: AbortSignal;
}

export interface ApiReply {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** To be called when the body has been sent, or will not be: its memory is used again. */
  release?(): void;
}

type Services = Omit<MetricsApiServices, 'clock' | 'meter'>;

export type Replies = (request: ApiRequest) => Promise<ApiReply>;

const JSON_TYPE = 'application/json';

/** Answers every request; whatever fails becomes a Status with its code. What lists are made of is kept between requests. */
export function createReplies(services: Services): Replies {
  const lists = new ListWriter();
  return (request) => replyTo(request, { ...services, lists });
}

async function replyTo(request: ApiRequest, services: Services & { readonly lists: ListWriter }): Promise<ApiReply> {
  const { target } = request;
  const mark = target.indexOf('?');
  const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1));
  const indented = wantsIndent(query.get('pretty'), request.userAgent);
  const write = indented ? writeIndented : writeCompact;
  try {
    if (request.refused !== undefined) throw new StatusError(request.refused.code, request.refused.message);
    refuseOtherThanReading(request);
    const path = parsePath(mark === -1 ? target : target.slice(0, mark));
    const contentType = negotiatedType(path, request.accept);
    refuseFieldSelector(path, query);
    if (path.kind === 'custom' || path.kind === 'external') {
      const list = await listOf({ ...request, path, query }, services);
      return { code: 200, headers: { 'Content-Type': contentType }, ...listBody(services.lists.write(list), indented) };
    }
    return documentReply({ ...request, contentType, body: write(documentOf({ path, contentType }, services)) });
  } catch (error) {
    const failure = statusErrorFor(error, services.log);
    const allow = failure.code === 405 ? { Allow: 'GET, HEAD' } : {};
    return { code: failure.code, headers: { 'Content-Type': JSON_TYPE, ...allow }, body: write(statusOf(failure)) };
  }
}

interface ListRequest extends ApiRequest {
  readonly path: CustomPath | ExternalPath;
  readonly query: URLSearchParams;
}

function listOf(request: ListRequest, services: Services): Promise<MetricList> {
  const { path } = request;
  return path.kind === 'custom' ? customAnswer({ ...request, path }, services) : externalAnswer({ ...request, path }, services);
}

/** A person's list is read again to be indented, so that one place alone says what lists look like. */
function listBody({ bytes, release }: WrittenList, indented: boolean): Pick<ApiReply, 'body' | 'release'> {
  if (!indented) return { body: bytes, release };
  const body = writeIndented(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()));
  release();
  return { body };
}

function writeCompact(body: object): string {
  return `${JSON.stringify(body)}\n`;
}

function writeIndented(body: object): string {
  return `${JSON.stringify(body, undefined, 2)}\n`;
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
