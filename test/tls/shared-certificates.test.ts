// The shared certificates as texts of a Secret, and the words for each way in which they are damaged.
import { describe, expect, it } from 'vitest';
import { freshCertificates } from '../../src/tls/rotation.ts';
import { bundleOf, dataOf, readShared } from '../../src/tls/shared-certificates.ts';
import { make } from '../auth/support/authority.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const situation = { nowMs: NOW_MS, hosts: ['plimsoll.ns.svc'] };
const [shared, other] = await Promise.all([freshCertificates(situation), freshCertificates(situation)]);
const leaf = await make();
const withNext = { ...shared, next: other.authority, trusted: [...shared.trusted, ...other.trusted] };

const trimmed = (pems: readonly string[]): string[] => pems.map((pem) => pem.trim());

it.each([
  ['of one authority', shared],
  ['of two, one of them to come', withNext],
])('are read as they were written: %s', (_, certificates) => {
  const read = readShared(dataOf(certificates));
  expect(read).toEqual({ ...certificates, next: certificates.next, trusted: trimmed(certificates.trusted) });
  expect(bundleOf(read.trusted)).toBe(bundleOf(certificates.trusted));
});

describe('are damaged', () => {
  const data = dataOf(shared);
  const next = dataOf(withNext);
  it.each<[string, Record<string, string | undefined>, string]>([
    ['there is nothing', {}, 'tls.crt is missing'],
    ['a key is missing', { ...data, 'authority.key': undefined }, 'authority.key is missing'],
    ['a certificate is none', { ...data, 'tls.crt': 'hello' }, 'tls.crt is no certificate in PEM'],
    ['a key is none', { ...data, 'tls.key': 'hello' }, 'tls.key is not the key of tls.crt'],
    ['a key is that of another', { ...data, 'authority.key': other.authority.keyPem }, 'authority.key is not the key of authority.crt'],
    ['the key to come is missing', { ...next, 'next-authority.key': undefined }, 'next-authority.key is missing'],
    ['nobody is trusted', { ...data, 'ca.crt': undefined }, 'ca.crt lacks authority.crt'],
    ['another is trusted', { ...data, 'ca.crt': bundleOf(other.trusted) }, 'ca.crt lacks authority.crt'],
    ['who is to come is not trusted', { ...next, 'ca.crt': bundleOf(shared.trusted) }, 'ca.crt lacks next-authority.crt'],
    [
      'who signs is no authority',
      { ...data, 'authority.crt': leaf.certPem, 'authority.key': leaf.keyPem },
      'authority.crt is no authority',
    ],
    [
      'another signed',
      { ...data, 'tls.crt': other.serving.certPem, 'tls.key': other.serving.keyPem },
      'tls.crt is signed by no authority of ca.crt',
    ],
    [
      'one that is trusted is broken',
      { ...data, 'ca.crt': `${data['ca.crt']}-----BEGIN CERTIFICATE-----\nanVuaw==\n-----END CERTIFICATE-----` },
      'ca.crt is no certificate in PEM',
    ],
    [
      'all too many are trusted',
      { ...data, 'ca.crt': (data['ca.crt'] ?? '').repeat(11) },
      'ca.crt holds 11 certificates, and 10 are the most',
    ],
  ])('when %s', (_, texts, message) => {
    expect(() => readShared(texts)).toThrow(new Error(message));
  });
});
