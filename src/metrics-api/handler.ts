// One request of the metrics API, from its head to the bytes of its answer.

import { quote } from '../lib/quote.ts';
import { customAnswer } from './custom.ts';
import { Documents } from './documents.ts';
import { EmptySelections } from './empty-selections.ts';
import { externalAnswer } from './external.ts';
import { statusErrorFor } from './failure.ts';
import { contentTypeOf, DOCUMENT_OFFERS, type Form, GROUPS_OFFERS, LIST_OFFERS, writeObject } from './forms.ts';
import { ListWriter, type MetricList, type WrittenList } from './list-writer.ts';
import { negotiate, type Offer, wantsIndent } from './negotiate.ts';
import { type ApiPath, type CustomPath, type ExternalPath, parsePath } from './paths.ts';
import { refuseUnfollowable } from './query.ts';
import { type Resources, resourcesOfRules, resourcesWith } from './resources.ts';
import type { MetricsApiServices } from './services.ts';
import { type StatusCode, StatusError, statusOf } from './status.ts';
import { type ListItem, tableOf } from './table.ts';
import { givenFailure, givenList, pathOfRefused, tell } from './told.ts';

export interface ApiRequest {
  readonly method: string;
  /** Path and query as they came, percent-encoded. */
  readonly target: string;
  readonly accept?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly hasBody: boolean;
  /** Whom it was admitted for. */
  readonly user?: string;
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

/** What requests are answered from, and what is kept from one to the next. */
interface Context extends Pick<MetricsApiServices, 'signals' | 'rules' | 'inventory' | 'clock' | 'log' | 'recorder'> {
  readonly resources: Resources;
  readonly documents: Documents;
  readonly lists: ListWriter;
  readonly empties: EmptySelections;
}

export type Replies = (request: ApiRequest) => Promise<ApiReply>;

/** Answers every request; whatever fails becomes a Status with its code. */
export function createReplies(services: Omit<MetricsApiServices, 'meter'>): Replies {
  const { owners, rules } = services;
  const context = {
    ...services,
    resources: rules === undefined ? resourcesWith(owners) : resourcesOfRules(owners),
    documents: new Documents({ ...services, resources: resourcesWith(owners) }),
    lists: new ListWriter(),
    empties: new EmptySelections(services),
  };
  return (request) => replyTo(request, context);
}

async function replyTo(request: ApiRequest, context: Context): Promise<ApiReply> {
  const { target } = request;
  const mark = target.indexOf('?');
  const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1));
  const indented = wantsIndent(query.get('pretty'), request.userAgent);
  const told = { query, user: request.user };
  const pathText = mark === -1 ? target : target.slice(0, mark);
  let path: ApiPath | undefined;
  try {
    if (request.refused !== undefined) throw new StatusError(request.refused.code, request.refused.message);
    refuseOtherThanReading(request);
    path = parsePath(pathText, context.resources);
    const form = negotiatedForm(path, request.accept);
    if (path.kind !== 'custom' && path.kind !== 'external') return context.documents.reply({ ...request, path, form, indented });
    refuseUnfollowable(path, query);
    const list = await listOf({ ...request, path, query }, context);
    const body = listBody(context.lists.write(list), { path, query, form, indented, nowMs: context.clock.nowMs() });
    tell({ ...told, path, given: givenList(list) }, context);
    return { code: 200, headers: { 'Content-Type': contentTypeOf(form) }, ...body };
  } catch (error) {
    const failure = statusErrorFor(error, context.log);
    const isRefusal = request.refused !== undefined;
    if (isRefusal) path = pathOfRefused(pathText, context.resources);
    // Whoever went away was told nothing.
    if (!request.abortSignal.aborted) tell({ ...told, path, given: givenFailure(failure, { isRefusal }) }, context);
    const allow = failure.code === 405 ? { Allow: 'GET, HEAD' } : {};
    // Whatever form was asked for: those who read errors read JSON.
    const headers = { 'Content-Type': contentTypeOf('json'), ...allow };
    return { code: failure.code, headers, body: writeObject(statusOf(failure), { form: 'json', indented }) };
  }
}

interface ListQuestion {
  readonly path: CustomPath | ExternalPath;
  readonly query: URLSearchParams;
}

function listOf(request: ApiRequest & ListQuestion, context: Context): Promise<MetricList> {
  const { path } = request;
  return path.kind === 'custom' ? customAnswer({ ...request, path }, context) : externalAnswer({ ...request, path }, context);
}

interface ListWriting extends ListQuestion {
  readonly form: Form;
  readonly indented: boolean;
  readonly nowMs: number;
}

/** JSON is sent as it is written. For other forms, which people ask for, it is read again, so that one place alone says what lists hold. */
function listBody(
  { bytes, release }: WrittenList,
  { path, query, form, indented, nowMs }: ListWriting,
): Pick<ApiReply, 'body' | 'release'> {
  if (form === 'json' && !indented) return { body: bytes, release };
  const list: { readonly items: readonly ListItem[] } = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  release();
  if (form !== 'table v1' && form !== 'table v1beta1') return { body: writeObject(list, { form, indented }) };
  const version = form === 'table v1' ? 'v1' : 'v1beta1';
  const { namespace } = path;
  const table = tableOf(path.kind, { items: list.items, version, namespace, includeObject: query.get('includeObject'), nowMs });
  return { body: writeObject(table, { form, indented }) };
}

function refuseOtherThanReading({ method, hasBody }: ApiRequest): void {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new StatusError(405, `the server does not allow method ${quote(method)}: metrics are only read; use GET`);
  }
  if (hasBody) throw new StatusError(400, 'cannot read the request: a GET has no body here; send none');
}

function negotiatedForm({ kind }: ApiPath, accept: string | undefined): Form {
  const offers = offersFor(kind);
  const offer = negotiate(accept, offers);
  if (offer !== undefined) return offer.form;
  const served = offers.map(({ mediaType }) => mediaType).join(', ');
  throw new StatusError(406, `cannot answer as ${quote(accept ?? '')}: only these media types are served: ${served}`);
}

function offersFor(kind: ApiPath['kind']): readonly Offer<Form>[] {
  if (kind === 'custom' || kind === 'external') return LIST_OFFERS;
  return kind === 'groups' ? GROUPS_OFFERS : DOCUMENT_OFFERS;
}
