// What a serving certificate must be, and the words for each way in which it is not.
import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkServingCertificate } from '../../src/tls/serving-certificate.ts';
import { authority, make, RSA } from '../auth/support/authority.ts';

const root = await authority('root');
const good = await make({ by: root, name: [{ CN: ['plimsoll'] }, { O: ['x'] }] });
const other = await make();
const NOW_MS = Date.now();
const DAY_MS = 24 * 3_600_000;

function check(certPem: string, keyPem: string, nowMs = NOW_MS) {
  return checkServingCertificate({ certPem, keyPem, nowMs });
}

it('takes a certificate with its key, whatever follows it', () => {
  const { certPem, keyPem } = good;
  const chain = `text before\n${certPem}\n${root.certPem}`;
  const checked = check(chain, keyPem);
  expect(checked).toMatchObject({ certPem: chain, keyPem });
  expect(Math.abs(checked.notAfterMs - NOW_MS - DAY_MS)).toBeLessThan(60_000);
});

it('takes the older forms of keys', async () => {
  const rsa = await make({ algorithm: RSA });
  const form = (pem: string, type: 'pkcs1' | 'sec1') => createPrivateKey(pem).export({ type, format: 'pem' }).toString();
  expect(() => check(rsa.certPem, form(rsa.keyPem, 'pkcs1'))).not.toThrow();
  expect(() => check(good.certPem, form(good.keyPem, 'sec1'))).not.toThrow();
});

describe('refuses', () => {
  const locked = createPrivateKey(good.keyPem)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString();
  const brokenCert = '-----BEGIN CERTIFICATE-----\nanVuaw==\n-----END CERTIFICATE-----\n';
  const brokenKey = '-----BEGIN PRIVATE KEY-----\nanVuaw==\n-----END PRIVATE KEY-----\n';

  it.each<[string, string, string, string | RegExp]>([
    [
      'no certificate',
      'hello',
      good.keyPem,
      'the certificate file holds no certificate in PEM; it begins with -----BEGIN CERTIFICATE-----',
    ],
    ['a key where the certificate should be', good.keyPem, good.keyPem, /^the certificate file holds no certificate in PEM/],
    ['a certificate that is broken', brokenCert, good.keyPem, 'the first certificate of the file cannot be read; make it anew'],
    ['no key', good.certPem, '', 'the key file holds no private key in PEM; it begins with -----BEGIN PRIVATE KEY-----'],
    ['a certificate where the key should be', good.certPem, good.certPem, /^the key file holds no private key in PEM/],
    ['a key that is broken', good.certPem, brokenKey, 'the private key cannot be read; make it anew'],
    ['a key behind a pass phrase', good.certPem, locked, 'the private key cannot be read; store it without a pass phrase'],
    [
      'the key of another certificate',
      good.certPem,
      other.keyPem,
      'the key is not that of the certificate "CN=plimsoll, O=x"; give the key it was made with, and its own certificate first',
    ],
    [
      'a chain that begins at the wrong end',
      `${root.certPem}\n${good.certPem}`,
      good.keyPem,
      /^the key is not that of the certificate "CN=root"/,
    ],
    [
      'a chain whose end is broken',
      `${good.certPem}\n${brokenCert}`,
      good.keyPem,
      /^OpenSSL does not take the certificate "CN=plimsoll, O=x": .+; make it anew$/,
    ],
  ])('%s', (_, certPem, keyPem, message) => {
    const thrown = expect(() => check(certPem, keyPem));
    if (typeof message === 'string') thrown.toThrow(new Error(message));
    else thrown.toThrow(message);
  });

  it('one that has expired', () => {
    const { notAfterMs } = check(good.certPem, good.keyPem);
    expect(() => check(good.certPem, good.keyPem, notAfterMs - 1)).not.toThrow();
    expect(() => check(good.certPem, good.keyPem, notAfterMs)).toThrow(
      new Error(`the certificate "CN=plimsoll, O=x" has expired at ${new Date(notAfterMs).toISOString()}; renew it`),
    );
  });
});
