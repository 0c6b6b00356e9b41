// What every request to an API server has in common.
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import type { BodyBuffers } from '../http/body-buffers.ts';
import type { HttpClient, HttpSession } from '../http/rotating-client.ts';
import type { Turns } from '../turns.ts';
import type { KubeAccess } from './access.ts';
import { type KubeRequest, KubeUnreachable } from './client.ts';

/** What one exchange may cost. */
export interface KubeLimits {
  /** Longest body of an answer. Default: 4 MiB, which is more than any object that etcd takes (1.5 MiB) and is parsed in some 20 ms. */
  readonly answerBytes: number;
  /** Longest event of a watch. Default: the same, for the same reason. */
  readonly eventBytes: number;
  /** Longest wait for a whole answer, and for the head of a watch. Default: 15 s. */
  readonly requestMs: number;
  /** A watch in which nothing came for so long is opened anew. Default: 90 s. */
  readonly silenceMs: number;
}

export interface ClientContext {
  readonly access: KubeAccess;
  readonly clock: Clock;
  readonly limits: KubeLimits;
  readonly url: URL;
  readonly connections: HttpClient;
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly buffers: BodyBuffers;
  readonly turns: Turns;
}

/** A session before the deadline: files may lie on a slow disk, and programs that make credentials may hang. */
export async function sessionWithin(context: ClientContext, deadline: Deadline): Promise<HttpSession> {
  const { signal } = deadline;
  let stop = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    stop = () => reject(endedError(context, deadline));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([context.connections.session(), ended]);
  } catch (error) {
    if (error instanceof KubeUnreachable) throw error;
    // The message is ours: it names files and options, and never what is in them.
    throw new KubeUnreachable(error instanceof Error ? error.message : String(error), { reason: 'credentials', cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Why a deadline's signal was aborted. */
export function endedError({ access, limits }: ClientContext, deadline: Deadline): KubeUnreachable {
  if (!deadline.isOver()) return new KubeUnreachable('the question was taken back', { reason: 'aborted' });
  return new KubeUnreachable(`cannot reach the API server ${access.server}: no answer within ${limits.requestMs} ms; is it overloaded?`, {
    reason: 'timeout',
  });
}

/** A server may live under a path, as behind Rancher. */
export function pathUnder(url: URL, path: string): string {
  return `${url.pathname.replace(/\/+$/, '')}${path}`;
}

interface HeaderParts {
  readonly method?: KubeRequest['method'];
  readonly accept?: string;
  readonly body?: unknown;
}

export function headersOf(context: ClientContext, session: HttpSession, { method, accept, body }: HeaderParts): Record<string, string> {
  // No accept-encoding: within a cluster, compressing a page costs both sides more than its bytes on the wire.
  const headers: Record<string, string> = { ...context.headers, accept: accept ?? 'application/json' };
  if (session.authorization !== undefined) headers['authorization'] = session.authorization;
  if (body !== undefined) headers['content-type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return headers;
}
