// The KubeClient over HTTP/1.1.
import type { Clock } from '../clock.ts';
import { type Deadline, within } from '../deadline.ts';
import { BodyBuffers } from '../http/body-buffers.ts';
import { type Exchange, exchange } from '../http/exchange.ts';
import { Turns } from '../turns.ts';
import { type AccessSource, loadKubeAccess } from './access.ts';
import { type KubeAnswer, type KubeClient, type KubeRequest, KubeUnreachable } from './client.ts';
import { openConnections } from './connections.ts';
import { type ClientContext, endedError, headersOf, type KubeLimits, pathUnder, sessionWithin } from './context.ts';
import { watchEvents } from './watch-events.ts';
import { brokenConnection } from './words.ts';

export interface KubeClientOptions extends AccessSource {
  readonly clock: Clock;
  /** Plimsoll's own, said in the User-Agent. */
  readonly version: string;
  readonly limits?: Partial<KubeLimits> | undefined;
}

const MIB = 1024 * 1024;
const DEFAULT_LIMITS: KubeLimits = {
  answerBytes: 4 * MIB,
  eventBytes: 4 * MIB,
  requestMs: 15_000,
  // kube-apiserver says in every watch how far it is, about once a minute (bookmarks of its watch cache).
  silenceMs: 90_000,
};

/** Asks nothing yet. Rejects with a UserError when it cannot be found out where the cluster is. */
export async function createKubeClient({ clock, version, limits, ...source }: KubeClientOptions): Promise<KubeClient> {
  const access = await loadKubeAccess(source);
  const context = {
    access,
    clock,
    limits: { ...DEFAULT_LIMITS, ...limits },
    url: new URL(access.server),
    connections: openConnections(access, clock),
    headers: { 'user-agent': `plimsoll/${version}`, ...(access.impersonate ? { 'impersonate-user': access.impersonate } : {}) },
    buffers: new BodyBuffers(),
    turns: new Turns(),
  };
  return {
    server: access.server,
    request: (request) =>
      within({ clock, ms: context.limits.requestMs, signal: request.signal }, (deadline) => askWithin(context, request, deadline)),
    watch: (request) => watchEvents(context, request),
    close: () => context.connections.close(),
  };
}

async function askWithin(context: ClientContext, request: KubeRequest, deadline: Deadline): Promise<KubeAnswer> {
  const session = await sessionWithin(context, deadline);
  const { url, buffers, limits } = context;
  const outcome = await exchange({
    dispatcher: session.dispatcher,
    origin: url.origin,
    method: request.method,
    path: pathUnder(url, request.path),
    headers: headersOf(context, session, request),
    ...(request.body === undefined ? {} : { sent: JSON.stringify(request.body) }),
    signal: deadline.signal,
    maxBytes: limits.answerBytes,
    buffers,
    wantsBody: () => true,
  });
  return answerOf(context, outcome, { path: request.path, deadline });
}

interface Asked {
  readonly path: string;
  readonly deadline: Deadline;
}

async function answerOf(context: ClientContext, outcome: Exchange, { path, deadline }: Asked): Promise<KubeAnswer> {
  const { access, limits } = context;
  switch (outcome.kind) {
    case 'aborted':
      throw endedError(context, deadline);
    case 'broken':
      throw brokenConnection(access.server, outcome.error);
    case 'too-large':
      throw new KubeUnreachable(
        `cannot read the answer of the API server to ${path}: it is longer than ${limits.answerBytes} bytes; ask for less at once`,
        { reason: 'too-long' },
      );
    case 'response':
      return parsed(context, outcome, path);
  }
}

// A millisecond of parsing and of what follows, when it is done for the first time.
const LONG_BYTES = 32 * 1024;

async function parsed(
  { turns }: ClientContext,
  { head, body }: Extract<Exchange, { kind: 'response' }>,
  path: string,
): Promise<KubeAnswer> {
  const bytes = body.length;
  if (bytes > LONG_BYTES) await turns.next();
  try {
    return { status: head.status, json: JSON.parse(new TextDecoder().decode(body.bytes)), bytes };
  } catch (cause) {
    // Proxies refuse in HTML, and API servers in plain text when a path is unknown.
    if (head.status >= 300) return { status: head.status, json: undefined, bytes };
    const message = `cannot read the answer of the API server to ${path}: it is no JSON; does the kubeconfig name an API server?`;
    throw new KubeUnreachable(message, { reason: 'malformed', cause });
  } finally {
    body.release();
  }
}
