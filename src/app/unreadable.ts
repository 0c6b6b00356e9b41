// The answer to bytes that are no HTTP request, or too much of one: no handler sees them, and Node itself would answer without a word.
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
    if (!socket.writable || socket.writableLength > 0) {
      socket.destroy();
      return;
    }
    const [status, why] = answers[error.code ?? ''] ?? [
      '400 Bad Request',
      'it is not well-formed HTTP/1.1; check the address and the client',
    ];
    socket.end(rawAnswer(status, `cannot read the request: ${why}\n`), () => socket.destroy());
  };
}

function rawAnswer(status: string, body: string): string {
  const headers = ['Content-Type: text/plain; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'];
  return [`HTTP/1.1 ${status}`, ...headers, '', body].join('\r\n');
}
