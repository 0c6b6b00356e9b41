// Answers on their way: in pieces, each in a turn of its own, as fast as the client reads them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { constants, createGzip } from 'node:zlib';
import { type Answer, type JsonPieces, shownAnnotations } from './answer.ts';
import type { ApiFailure } from './failure.ts';

/** Characters of one turn: less than a millisecond, of which several answers may fall into one. Shorter answers are sent at once. */
const A_TURN = 16 * 1024;
/** Below it compressing costs more than it saves. */
const LEAST_COMPRESSED = 1024;

/** Settles when the answer was sent, or its client has gone. Rejects when its pieces cannot be made. */
export async function sendAnswer(exchange: Exchange, answer: Answer): Promise<void> {
  const texts = inTurns(wholePieces(answer));
  const first = await texts.next();
  const second = first.done === true ? first : await texts.next();
  const start = first.done === true ? '' : first.value;
  if (second.done === true) await sendText(exchange, { code: 200, text: start });
  else await stream(exchange, after([start, second.value], texts));
}

export interface Exchange {
  readonly request: Pick<IncomingMessage, 'headers'>;
  readonly response: ServerResponse;
}

/** With the status of the failure. */
export async function sendFailure(exchange: Exchange, failure: Pick<ApiFailure, 'code' | 'type' | 'message'>): Promise<void> {
  const { code, type, message } = failure;
  await sendText(exchange, { code, text: JSON.stringify({ status: 'error', errorType: type, error: message }) });
}

function* wholePieces({ data, warnings, infos }: Answer): JsonPieces {
  yield '{"status":"success","data":';
  yield* data;
  const shown = { warnings: shownAnnotations('warning', warnings), infos: shownAnnotations('info', infos) };
  for (const [name, texts] of Object.entries(shown)) if (texts.length > 0) yield `,"${name}":${JSON.stringify(texts)}`;
  yield '}';
}

async function* inTurns(pieces: JsonPieces): AsyncGenerator<string, undefined> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < A_TURN) continue;
    yield text;
    text = '';
    await setImmediate();
  }
  yield text;
}

async function* after(texts: readonly string[], rest: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  // Delegating to a list would fail where the stream throws its end into it.
  for (const text of texts) yield text;
  yield* rest;
}

async function sendText(exchange: Exchange, { code, text }: { readonly code: number; readonly text: string }): Promise<void> {
  const { response } = exchange;
  if (takesGzip(exchange) && text.length >= LEAST_COMPRESSED) {
    response.statusCode = code;
    await stream(exchange, after([text], inTurns([])));
    return;
  }
  response.writeHead(code, { ...HEADERS, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

const HEADERS = { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff', Vary: 'Accept-Encoding' };

async function stream(exchange: Exchange, texts: AsyncIterable<string>): Promise<void> {
  const { response } = exchange;
  const isCompressed = takesGzip(exchange);
  response.setHeaders(new Map(Object.entries({ ...HEADERS, ...(isCompressed && { 'Content-Encoding': 'gzip' }) })));
  const source = Readable.from(texts, { objectMode: false });
  try {
    // The least effort: most of what can be saved, at a fifth of the time.
    if (isCompressed) await pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), response);
    else await pipeline(source, response);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** The client has closed the connection, which is no fault of ours. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

const GZIP = /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q\s*=\s*(?<quality>[\d.]+)\s*)?(?:,|$)/i;

function takesGzip({ request }: Exchange): boolean {
  const match = GZIP.exec(String(request.headers['accept-encoding'] ?? ''));
  return match !== null && Number(match.groups?.['quality'] ?? 1) > 0;
}
