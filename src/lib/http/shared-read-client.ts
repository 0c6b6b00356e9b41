// Plain-HTTP connections that read into one buffer. Node makes a fresh one outside the heap for every read, and V8 answers some tens of MiB
// of those with a collection of the whole heap: it cost more than the scrapes themselves (PERFORMANCE.md).
import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';

export interface SharedReadOptions {
  readonly client: Omit<Client.Options, 'connect'>;
  readonly connectTimeoutMs: number;
  readonly buffers: ReadBuffers;
}

/** What connections read into; for any number of them. */
export interface ReadBuffers {
  /** The first read of an answer: short, because it is copied. */
  readonly first: Uint8Array;
  /** What follows a read that was full. */
  readonly further: Uint8Array;
}

// More than nearly all heads: one that is longer costs a copy of what follows it.
const FIRST_BYTES = 512;
/** As much as Node reads at once. */
const FURTHER_BYTES = 64 * 1024;

export function createReadBuffers(): ReadBuffers {
  return { first: new Uint8Array(FIRST_BYTES), further: new Uint8Array(FURTHER_BYTES) };
}

/**
 * A client of one origin. Chunks that its handlers get are views of the shared buffers: valid until the handler returns.
 *
 * Why no other read can overwrite them earlier: libuv reads into a buffer only from its own loop, and Node empties the queue of ticks after
 * each read, in which undici parses what was pushed. undici keeps views beyond that while a head is unfinished, so chunks are copied
 * until the answer's body has begun; what a paused handler leaves unread is copied by `keepUnread`. Of trailers undici may keep views too, and nobody reads them.
 */
export class SharedReadClient extends Client {
  readonly #answer: Answer;

  constructor(origin: string | URL, { client, connectTimeoutMs, buffers }: SharedReadOptions) {
    const answer: Answer = { inBody: false };
    super(origin, { ...client, connect: connectorOf({ answer, connectTimeoutMs, buffers }) });
    this.#answer = answer;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return super.dispatch(options, new AnswerWatch(handler, this.#answer));
  }
}

/** The answer that a connection is reading; a connection has one at a time. */
interface Answer {
  /** True between the end of its head and its own. */
  inBody: boolean;
}

interface Connecting extends Omit<SharedReadOptions, 'client'> {
  readonly answer: Answer;
}

function connectorOf({ answer, connectTimeoutMs, buffers }: Connecting): buildConnector.connector {
  return (options, callback) => {
    let socket: Socket | undefined;
    let next = buffers.first;
    answer.inBody = false;
    const onread = {
      buffer: () => next,
      callback: (length: number, buffer: Uint8Array): boolean => {
        next = length === buffer.length ? buffers.further : buffers.first;
        return socket === undefined || push(socket, { chunk: Buffer.from(buffer.buffer, 0, length), isShared: answer.inBody });
      },
    };
    buildConnector({ timeout: connectTimeoutMs, allowH2: false, onread })(options, (error, connected) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      socket = connected;
      callback(null, connected);
    });
  };
}

/** False when the socket wants to be read no more for now. */
function push(socket: Socket, { chunk, isShared }: { readonly chunk: Buffer; readonly isShared: boolean }): boolean {
  if (!isShared) return socket.push(Buffer.from(chunk));
  const wantsMore = socket.push(chunk);
  process.nextTick(keepUnread, socket);
  return wantsMore;
}

/** Comes after undici's turn. Nobody is told: the bytes are the same. */
function keepUnread(socket: Socket): void {
  if (socket.readableLength === 0 || socket.destroyed) return;
  const unread: unknown = socket.read();
  if (unread instanceof Uint8Array) socket.unshift(Buffer.from(unread));
}

/** Notes where in its answer a connection is, and passes everything on. */
class AnswerWatch implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #answer: Answer;

  constructor(handler: Dispatcher.DispatchHandler, answer: Answer) {
    this.#handler = handler;
    this.#answer = answer;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#answer.inBody = false;
    this.#handler.onRequestStart?.(controller, context);
  }

  onResponseStart(...[controller, status, headers, message]: Parameters<Required<Dispatcher.DispatchHandler>['onResponseStart']>): void {
    // 103 Early Hints and its like are followed by another head.
    this.#answer.inBody = status >= 200;
    this.#handler.onResponseStart?.(controller, status, headers, message);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(...[controller, trailers]: Parameters<Required<Dispatcher.DispatchHandler>['onResponseEnd']>): void {
    this.#answer.inBody = false;
    this.#handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#handler.onResponseError?.(controller, error);
  }
}
