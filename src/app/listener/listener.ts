// One address that answers: opened with clear errors, closed with a deadline.
import { constants } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { ListenAddress } from '../../config/listen.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { UserError } from '../../lib/user-error.ts';
import type { Log } from '../../model/log.ts';
import { type Meter, nullMeter } from '../../model/meter.ts';
import { trackCertified } from './certified-connections.ts';
import { Connections } from './connections.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { answerUnreadable } from './unreadable.ts';

export interface Listener {
  /** `https://127.0.0.1:9443`, with the port that was really bound. */
  readonly url: string;
  /** New connections get this certificate; those that are open keep theirs. */
  useCertificate(certificate: PemPair): void;
  /** Ends the connections on which a client showed a certificate, when others are to be trusted: answers under way end first. */
  endCertified(): void;
  /** Stops accepting, lets answers end for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** Certificate and key in PEM; the key is a secret. */
export interface PemPair {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface ListenerOptions {
  readonly handler: RequestListener;
  readonly address: ListenAddress;
  /** Plain HTTP without. */
  readonly tls?: PemPair;
  /** With TLS: clients are asked for a certificate. Whom it makes them is for the handler to find out. */
  readonly asksCertificates?: boolean;
  readonly log: Log;
  /** The flag that moves this address, for the error of a busy port; without `-listen` it is the name of the address in metrics. */
  readonly flag: string;
  /** limits.connections, asked for each connection. Default: as many as come. */
  readonly mostConnections?: () => number;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly meter?: Meter;
}

// A client that sends its request header slower than this holds a connection for nothing.
const HEADER_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;
// Go's clients, kube-apiserver's among them, close what was idle for 90 s: were it closed here first, a question could meet its end.
const IDLE_TIMEOUT_MS = 95_000;

/** Opens the address; rejects with a UserError that says what to change. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADER_TIMEOUT_MS,
    requestTimeout: HEADER_TIMEOUT_MS,
    // Node looks for late requests every 30 s unless told otherwise.
    connectionsCheckingInterval: HEADER_TIMEOUT_MS / 2,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
  };
  const { tls, asksCertificates = false } = options;
  const server = tls
    ? createHttpsServer({ ...limits, handshakeTimeout: HEADER_TIMEOUT_MS, ...tlsOptions(tls, { asksCertificates }) })
    : createHttpServer(limits);
  const connections = connectionsOf(options);
  serve(server, { handler: oneAtATime(connections.watching(options.handler)), connections });
  const endCertified = trackCertified(server);
  server.on('clientError', answerUnreadable({ headBytes: MAX_HEADER_BYTES, arrivalMs: HEADER_TIMEOUT_MS }));
  await bind(server, options);
  const closed = new AbortController();
  void connections.follow(closed.signal);
  server.once('close', () => closed.abort());
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.address.port;
  return {
    url: `${tls ? 'https' : 'http'}://${hostInUrl(options.address.host)}:${port}`,
    useCertificate: (certificate) => {
      if (server instanceof HttpsServer) server.setSecureContext(tlsOptions(certificate, { asksCertificates }));
    },
    endCertified,
    close: (graceMs) => closeServer(server, { connections, graceMs }),
  };
}

/**
 * For TLS 1.2 those of Mozilla's intermediate configuration (server-side-tls 5.x) with ephemeral elliptic curves: forward secrecy, and
 * encryption that authenticates. Its DHE ones are left out: they need parameters of their own, and every client of Kubernetes has ECDHE.
 * Those of TLS 1.3 are named too, or Node takes it that TLS 1.3 is not wanted.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/**
 * A session that is taken up again would come without the certificates between the client's own and its authority, which a ticket does not
 * hold; and a connection stays the one that was judged. So there are neither tickets nor renegotiation.
 */
function tlsOptions({ certPem, keyPem }: PemPair, { asksCertificates }: { readonly asksCertificates: boolean }): ServerOptions {
  return {
    cert: certPem,
    key: keyPem,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    ...(asksCertificates && {
      requestCert: true,
      rejectUnauthorized: false,
      // Whom to trust is decided above TLS; the authorities of the web have no say in it. None is named to clients either, so that they
      // show whatever they have, and nothing that was said to them grows old when others are trusted.
      ca: [],
      secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    }),
  };
}

function bind(server: Server, { address, flag, log }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(bindError(error, address, flag));
    server.once('error', refuse);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off('error', refuse);
      // Once it is open, an error is a connection that could not be accepted, for want of file descriptors say: the others go on.
      server.on('error', (error) => log.error({ err: error }, 'connection not accepted'));
      resolve();
    });
  });
}

function bindError(error: NodeJS.ErrnoException, address: ListenAddress, flag: string): UserError {
  const where = `${hostInUrl(address.host)}:${address.port}`;
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `the port is in use; stop the program that has it, or choose another with --${flag} HOST:PORT`,
    EACCES: `permission denied; choose a port above 1023 with --${flag} HOST:PORT`,
    EADDRNOTAVAIL: `this machine has no such address; choose another with --${flag} HOST:PORT`,
    ENOTFOUND: `the host name is not known; choose an address with --${flag} HOST:PORT`,
  };
  return new UserError(1, `cannot listen on ${where}: ${remedies[String(error.code)] ?? error.message}`, { cause: error });
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

interface Closing {
  readonly connections: Connections;
  readonly graceMs: number;
}

/** Node itself ends idle connections at once; the others end with their answers, or after the grace. */
function closeServer(server: Server, { connections, graceMs }: Closing): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      // `closeAllConnections` would leave those whose TLS handshake has not come.
      for (const socket of connections.sockets()) socket.destroy();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}

function connectionsOf({ flag, mostConnections, clock = systemClock(), meter = nullMeter, log }: ListenerOptions): Connections {
  const face = flag.replace(/-listen$/, '');
  return new Connections({ face, most: mostConnections ?? (() => Number.POSITIVE_INFINITY), clock, meter, log });
}

function serve(server: Server, { handler, connections }: { readonly handler: RequestListener; readonly connections: Connections }): void {
  const answer: RequestListener = (request, response) => {
    // A connection that is kept alive would hold up a close that began during its answer.
    response.once('close', () => {
      if (!server.listening) request.socket.destroySoon();
    });
    request.url = originForm(request.url ?? '');
    handler(request, response);
  };
  server.on('connection', (socket: Socket) => connections.add(socket));
  server.on('request', answer);
  // No body is read here, so none is asked for: the handler refuses the request.
  server.on('checkContinue', answer);
}

/**
 * The path and query of a target. RFC 9112 section 3.2.2 has servers take whole URLs too, as proxies are sent; for express one without a path
 * is none that any handler sees.
 */
function originForm(target: string): string {
  if (target.startsWith('/') || target === '*') return target;
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}
