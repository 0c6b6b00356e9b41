// A list read in pages.
import { type JsonObject, listOf, objectOf, textOf } from '../json.ts';
import { type KubeAnswer, type KubeClient, KubeRefused, KubeUnreachable } from './client.ts';
import type { PageSize } from './page-size.ts';
import { statusMessage } from './words.ts';

export interface ListRequest {
  readonly client: KubeClient;
  /** Path and query without those of paging. */
  readonly path: string;
  readonly accept: string;
  /** Remembers from list to list how large pages may be. */
  readonly size: PageSize;
  readonly signal: AbortSignal;
}

export interface Page {
  readonly objects: readonly JsonObject[];
  /** Of the whole list, the same on each of its pages: a watch goes on from it. */
  readonly resourceVersion: string;
}

/**
 * All pages of one state of the resource. No resourceVersion is asked for: the list is then as new as can be, and with `0` the limit would count for nothing.
 * Throws a KubeRefused for a status other than 200; 410 means that the list took too long and has to begin anew.
 */
export async function* listPages(request: ListRequest): AsyncGenerator<Page, void> {
  let token: string | undefined;
  do {
    const { page, next } = pageOf(await readPage(request, token), request.path);
    if (next !== undefined && next === token) throw malformed(request.path, 'it has the same page follow itself');
    token = next;
    yield page;
  } while (token !== undefined);
}

async function readPage(request: ListRequest, token: string | undefined): Promise<KubeAnswer> {
  const { client, path, accept, size, signal } = request;
  for (;;) {
    const { limit } = size;
    const query = { limit: String(limit), ...(token === undefined ? {} : { continue: token }) };
    try {
      const answer = await client.request({ method: 'GET', path: withQuery(path, query), accept, signal });
      if (answer.status !== 200) throw new KubeRefused(answer.status, statusMessage(answer.json) ?? `status ${answer.status}`);
      size.came({ objects: listOf(objectOf(answer.json)['items']).length, bytes: answer.bytes });
      return answer;
    } catch (error) {
      if (!(error instanceof KubeUnreachable && error.reason === 'too-long' && size.shrink())) throw error;
    }
  }
}

function pageOf({ json }: KubeAnswer, path: string): { readonly page: Page; readonly next: string | undefined } {
  const { items, metadata } = objectOf(json);
  const { resourceVersion, continue: next } = objectOf(metadata);
  const version = textOf(resourceVersion);
  if (version === undefined) throw malformed(path, 'it has no resourceVersion');
  return { page: { objects: listOf(items).map(objectOf), resourceVersion: version }, next: textOf(next) };
}

function malformed(path: string, fault: string): KubeUnreachable {
  return new KubeUnreachable(`cannot read the list ${path}: ${fault}; is there a proxy that changes answers?`, { reason: 'malformed' });
}

/** The path with more parameters in its query. */
export function withQuery(path: string, parameters: Readonly<Record<string, string>>): string {
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`;
}
