// What a client meets at a gRPC server: one connection as it would open it, and a second one in another way where that tells why.
import type { SecureContext } from 'node:tls';
import type { Clock } from '../clock.ts';
import { type Knock, knock } from './knock.ts';
import { type Reason, reasonOf, verifyReason } from './reason.ts';

export interface Endpoint {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Plaintext without. */
  readonly tls?: EndpointTls | undefined;
}

export interface EndpointTls {
  readonly context: SecureContext;
  /** The same for TLS 1.2 at most, in which a server judges its client before the handshake ends. */
  readonly olderContext: () => SecureContext;
  /** Expected in the certificate. */
  readonly serverName: string;
  readonly showsCertificate: boolean;
  /** Whether the server's certificate is taken whatever it is. */
  readonly acceptsAny: boolean;
}

export interface Look {
  readonly reason: Reason;
  readonly seen: Knock;
  /** Whether the certificate is as a client wants it; undefined where none was shown. */
  readonly isVerified: boolean | undefined;
}

export interface LookOptions {
  /** For a second look at a server that was expected to speak plaintext. */
  readonly plainContext: () => SecureContext;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Never rejects; an aborted `signal` is a server that says nothing. */
export async function lookAt(endpoint: Endpoint, options: LookOptions): Promise<Look> {
  const { tls } = endpoint;
  const seen = await knockAt(endpoint, tls, options);
  const reason = reasonOf(seen, { showsCertificate: tls?.showsCertificate ?? false, acceptsAny: tls?.acceptsAny ?? true });
  const isVerified = seen.peer === undefined ? undefined : seen.verifyError === undefined;
  return { reason: await again(endpoint, { seen, reason }, options), seen, isVerified };
}

/** Why a server accepts any: its certificate is not taken by a client that is stricter. Undefined where it is. */
export function unverifiedReason({ seen }: Look): Reason | undefined {
  return seen.verifyError === undefined ? undefined : verifyReason(seen.verifyError);
}

async function again(endpoint: Endpoint, first: { readonly seen: Knock; readonly reason: Reason }, options: LookOptions): Promise<Reason> {
  const { seen, reason } = first;
  const { tls } = endpoint;
  if (tls === undefined) return reason === 'closed' ? await maybeTls(endpoint, options) : reason;
  if (seen.handshakeMs !== undefined) return reason === 'closed' ? await maybeClient({ ...endpoint, tls }, options) : reason;
  return reason === 'server-plaintext' || reason === 'closed' ? await maybePlain(endpoint, reason, options) : reason;
}

/** A server that ends a plain connection may want TLS. */
async function maybeTls(endpoint: Endpoint, options: LookOptions): Promise<Reason> {
  const { hasKeys } = await knockAt(endpoint, { context: options.plainContext(), serverName: endpoint.host }, options);
  return hasKeys ? 'server-tls' : 'closed';
}

/** One that does not speak TLS may speak HTTP/2, HTTP/1.1 or something else. */
async function maybePlain(endpoint: Endpoint, reason: Reason, options: LookOptions): Promise<Reason> {
  const { greeting } = await knockAt(endpoint, undefined, options);
  if (greeting === 'http2') return 'server-plaintext';
  return greeting === 'http1' ? 'no-http2' : reason === 'closed' ? 'closed' : 'not-grpc';
}

const ABOUT_CLIENT: ReadonlySet<Reason> = new Set<Reason>(['client-certificate-required', 'client-certificate-refused']);

/** In TLS 1.3 a client is done before the server has judged it, so an end without a word may be about its certificate. */
async function maybeClient({ tls, ...endpoint }: Endpoint & { readonly tls: EndpointTls }, options: LookOptions): Promise<Reason> {
  const { olderContext, serverName, showsCertificate } = tls;
  const seen = await knockAt(endpoint, { context: olderContext(), serverName }, options);
  const reason = reasonOf(seen, { showsCertificate, acceptsAny: true });
  return ABOUT_CLIENT.has(reason) ? reason : 'closed';
}

function knockAt(
  { host, port }: Endpoint,
  tls: Pick<EndpointTls, 'context' | 'serverName'> | undefined,
  { clock, signal }: LookOptions,
): Promise<Knock> {
  return knock({ host, port, tls, clock, signal });
}
