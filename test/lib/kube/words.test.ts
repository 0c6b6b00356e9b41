import { expect, it } from 'vitest';
import { brokenConnection, statusMessage } from '../../../src/lib/kube/words.ts';

it.each([
  ['ECONNREFUSED', 'connection', 'connection refused'],
  ['ENOTFOUND', 'connection', 'no address is known for it'],
  ['EHOSTUNREACH', 'connection', 'no way to it'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'no connection in time'],
  ['CERT_HAS_EXPIRED', 'tls', 'its certificate is not valid today'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'it does not speak TLS'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls', 'does it know our client certificate?'],
  ['ERR_SSL_NO_SHARED_CIPHER', 'tls', 'TLS failed ("as OpenSSL says it")'],
  ['ECONNRESET', 'connection', 'the connection was closed (ECONNRESET)'],
])('says of %s that it is a matter of %s', (code, reason, says) => {
  const error = brokenConnection('https://10.0.0.1', Object.assign(new Error('as OpenSSL says it'), { code }));
  expect(error).toMatchObject({ reason, message: expect.stringContaining(says) });
  expect(error.message).toMatch(/^cannot reach the API server https:\/\/10\.0\.0\.1: /);
});

it.each([[undefined], [null], ['text'], [{}], [{ message: 5 }]])('finds no message in %j', (json) => {
  expect(statusMessage(json)).toBeUndefined();
});

it('gives a message as one line that is not too long', () => {
  expect(statusMessage({ message: 'a\r\n\tb' })).toBe('a b');
  expect(statusMessage({ message: 'x'.repeat(301) })).toBe(`${'x'.repeat(299)}…`);
});
