import { describe, expect, it } from 'vitest';
import { brokenError, timeoutError } from '../../src/scrape/connection-error.ts';
import { targetOf } from './support/targets.ts';

function broken(code: string, progress: 'connecting' | 'waiting' | 'reading' = 'connecting') {
  return { kind: 'broken', progress, receivedBytes: 0, error: Object.assign(new Error('the library says'), { code }) } as const;
}

describe('brokenError', () => {
  it.each([
    { code: 'ECONNREFUSED', failure: 'refused', says: 'connection refused at 10.0.0.1:8002; is the server up' },
    { code: 'ENOTFOUND', failure: 'unreachable', says: 'does DNS answer' },
    { code: 'EAI_AGAIN', failure: 'unreachable', says: 'does DNS answer' },
    { code: 'EHOSTUNREACH', failure: 'unreachable', says: 'NetworkPolicy' },
    { code: 'ETIMEDOUT', failure: 'unreachable', says: 'NetworkPolicy' },
    { code: 'UND_ERR_CONNECT_TIMEOUT', failure: 'timeout', says: 'no connection to 10.0.0.1:8002' },
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID', failure: 'tls', says: 'tls_config.server_name' },
    { code: 'CERT_HAS_EXPIRED', failure: 'tls', says: 'renew it' },
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', failure: 'tls', says: 'tls_config.ca_file' },
    { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', failure: 'tls', says: 'tls_config.ca_file' },
    { code: 'ERR_SSL_WRONG_VERSION_NUMBER', failure: 'tls', says: 'scheme: http?' },
    { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', failure: 'tls', says: 'tls_config.cert_file' },
    { code: 'EPROTO', failure: 'tls', says: 'TLS with 10.0.0.1:8002 failed ("the library says")' },
    { code: 'HPE_INVALID_CONSTANT', failure: 'failed', says: 'HTTP/1.1' },
    { code: 'UND_ERR_SOCKET', failure: 'failed', says: 'closed the connection without an answer' },
  ])('$code is $failure', ({ code, failure, says }) => {
    const error = brokenError(new URL('http://user:secret@10.0.0.1:8002/metrics'), broken(code));
    expect(error.failure).toBe(failure);
    expect(error.message).toContain(says);
    expect(error.message).not.toContain('secret');
  });

  it.each([
    {
      name: 'in the middle of the answer',
      url: 'http://a:1/',
      ended: broken('UND_ERR_SOCKET', 'reading'),
      says: 'in the middle of its answer',
    },
    { name: 'at an https server', url: 'https://a:1/', ended: broken('ECONNRESET', 'waiting'), says: 'does it want a client certificate?' },
    {
      name: 'for a reason without a code',
      url: 'http://a:1/',
      ended: { ...broken(''), error: new TypeError('odd') },
      says: 'without an answer (TypeError)',
    },
  ])('closed $name', ({ url, ended, says }) => {
    expect(brokenError(new URL(url), ended)).toStrictEqual({ failure: 'failed', message: expect.stringContaining(says) });
  });
});

it.each([
  { progress: 'connecting', says: 'no connection to 127.0.0.1:8002 within 2500 ms (scrape_timeout)' },
  { progress: 'waiting', says: 'no answer from 127.0.0.1:8002 within 2500 ms (scrape_timeout)' },
  { progress: 'reading', says: 'only 42 bytes came from 127.0.0.1:8002 within 2500 ms (scrape_timeout)' },
] as const)('a time-out while $progress', ({ progress, says }) => {
  expect(
    timeoutError({ url: new URL(targetOf('a').url), timeoutMs: targetOf('a').timeoutMs }, { kind: 'aborted', progress, receivedBytes: 42 }),
  ).toStrictEqual({
    failure: 'timeout',
    message: expect.stringContaining(says),
  });
});
