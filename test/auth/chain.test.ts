// Chains that lead to a trusted authority, and every way in which one does not.
import { describe, expect, it, vi } from 'vitest';
import { readCertificate } from '../../src/auth/certificate.ts';
import { chainTo } from '../../src/auth/chain.ts';
import {
  authority,
  CLIENT,
  client,
  ED25519,
  type Made,
  make,
  NAME_CONSTRAINTS,
  RSA,
  SERVER,
  SIGNS_CERTIFICATES,
  SIGNS_NO_CERTIFICATES,
  unknownExtension,
  type Wish,
} from './support/authority.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.now();

interface Shown {
  readonly leaf: Made;
  readonly intermediates?: readonly Made[];
  readonly trusted: readonly Made[];
}

function check({ leaf, intermediates = [], trusted }: Shown, atMs = NOW_MS): string {
  const certificate = ({ der }: Made) => readCertificate(der);
  const chain = chainTo({
    leaf: certificate(leaf),
    intermediates: intermediates.map(certificate),
    authorities: trusted.map(certificate),
    atMs,
  });
  return chain.kind === 'trusted' ? 'trusted' : chain.why;
}

const NO_WAY = 'no trusted authority leads to the certificate';
const root = await authority('root');
const other = await authority('other');

async function leafOf(wish: Wish): Promise<string> {
  return check({ leaf: await client(root, 'u', wish), trusted: [root] });
}

describe('signed by the authority itself', () => {
  it.each<[string, Wish]>([
    ['for clients', {}],
    ['for clients among other uses', { usages: [...SERVER, ...CLIENT] }],
    ['for any use', { usages: ['2.5.29.37.0'] }],
    ['without a word about its uses, as Kubernetes takes it', { usages: undefined }],
    ['with an unknown extension that may be passed over', { more: [unknownExtension({ critical: false })] }],
    ['with an RSA key', { algorithm: RSA }],
    ['with an Ed25519 key', { algorithm: ED25519 }],
  ])('%s: trusted', async (_, wish) => {
    expect(await leafOf(wish)).toBe('trusted');
  });

  it.each<[string, Wish, string | RegExp]>([
    ['for servers only', { usages: SERVER }, 'the certificate is not for clients: its extended key usage lacks clientAuth'],
    ['expired', { untilMs: -HOUR_MS }, /^the certificate has expired at 2\d{3}-/],
    ['not valid yet', { fromMs: HOUR_MS }, /^the certificate is not valid before 2\d{3}-/],
    [
      'with an unknown critical extension',
      { more: [unknownExtension({ critical: true })] },
      /its extension 1\.3\.6\.1\.4\.1\.99999\.1 is not understood here$/,
    ],
    ['with a short RSA key', { algorithm: { ...RSA, modulusLength: 1024 } }, /its RSA key has 1024 bits, and 2048 are the least$/],
    ['signed with SHA-1', { hash: 'SHA-1' }, NO_WAY],
  ])('%s: refused', async (_, wish, why) => {
    expect(await leafOf(wish)).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
  });
});

describe('signed by somebody else', () => {
  it('of another authority', async () => {
    expect(check({ leaf: await client(other, 'u'), trusted: [root] })).toBe(NO_WAY);
  });

  it('of an authority that only bears the same name', async () => {
    const twin = await authority('root');
    expect(check({ leaf: await client(twin, 'u'), trusted: [root] })).toBe(NO_WAY);
    expect(check({ leaf: await client(twin, 'u'), trusted: [root, twin] })).toBe('trusted');
  });

  it('of another name with the same key', async () => {
    const renamed = await authority('renamed', { keys: root.keys });
    expect(check({ leaf: await client(root, 'u'), trusted: [renamed] })).toBe(NO_WAY);
  });

  it('by itself', async () => {
    const leaf = await make({ name: [{ CN: ['u'] }], usages: CLIENT });
    expect(check({ leaf, trusted: [root] })).toBe(NO_WAY);
    const pretender = await authority('root', { usages: CLIENT });
    expect(check({ leaf: pretender, intermediates: [pretender], trusted: [root] })).toBe(NO_WAY);
  });

  it('with nobody trusted', async () => {
    expect(check({ leaf: await client(root, 'u'), trusted: [] })).toBe(NO_WAY);
  });
});

describe('the authority', () => {
  it.each<[string, Wish]>([
    ['has expired', { untilMs: -HOUR_MS }],
    ['is not valid yet', { fromMs: HOUR_MS }],
    ['is none by its basic constraints', { isAuthority: false, keyUsage: SIGNS_CERTIFICATES }],
    ['may not sign by its key usage', { keyUsage: SIGNS_NO_CERTIFICATES }],
    ['is for servers only', { usages: SERVER }],
    ['is constrained to names', { more: [NAME_CONSTRAINTS] }],
    ['has an unknown critical extension', { more: [unknownExtension({ critical: true })] }],
  ])('%s: refused', async (_, wish) => {
    const made = await authority('made', wish);
    expect(check({ leaf: await client(made, 'u'), trusted: [made] })).toBe(NO_WAY);
  });

  it('may be signed with SHA-1 by itself, which proves nothing either way', async () => {
    const made = await authority('made', { hash: 'SHA-1' });
    expect(check({ leaf: await client(made, 'u'), trusted: [made] })).toBe('trusted');
  });

  it('need not be a root', async () => {
    const middle = await authority('middle', { by: root });
    expect(check({ leaf: await client(middle, 'u'), trusted: [middle] })).toBe('trusted');
  });

  it('stands beside others', async () => {
    expect(check({ leaf: await client(root, 'u'), trusted: [other, root] })).toBe('trusted');
  });
});

