// What a connection's end means, by the codes that Node and OpenSSL give it: those of real servers that are no grpc-js too.
import { expect, it } from 'vitest';
import type { Knock } from '../../../src/lib/grpc/knock.ts';
import { reasonOf, verifyReason } from '../../../src/lib/grpc/reason.ts';

function broken(code: string, seen: Partial<Knock> = {}): Knock {
  return { end: 'broken', hasKeys: false, connectMs: 1, error: Object.assign(new Error(code), { code }), ...seen };
}

const NO_CERTIFICATE = { showsCertificate: false, acceptsAny: false };
const CERTIFICATE = { showsCertificate: true, acceptsAny: false };

it.each([
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', NO_CERTIFICATE, 'client-certificate-required'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', CERTIFICATE, 'client-certificate-refused'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', CERTIFICATE, 'client-certificate-refused'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', NO_CERTIFICATE, 'client-certificate-required'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', CERTIFICATE, 'client-certificate-refused'],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', NO_CERTIFICATE, 'no-http2'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_CERTIFICATE, 'server-plaintext'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', NO_CERTIFICATE, 'server-plaintext'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', NO_CERTIFICATE, 'tls-failed'],
  ['ECONNREFUSED', NO_CERTIFICATE, 'refused'],
  ['ENOTFOUND', NO_CERTIFICATE, 'unreachable'],
  ['EHOSTUNREACH', NO_CERTIFICATE, 'unreachable'],
  ['ECONNRESET', NO_CERTIFICATE, 'closed'],
])('%s', (code, shown, reason) => {
  expect(reasonOf(broken(code), shown)).toBe(reason);
});

it('takes a failed handshake for a missing certificate only where the server’s own part was read', () => {
  const code = 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE';
  expect(reasonOf(broken(code), NO_CERTIFICATE)).toBe('tls-failed');
  expect(reasonOf(broken(code, { hasKeys: true }), NO_CERTIFICATE)).toBe('client-certificate-required');
  expect(reasonOf(broken(code, { hasKeys: true }), CERTIFICATE)).toBe('client-certificate-refused');
});

it('knows gRPC’s C core, which ends the handshake of TLS 1.2 without an alert when it comes to the client', () => {
  const seen: Knock = { end: 'closed', hasKeys: true, connectMs: 1 };
  expect(reasonOf(seen, NO_CERTIFICATE)).toBe('client-certificate-required');
  expect(reasonOf(seen, CERTIFICATE)).toBe('client-certificate-refused');
  expect(reasonOf({ ...seen, handshakeMs: 1 }, CERTIFICATE)).toBe('closed');
  expect(reasonOf({ ...seen, hasKeys: false }, CERTIFICATE)).toBe('closed');
});

it('judges the server’s certificate first, unless any is accepted', () => {
  const seen = broken('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', { verifyError: 'CERT_HAS_EXPIRED' });
  expect(reasonOf(seen, NO_CERTIFICATE)).toBe('expired');
  expect(reasonOf(seen, { ...NO_CERTIFICATE, acceptsAny: true })).toBe('client-certificate-required');
});

it('takes no server over TLS that does not name h2', () => {
  const seen: Knock = { end: 'greeted', greeting: 'http2', hasKeys: true, connectMs: 1, handshakeMs: 1 };
  expect(reasonOf(seen, NO_CERTIFICATE)).toBe('no-http2');
  expect(reasonOf({ ...seen, protocol: 'h2' }, NO_CERTIFICATE)).toBe('ok');
});

it('tells a port that drops from a server that is silent', () => {
  expect(reasonOf({ end: 'aborted', hasKeys: false }, NO_CERTIFICATE)).toBe('connect-timeout');
  expect(reasonOf({ end: 'aborted', hasKeys: false, connectMs: 3 }, NO_CERTIFICATE)).toBe('silent');
});

it('has a name for alerts of TLS to plain words, and for what says nothing', () => {
  expect(reasonOf({ end: 'greeted', greeting: 'tls', hasKeys: false }, NO_CERTIFICATE)).toBe('server-tls');
  expect(reasonOf({ end: 'broken', hasKeys: false }, NO_CERTIFICATE)).toBe('failed');
});

it.each([
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown-ca'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-ca'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown-ca'],
  ['CERT_SIGNATURE_FAILURE', 'certificate-invalid'],
  ['INVALID_PURPOSE', 'certificate-invalid'],
])('of a certificate: %s', (code, reason) => {
  expect(verifyReason(code)).toBe(reason);
});
