// Connections on which a client showed a certificate, and their end when other authorities count from now on.
import type { ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

interface Connection {
  /** Answers under way. */
  readonly answers: Set<ServerResponse>;
  isEnding: boolean;
}

/**
 * Gives what ends them: idle ones at once, the others with the answer that is under way, so that a client comes back and shows what it has
 * by then. Those that are opened from then on go on. Without TLS there is none.
 */
export function trackCertified(server: Server): () => void {
  if (!(server instanceof HttpsServer)) return () => {};
  const connections = new Map<Socket, Connection & { readonly socket: TLSSocket }>();
  server.on('secureConnection', (socket) => {
    connections.set(socket, { socket, answers: new Set(), isEnding: false });
    socket.once('close', () => connections.delete(socket));
  });
  // Before the handler, which may answer at once.
  server.prependListener('request', ({ socket }, response) => {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.answers.add(response);
    if (connection.isEnding) sayLast(response);
    response.once('close', () => {
      connection.answers.delete(response);
      if (connection.isEnding && connection.answers.size === 0) socket.destroySoon();
    });
  });
  return () => {
    for (const connection of connections.values()) {
      if (!hasCertificate(connection.socket)) continue;
      connection.isEnding = true;
      for (const response of connection.answers) sayLast(response);
      if (connection.answers.size === 0) connection.socket.destroySoon();
    }
  };
}

/** Asked in this way only: Node's `getPeerX509Certificate` takes the certificates that were sent along away from whoever asks next. */
function hasCertificate(socket: TLSSocket): boolean {
  return socket.getPeerCertificate().raw !== undefined;
}

/** A client that is told does not send another question into the end. */
function sayLast(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
