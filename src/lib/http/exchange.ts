// One request: the head shown to the caller first, then the body up to a limit.
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { Body, type BodyBuffers } from './body-buffers.ts';

export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface ExchangeRequest {
  readonly dispatcher: Dispatcher;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH';
  /** Path and query. */
  readonly path: string;
  /** What is sent after the head. */
  readonly sent?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Most bytes of body as sent, before any decompression. */
  readonly maxBytes: number;
  readonly buffers: BodyBuffers;
  /** False when the head is enough: the body is then not read, and the connection not used again. */
  readonly wantsBody: (head: ResponseHead) => boolean;
}

/** How far an exchange came before it ended. */
export type Progress = 'connecting' | 'waiting' | 'reading';

export type Exchange =
  | {
      readonly kind: 'response';
      readonly head: ResponseHead /** Empty when it was not wanted; to be released by who reads it. */;
      readonly body: Body;
    }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'aborted'; readonly progress: Progress; readonly receivedBytes: number }
  | { readonly kind: 'broken'; readonly progress: Progress; readonly receivedBytes: number; readonly error: Error };

/** Never rejects. Redirects are answers like any other. A GET over an idle connection that the server had just closed is silently tried once more. */
export async function exchange(request: ExchangeRequest): Promise<Exchange> {
  const first = await exchangeOnce(request);
  const isHarmless = (request.method ?? 'GET') === 'GET';
  return isHarmless && first.kind === 'broken' && first.progress === 'waiting' && wasClosed(first.error) ? exchangeOnce(request) : first;
}

function wasClosed(error: Error): boolean {
  return 'code' in error && (error.code === 'UND_ERR_SOCKET' || error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function exchangeOnce(request: ExchangeRequest): Promise<Exchange> {
  const { dispatcher, origin, method = 'GET', path, headers, sent = null, signal } = request;
  return new Promise((resolve) => {
    const reader = new ResponseReader(request, (outcome) => {
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    });
    const abort = (): void => reader.abort();
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    dispatcher.dispatch({ origin, path, method, headers, body: sent }, reader);
  });
}

/** Takes undici's callbacks of one request and ends once, whatever still arrives after that. */
class ResponseReader implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #onEnd: (outcome: Exchange) => void;
  #ended = false;
  #controller: Dispatcher.DispatchController | undefined;
  #head: ResponseHead | undefined;
  readonly #body: Body;
  #expectedBytes = 0;

  constructor(request: ExchangeRequest, onEnd: (outcome: Exchange) => void) {
    this.#request = request;
    this.#onEnd = onEnd;
    this.#body = new Body(request.buffers);
  }

  abort(): void {
    this.#cutShort({ kind: 'aborted', progress: this.#progress(), receivedBytes: this.#body.length });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Aborted while the connection was being made: undici has no other way to take a request back.
    if (this.#ended) controller.abort(new Error('no longer wanted'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // 103 Early Hints and its like come before the answer.
    if (status < 200) return;
    this.#head = { status, headers };
    if (!this.#request.wantsBody(this.#head)) this.#cutShort({ kind: 'response', head: this.#head, body: this.#body });
    else if (Number(headers['content-length']) > this.#request.maxBytes) this.#cutShort({ kind: 'too-large' });
    this.#expectedBytes = Number(headers['content-length'] ?? 0);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    if (this.#body.length + chunk.length > this.#request.maxBytes) this.#cutShort({ kind: 'too-large' });
    else this.#body.add(chunk, this.#expectedBytes);
  }

  onResponseEnd(): void {
    if (this.#head !== undefined) this.#end({ kind: 'response', head: this.#head, body: this.#body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end({ kind: 'broken', progress: this.#progress(), receivedBytes: this.#body.length, error });
  }

  #progress(): Progress {
    if (this.#controller === undefined) return 'connecting';
    return this.#head === undefined ? 'waiting' : 'reading';
  }

  #cutShort(outcome: Exchange): void {
    this.#end(outcome);
    this.#controller?.abort(new Error('no longer wanted'));
  }

  #end(outcome: Exchange): void {
    if (this.#ended) return;
    this.#ended = true;
    if (outcome.kind !== 'response') this.#body.release();
    this.#onEnd(outcome);
  }
}