describe('intermediates', () => {
  it('lead to the authority when the client sends them, in any order', async () => {
    const upper = await authority('upper', { by: root });
    const lower = await authority('lower', { by: upper });
    const leaf = await client(lower, 'u');
    expect(check({ leaf, intermediates: [lower, upper], trusted: [root] })).toBe('trusted');
    expect(check({ leaf, intermediates: [upper, other, lower], trusted: [root] })).toBe('trusted');
    expect(check({ leaf, intermediates: [lower], trusted: [root] })).toBe(NO_WAY);
    expect(check({ leaf, intermediates: [lower, upper], trusted: [other] })).toBe(NO_WAY);
  });

  it('are looked through for the way that holds', async () => {
    const middle = await authority('middle', { by: root });
    const { keys } = middle;
    const expired = await authority('middle', { by: root, keys, untilMs: -HOUR_MS });
    const foreign = await authority('middle', { by: other, keys });
    const leaf = await client(middle, 'u');
    expect(check({ leaf, intermediates: [expired, foreign, middle], trusted: [root] })).toBe('trusted');
    expect(check({ leaf, intermediates: [expired, foreign], trusted: [root] })).toBe(NO_WAY);
  });

  it.each<[string, Wish]>([
    ['that is no authority', { isAuthority: false, keyUsage: SIGNS_CERTIFICATES }],
    ['that has expired', { untilMs: -HOUR_MS }],
    ['that may not sign', { keyUsage: SIGNS_NO_CERTIFICATES }],
    ['that is for servers only', { usages: SERVER }],
    ['that was signed with SHA-1', { hash: 'SHA-1' }],
  ])('%s: refused', async (_, wish) => {
    const middle = await authority('middle', { by: root, ...wish });
    expect(check({ leaf: await client(middle, 'u'), intermediates: [middle], trusted: [root] })).toBe(NO_WAY);
  });

  it('are only as many as the authority lets stand below it', async () => {
    const strict = await authority('strict', { pathLength: 0 });
    const middle = await authority('middle', { by: strict });
    expect(check({ leaf: await client(strict, 'u'), trusted: [strict] })).toBe('trusted');
    expect(check({ leaf: await client(middle, 'u'), intermediates: [middle], trusted: [strict] })).toBe(NO_WAY);
    const generous = await authority('generous', { pathLength: 1 });
    const below = await authority('below', { by: generous });
    expect(check({ leaf: await client(below, 'u'), intermediates: [below], trusted: [generous] })).toBe('trusted');
  });

  it('that sign each other do not go round for ever', async () => {
    const one = await authority('one');
    const two = await authority('two', { by: one });
    const back = await authority('one', { by: two, keys: one.keys });
    expect(check({ leaf: await client(one, 'u'), intermediates: [back, two, one], trusted: [root] })).toBe(NO_WAY);
  });
});

describe('the work', () => {
  /** How many signatures are checked, of certificates that lead nowhere. */
  async function checked(leaf: Made, intermediates: readonly Made[]): Promise<number> {
    const [own, ...rest] = [leaf, ...intermediates].map(({ der }) => readCertificate(der));
    if (own === undefined) throw new Error('BUG: no leaf');
    const spies = [own, ...rest].map(({ x509 }) => vi.spyOn(x509, 'verify'));
    expect(chainTo({ leaf: own, intermediates: rest, authorities: [readCertificate(other.der)], atMs: NOW_MS }).kind).toBe('refused');
    return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  }

  it('does not go round: nothing stands above itself', async () => {
    expect(await checked(await client(root, 'u'), [root])).toBe(1);
  });

  it('is bounded, however many ways there are', async () => {
    const twins = await Promise.all(Array.from({ length: 7 }, () => authority('root', { keys: root.keys })));
    expect(await checked(await client(root, 'u'), [root, ...twins])).toBe(50);
  });
});

describe('the instant', () => {
  it('counts for every certificate, to the second', async () => {
    const made = await authority('made', { untilMs: 2 * HOUR_MS });
    const leaf = await client(made, 'u', { untilMs: HOUR_MS });
    const endMs = readCertificate(leaf.der).notAfterMs;
    expect(check({ leaf, trusted: [made] }, endMs)).toBe('trusted');
    expect(check({ leaf, trusted: [made] }, endMs + 1)).toMatch(/^the certificate has expired/);
    const long = await client(made, 'u', { untilMs: 3 * HOUR_MS });
    expect(check({ leaf: long, trusted: [made] }, endMs + HOUR_MS + 1000)).toBe(NO_WAY);
  });

  it('a chain holds until its first certificate ends', async () => {
    const middle = await authority('middle', { by: root, untilMs: HOUR_MS });
    const read = ({ der }: Made) => readCertificate(der);
    const leaf = await client(middle, 'u');
    const chain = chainTo({ leaf: read(leaf), intermediates: [read(middle)], authorities: [read(root)], atMs: NOW_MS });
    expect(chain).toEqual({ kind: 'trusted', untilMs: read(middle).notAfterMs });
  });
});
