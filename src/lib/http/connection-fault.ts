// What went wrong on the wire, told from the error codes of Node, OpenSSL and undici.

export type ConnectionFault =
  | 'refused'
  /** No address is known for the name. */
  | 'no-address'
  | 'no-way'
  | 'connect-timeout'
  /** The certificate is for another name. */
  | 'other-name'
  /** The certificate is not valid today. */
  | 'out-of-date'
  /** The certificate is from nobody who is trusted. */
  | 'untrusted'
  | 'not-tls'
  /** The other side ended the handshake. */
  | 'handshake'
  /** TLS failed in another way. */
  | 'tls'
  | 'not-http'
  /** The connection was closed, or whatever else may happen to one. */
  | 'closed';

// The first that fits.
const CODES: readonly (readonly [code: RegExp, fault: ConnectionFault])[] = [
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'no-address'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|EACCES|EPERM)$/, 'no-way'],
  [/^UND_ERR_CONNECT_TIMEOUT$/, 'connect-timeout'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'other-name'],
  [/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, 'out-of-date'],
  [/SELF_SIGNED|UNABLE_TO_|CERT_|INVALID_CA/, 'untrusted'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/, 'not-tls'],
  [/^ERR_SSL_.*ALERT/, 'handshake'],
  [/^(ERR_SSL|ERR_TLS|EPROTO)/, 'tls'],
  [/^(HPE_|HTTPParserError$)/, 'not-http'],
];

export function connectionFault(error: Error): ConnectionFault {
  const code = errorCode(error);
  return CODES.find(([pattern]) => pattern.test(code))?.[1] ?? 'closed';
}

/** The code of an error that has one, else its name. */
export function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
