// The answer to bytes that are no HTTP request, or too much of one: no handler sees them, and Node itself would answer without a word.
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface RequestLimits {
  /** Longest head of a request: its first line and its headers. */
  readonly headBytes: number;
  /** How long a request may take to arrive. */
  readonly arrivalMs: number;
}

/** A listener for `clientError` of an HTTP server. */
export function answerUnreadable({ headBytes, arrivalMs }: RequestLimits): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  const answers: Readonly<Record<string, readonly [status: string, why: string]>> = {
    HPE_HEADER_OVERFLOW: [
      '431 Request Header Fields Too Large',
      `its head is longer than ${headBytes} bytes; shorten its address or its headers`,
    ],
    ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', `it did not arrive within ${arrivalMs / 1000} s; send it at once`],
  };
  return (error, socket) => {
    // What still waits to be sent is an earlier answer: ours must not fall into the middle of it.
    if (!socket.writable || socket.writableLength > 0 || isSilent(socket)) {
      socket.destroy();
      return;
    }
    const [status, why] = answers[error.code ?? ''] ?? [
      '400 Bad Request',
      'it is not well-formed HTTP/1.1; check the address and the client',
    ];
    socket.end(rawAnswer(status, `cannot read the request: ${why}\n`));
    readToTheEnd(socket);
  };
}

/**
 * Go's clients keep connections in reserve that they have not used yet. A 408 on one would pass for the answer to the question that is just
 * on its way; a connection that only ends makes them ask again on another.
 */
function isSilent(socket: Duplex): boolean {
  return socket instanceof Socket && socket.bytesRead === 0;
}

/** Bytes of a request that are read only to be thrown away: more than the longest query that a client writes by mistake. */
const MOST_LEFT_BYTES = 16 * 1024 * 1024;
/** A client that has its answer closes; one that does not is waited for no longer. */
const MOST_WAIT_MS = 2000;

/**
 * Closing while a client still writes would reset the connection, and the answer could be lost on the way (RFC 9112 section 9.6).
 * What comes is not handed to the parser any more, which would complain of each piece.
 */
function readToTheEnd(socket: Duplex): void {
  let left = MOST_LEFT_BYTES;
  const end = (): void => void socket.destroy();
  const wait = setTimeout(end, MOST_WAIT_MS);
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) end();
  });
  socket.once('end', end);
  socket.once('close', () => clearTimeout(wait));
}

function rawAnswer(status: string, body: string): string {
  const headers = ['Content-Type: text/plain; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'];
  return [`HTTP/1.1 ${status}`, ...headers, '', body].join('\r\n');
}
