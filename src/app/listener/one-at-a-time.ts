// Requests that a client sends without waiting for the answer before: taken one after the other, and not without end.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Behind the request of a connection that is being answered. */
interface Line {
  readonly waiting: Exchange[];
  /** With the last that waits the connection ends: none is taken any more. */
  isEnding: boolean;
}

/** Hardly any client sends more than one at a time. */
const MOST_WAITING = 16;

/**
 * The handler, asked for one request of a connection at a time: thousands fit into a packet, and their answers would wait in memory.
 * Behind the most that may wait the connection ends, which RFC 9112 section 9.3.2 has clients expect.
 */
export function oneAtATime(handler: RequestListener): RequestListener {
  const lines = new WeakMap<Socket, Line>();
  const answer = ({ request, response }: Exchange): void => {
    response.once('close', () => next(request.socket));
    handler(request, response);
  };
  const next = (socket: Socket): void => {
    const exchange = lines.get(socket)?.waiting.shift();
    if (exchange === undefined) lines.delete(socket);
    else if (!socket.destroyed) answer(exchange);
  };
  return (request, response) => {
    const line = lines.get(request.socket);
    if (line === undefined) {
      lines.set(request.socket, { waiting: [], isEnding: false });
      answer({ request, response });
      return;
    }
    if (line.isEnding) return;
    line.waiting.push({ request, response });
    if (line.waiting.length < MOST_WAITING) return;
    line.isEnding = true;
    response.setHeader('Connection', 'close');
  };
}
