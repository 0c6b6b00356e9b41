// /api/plimsoll/*: what Plimsoll says about itself to people and programs, as JSON.
import { type RequestHandler, type Response, Router } from 'express';
import { quote } from '../lib/quote.ts';

/** One path below /api/plimsoll. */
export interface PlimsollRoute {
  /** `/answers`. */
  readonly path: string;
  /** With its parameters, for people who took a wrong path. */
  readonly usage: string;
  /** The body of the answer; rejects with an ApiError for what the asker can change. */
  readonly answer: (question: PlimsollQuestion) => Promise<unknown>;
}

export interface PlimsollQuestion {
  readonly query: URLSearchParams;
  /** Aborted when the client goes away. */
  readonly abortSignal: AbortSignal;
}

/** An answer other than 200; its message is shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: 400 | 404 | 422 | 503;

  constructor(code: ApiError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Answers below /api/plimsoll. Whoever mounts it has admitted the asker, and lets GET and HEAD through only. */
export function createPlimsollApi(routes: readonly PlimsollRoute[]): RequestHandler {
  const router = Router({ caseSensitive: true, strict: true });
  for (const { path, answer } of routes) {
    router.get(path, async (request, response) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const query = new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'));
      try {
        send(response, { code: 200, body: await answer({ query, abortSignal: gone.signal }) });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        send(response, { code: error.code, body: { error: error.message } });
      }
    });
  }
  router.use((request, response) => {
    const error = `cannot find ${quote(request.path)}: there is no such path; the paths are ${routes.map(({ usage }) => usage).join(', ')}`;
    send(response, { code: 404, body: { error } });
  });
  return router;
}

function send(response: Response, { code, body }: { readonly code: number; readonly body: unknown }): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(code, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  response.end(text);
}
