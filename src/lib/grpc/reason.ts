// Why a client gets no answer from a gRPC server: a closed list, told from what one connection saw.
import { connectionFault, errorCode } from '../http/connection-fault.ts';
import type { Knock } from './knock.ts';

export const REASONS = [
  'ok',
  'refused',
  'unreachable',
  'connect-timeout',
  /** It accepts, and says nothing. */
  'silent',
  /** It ends the connection without a word. */
  'closed',
  /** TLS was expected. */
  'server-plaintext',
  /** Plaintext was expected. */
  'server-tls',
  'no-http2',
  'expired',
  'not-yet-valid',
  'wrong-name',
  'unknown-ca',
  'self-signed',
  'certificate-invalid',
  'client-certificate-required',
  'client-certificate-refused',
  'tls-failed',
  'not-grpc',
  'not-serving',
  /** It answers in gRPC, and has no health service. */
  'health-unimplemented',
  /** Its health service does not know the service that was asked about. */
  'service-unknown',
  /** It wants to know who asks. */
  'denied',
  'failed',
] as const;

export type Reason = (typeof REASONS)[number];

/** The first that fits a code of OpenSSL about the server's certificate. */
const VERIFY_CODES: readonly (readonly [code: RegExp, reason: Reason])[] = [
  [/^CERT_HAS_EXPIRED$/, 'expired'],
  [/^CERT_NOT_YET_VALID$/, 'not-yet-valid'],
  [/^ERR_TLS_CERT_ALTNAME/, 'wrong-name'],
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, 'self-signed'],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
    'unknown-ca',
  ],
];

/** Why a client does not take the server's certificate. */
export function verifyReason(code: string): Reason {
  return VERIFY_CODES.find(([pattern]) => pattern.test(code))?.[1] ?? 'certificate-invalid';
}

/** Alerts that a server sends about the certificate of its client (RFC 8446, section 6.2). */
const ABOUT_CLIENT =
  /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(EXPIRED|REVOKED|UNKNOWN)|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)$/;

export interface Shown {
  /** Whether this side showed a certificate. */
  readonly showsCertificate: boolean;
}

/** What one connection says, `ok` where HTTP/2 was greeted; the server's own certificate is judged first, as every client does. */
export function reasonOf(seen: Knock, { showsCertificate, acceptsAny }: Shown & { readonly acceptsAny: boolean }): Reason {
  if (seen.verifyError !== undefined && !acceptsAny) return verifyReason(seen.verifyError);
  switch (seen.end) {
    case 'aborted':
      return seen.connectMs === undefined ? 'connect-timeout' : 'silent';
    case 'closed':
      // gRPC's C core sends no alert: it ends the handshake when it comes to the certificate of the client.
      return seen.hasKeys && seen.handshakeMs === undefined ? clientReason(showsCertificate) : 'closed';
    case 'broken':
      return seen.error === undefined ? 'failed' : brokenReason(seen.error, { ...seen, showsCertificate });
    case 'greeted':
      return greetedReason(seen);
  }
}

function clientReason(showsCertificate: boolean): Reason {
  return showsCertificate ? 'client-certificate-refused' : 'client-certificate-required';
}

function greetedReason({ greeting, handshakeMs, protocol }: Knock): Reason {
  // Clients made of gRPC's C core take no server that does not name h2 in its handshake.
  if (greeting === 'http2') return handshakeMs === undefined || protocol === 'h2' ? 'ok' : 'no-http2';
  if (greeting === 'http1') return 'no-http2';
  return greeting === 'tls' ? 'server-tls' : 'not-grpc';
}

function brokenReason(error: Error, { hasKeys, showsCertificate }: Pick<Knock, 'hasKeys'> & Shown): Reason {
  const code = errorCode(error);
  if (/ALERT_CERTIFICATE_REQUIRED$/.test(code)) return 'client-certificate-required';
  // Until TLS 1.2 a missing certificate has no alert of its own.
  const isAboutClient = ABOUT_CLIENT.test(code) || (hasKeys && /ALERT_HANDSHAKE_FAILURE$/.test(code));
  if (isAboutClient) return clientReason(showsCertificate);
  if (/ALERT_NO_APPLICATION_PROTOCOL$/.test(code)) return 'no-http2';
  switch (connectionFault(error)) {
    case 'refused':
      return 'refused';
    case 'no-address':
    case 'no-way':
      return 'unreachable';
    case 'not-tls':
      return 'server-plaintext';
    case 'closed':
      return 'closed';
    default:
      return 'tls-failed';
  }
}
