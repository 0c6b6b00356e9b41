// The stream of a watch: one JSON value a line.
import type { Dispatcher } from 'undici';
import { type Deadline, deadlineAfter } from '../deadline.ts';
import { KubeRefused, KubeUnreachable, type KubeWatch } from './client.ts';
import { type ClientContext, endedError, headersOf, pathUnder, sessionWithin } from './context.ts';
import { Lines, LongLine } from './lines.ts';
import { type Silence, silenceOf } from './silence.ts';
import { brokenConnection, statusMessage } from './words.ts';

/**
 * Until the server ends it, or says nothing for so long that it may be gone without a word: what stands between may hold a connection open,
 * so that TCP notices nothing. Breaks with a KubeUnreachable, or a KubeRefused for a status other than 200.
 */
export async function* watchEvents(context: ClientContext, request: KubeWatch): AsyncGenerator<unknown, void> {
  const { clock, limits } = context;
  const deadline = deadlineAfter({ clock, ms: limits.requestMs, signal: request.signal });
  const silence = silenceOf({ clock, ms: limits.silenceMs, signal: deadline.signal });
  try {
    const { statusCode, body } = await open(context, request, { deadline, silence });
    if (statusCode !== 200) throw new KubeRefused(statusCode, await refusalOf(body, statusCode));
    deadline.takeBack();
    request.opened?.();
    const lines = new Lines(limits.eventBytes);
    for await (const chunk of body) {
      silence.heard();
      if (chunk instanceof Uint8Array) yield* eventsOf(lines, chunk, request.path);
    }
  } catch (error) {
    if (silence.isOver() && !deadline.signal.aborted) return;
    throw inWords(error, context, { request, deadline });
  } finally {
    deadline.takeBack();
    silence.takeBack();
  }
}

interface Ends {
  readonly deadline: Deadline;
  readonly silence: Silence;
}

async function open(context: ClientContext, request: KubeWatch, { deadline, silence }: Ends): Promise<Dispatcher.ResponseData> {
  const session = await sessionWithin(context, deadline);
  return session.dispatcher.request({
    origin: context.url.origin,
    method: 'GET',
    path: pathUnder(context.url, request.path),
    headers: headersOf(context, session, request),
    signal: silence.signal,
  });
}

function* eventsOf(lines: Lines, chunk: Uint8Array, path: string): Generator<unknown, void> {
  for (const line of lines.add(chunk)) {
    if (line.trim() === '') continue;
    try {
      yield JSON.parse(line);
    } catch (cause) {
      throw new KubeUnreachable(`cannot read an event of the watch ${path}: it is no JSON; is there a proxy that changes answers?`, {
        reason: 'malformed',
        cause,
      });
    }
  }
}

// A Status is some hundred bytes; what a proxy says instead need not be read whole.
const MOST_REFUSAL_BYTES = 64 * 1024;

async function refusalOf(body: Dispatcher.ResponseData['body'], status: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > MOST_REFUSAL_BYTES) break;
    chunks.push(chunk);
  }
  try {
    return statusMessage(JSON.parse(Buffer.concat(chunks).toString('utf8'))) ?? `status ${status}`;
  } catch {
    return `status ${status}`;
  }
}

function inWords(error: unknown, context: ClientContext, { request, deadline }: { request: KubeWatch; deadline: Deadline }): unknown {
  if (error instanceof KubeUnreachable || error instanceof KubeRefused) return error;
  if (error instanceof LongLine) {
    const message = `cannot read an event of the watch ${request.path}: it is longer than ${context.limits.eventBytes} bytes; no object should be`;
    return new KubeUnreachable(message, { reason: 'too-long', cause: error });
  }
  if (deadline.signal.aborted) return endedError(context, deadline);
  return error instanceof Error ? brokenConnection(context.access.server, error) : error;
}
