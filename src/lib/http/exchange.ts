// One GET: the head shown to the caller first, then the body up to a limit.
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface ExchangeRequest {
  readonly dispatcher: Dispatcher;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Most bytes of body as sent, before any decompression. */
  readonly maxBytes: number;
  /** False when the head is enough: the body is then not read, and the connection not used again. */
  readonly wantsBody: (head: ResponseHead) => boolean;
}

/** How far an exchange came before it ended. */
export type Progress = 'connecting' | 'waiting' | 'reading';

export type Exchange =
  | { readonly kind: 'response'; readonly head: ResponseHead /** Empty when it was not wanted. */; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'aborted'; readonly progress: Progress; readonly receivedBytes: number }
  | { readonly kind: 'broken'; readonly progress: Progress; readonly receivedBytes: number; readonly error: Error };

/** Never rejects. Redirects are answers like any other. An idle connection that the server had just closed costs one silent second try. */
export async function exchange(request: ExchangeRequest): Promise<Exchange> {
  const first = await exchangeOnce(request);
  return first.kind === 'broken' && first.progress === 'waiting' && wasClosed(first.error) ? exchangeOnce(request) : first;
}

function wasClosed(error: Error): boolean {
  return 'code' in error && (error.code === 'UND_ERR_SOCKET' || error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function exchangeOnce(request: ExchangeRequest): Promise<Exchange> {
  const { dispatcher, url, headers, signal } = request;
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
    dispatcher.dispatch({ origin: url.origin, path: `${url.pathname}${url.search}`, method: 'GET', headers }, reader);
  });
}

/** Takes undici's callbacks of one request and ends once, whatever still arrives after that. */
class ResponseReader implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #onEnd: (outcome: Exchange) => void;
  #ended = false;
  #controller: Dispatcher.DispatchController | undefined;
  #head: ResponseHead | undefined;
  readonly #chunks: Buffer[] = [];
  #receivedBytes = 0;

  constructor(request: ExchangeRequest, onEnd: (outcome: Exchange) => void) {
    this.#request = request;
    this.#onEnd = onEnd;
  }

  abort(): void {
    this.#cutShort({ kind: 'aborted', progress: this.#progress(), receivedBytes: this.#receivedBytes });
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
    if (!this.#request.wantsBody(this.#head)) this.#cutShort({ kind: 'response', head: this.#head, bytes: new Uint8Array(0) });
    else if (Number(headers['content-length']) > this.#request.maxBytes) this.#cutShort({ kind: 'too-large' });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#request.maxBytes) this.#cutShort({ kind: 'too-large' });
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first = Buffer.alloc(0)] = this.#chunks;
    const bytes = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#receivedBytes) : first;
    if (this.#head !== undefined) this.#end({ kind: 'response', head: this.#head, bytes });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end({ kind: 'broken', progress: this.#progress(), receivedBytes: this.#receivedBytes, error });
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
    this.#onEnd(outcome);
  }
}
