// One connection to a gRPC server, opened to see what happens: nothing is judged here, and a bad certificate does not end it.
import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import { errorCode } from '../http/connection-fault.ts';
import { type Greeting, greetingOf, PREFACE } from './greeting.ts';

export interface KnockRequest {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Plaintext without. */
  readonly tls?: { readonly context: SecureContext /** Expected in the certificate. */; readonly serverName: string } | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface PeerChain {
  /** Of the server's own certificate, one line. */
  readonly subject: string;
  readonly issuer: string;
  /** As OpenSSL writes them, `DNS:riva.example, IP Address:10.0.0.7`; empty without any. */
  readonly names: string;
  /** The earliest end among it and those above it that are known. */
  readonly earliestExpiryMs: number;
}

export interface Knock {
  readonly end: 'greeted' | 'closed' | 'broken' | 'aborted';
  /** Until TCP was connected; undefined when it never was. */
  readonly connectMs?: number;
  /** From then until the handshake of TLS had ended. */
  readonly handshakeMs?: number;
  /** Whether the server's part of the handshake was read, so that a refusal after it is about this side. */
  readonly hasKeys: boolean;
  readonly peer?: PeerChain;
  /** OpenSSL's or Node's code; undefined when the certificate is as a client wants it. */
  readonly verifyError?: string;
  /** What both agreed on by ALPN; undefined when they agreed on nothing. */
  readonly protocol?: string;
  readonly greeting?: Greeting;
  /** With `broken`. */
  readonly error?: Error;
}

/** Never rejects. Ends at the server's first words, its end, or when `signal` is aborted. */
export function knock(request: KnockRequest): Promise<Knock> {
  return new Promise((resolve) => {
    const one = new OneConnection(request, resolve);
    one.open();
  });
}

/** Whoever says nothing of HTTP/2 in its first bytes is not waited for longer. */
const MOST_BYTES = 16;

class OneConnection {
  readonly #request: KnockRequest;
  readonly #resolve: (knock: Knock) => void;
  readonly #abort = (): void => this.#finish({ end: 'aborted' });
  readonly #beganMs: number;
  #sockets: Socket[] = [];
  #seen: Omit<Knock, 'end'> = { hasKeys: false };
  #first: Buffer = Buffer.alloc(0);
  #isDone = false;

  constructor(request: KnockRequest, resolve: (knock: Knock) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#beganMs = request.clock.nowMs();
  }

  open(): void {
    const { host, port, tls, signal } = this.#request;
    if (signal.aborted) {
      this.#abort();
      return;
    }
    signal.addEventListener('abort', this.#abort, { once: true });
    const socket = this.#follow(connect({ host, port }));
    socket.once('connect', () => {
      this.#seen = { ...this.#seen, connectMs: this.#passedMs() };
      if (tls === undefined) this.#greet(socket);
      else this.#secure(socket, tls);
    });
  }

  #secure(socket: Socket, { context, serverName }: NonNullable<KnockRequest['tls']>): void {
    const secured = connectTls({
      socket,
      secureContext: context,
      ALPNProtocols: ['h2'],
      // An address is no name for SNI.
      servername: isIP(serverName) === 0 ? serverName : '',
      rejectUnauthorized: false,
      checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    });
    this.#follow(secured);
    secured.on('keylog', () => {
      this.#seen = { ...this.#seen, hasKeys: true };
    });
    secured.once('secureConnect', () => {
      this.#seen = { ...this.#seen, hasKeys: true, handshakeMs: this.#passedMs() - (this.#seen.connectMs ?? 0), ...peerOf(secured) };
      this.#greet(secured);
    });
  }

  #follow<Any extends Socket>(socket: Any): Any {
    this.#sockets.push(socket);
    socket.on('error', (error) => this.#finish({ end: 'broken', error }));
    socket.on('close', () => this.#finish({ end: 'closed' }));
    return socket;
  }

  #greet(socket: Socket): void {
    socket.on('end', () => this.#finish({ end: 'closed' }));
    socket.on('data', (bytes: Buffer) => {
      this.#first = Buffer.concat([this.#first, bytes.subarray(0, MOST_BYTES)]);
      const greeting = greetingOf(this.#first);
      if (greeting !== undefined) this.#finish({ end: 'greeted', greeting });
    });
    socket.write(PREFACE);
  }

  #passedMs(): number {
    return this.#request.clock.nowMs() - this.#beganMs;
  }

  #finish(how: Pick<Knock, 'end' | 'greeting' | 'error'>): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#request.signal.removeEventListener('abort', this.#abort);
    for (const socket of this.#sockets) socket.destroy();
    // A server that closes while we write is seen as an error of ours.
    const wasClosed = how.error !== undefined && /^(ECONNRESET|EPIPE)$/.test(errorCode(how.error)) && this.#seen.connectMs !== undefined;
    this.#resolve({ ...this.#seen, ...how, ...(wasClosed && { end: 'closed' }) });
  }
}

function peerOf(socket: TLSSocket): Pick<Knock, 'peer' | 'verifyError' | 'protocol'> {
  const { authorizationError: fault, alpnProtocol } = socket;
  const own = socket.getPeerCertificate(true);
  // Absent from what OpenSSL gives when a session is taken up again, which never happens here.
  const peer = 'subject' in own ? chainOf(own) : undefined;
  return {
    ...(peer && { peer }),
    ...(!socket.authorized && { verifyError: fault instanceof Error ? errorCode(fault) : String(fault) }),
    ...(typeof alpnProtocol === 'string' && { protocol: alpnProtocol }),
  };
}

/** More than any chain has; a certificate may name itself as its issuer in a ring. */
const MOST_CERTIFICATES = 10;

function chainOf(own: PeerCertificate & { readonly issuerCertificate?: PeerCertificate }): PeerChain {
  let earliestExpiryMs = Number.POSITIVE_INFINITY;
  let one: (PeerCertificate & { readonly issuerCertificate?: PeerCertificate }) | undefined = own;
  for (let count = 0; one !== undefined && count < MOST_CERTIFICATES; count += 1) {
    earliestExpiryMs = Math.min(earliestExpiryMs, Date.parse(one.valid_to));
    one = one.issuerCertificate === one ? undefined : one.issuerCertificate;
  }
  return { subject: nameOf(own.subject), issuer: nameOf(own.issuer), names: own.subjectaltname ?? '', earliestExpiryMs };
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const parts = Object.entries(name ?? {}).map(([kind, value]) => `${kind}=${[value].flat().join('+')}`);
  return parts.join(', ');
}
