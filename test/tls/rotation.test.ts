// Which step is due when, and what it leaves trusted.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueServing, makeAuthority } from '../../src/tls/issue.ts';
import { dueStep, endOf, freshCertificates, type Situation, type Step, take } from '../../src/tls/rotation.ts';
import { dataOf, isSignedBy, readShared, type SharedCertificates } from '../../src/tls/shared-certificates.ts';

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
const HOSTS = ['plimsoll.ns.svc', 'plimsoll'];
const at = (nowMs: number): Situation => ({ nowMs, hosts: HOSTS });

const fresh = await freshCertificates(at(START_MS));
const AUTHORITY_DUE_MS = endOf(fresh.authority.certPem) - (3650 * DAY_MS + HOUR_MS) / 3;
/** A serving certificate that is young at that time. */
const late = await take('renew', fresh, at(AUTHORITY_DUE_MS));
const announced = await take('announce', late, at(AUTHORITY_DUE_MS));

const SERVING_DUE_MS = endOf(fresh.serving.certPem) - (90 * DAY_MS + HOUR_MS) / 3;

describe('the step that is due', () => {
  it.each<[string, SharedCertificates, Situation & { isNextTrusted?: boolean }, Step]>([
    ['at first', fresh, at(START_MS), 'none'],
    ['before two thirds of the life of what is served', fresh, at(SERVING_DUE_MS - 1), 'none'],
    ['after them', fresh, at(SERVING_DUE_MS), 'renew'],
    ['when it has expired', fresh, at(START_MS + 100 * DAY_MS), 'renew'],
    ['when the Service has another name', fresh, { ...at(START_MS), hosts: ['other.ns.svc'] }, 'renew'],
    ['when the names come in another order', fresh, { ...at(START_MS), hosts: HOSTS.toReversed() }, 'none'],
    ['before two thirds of the life of the authority', late, at(AUTHORITY_DUE_MS - 1), 'none'],
    ['after them', late, at(AUTHORITY_DUE_MS), 'announce'],
    ['when the next is announced', announced, at(AUTHORITY_DUE_MS), 'none'],
    ['when everybody trusts it', announced, { ...at(AUTHORITY_DUE_MS), isNextTrusted: true }, 'promote'],
    ['when what is served ends before they do', announced, at(AUTHORITY_DUE_MS + 70 * DAY_MS), 'renew'],
    ['when the authority has expired', announced, at(endOf(fresh.authority.certPem)), 'replace'],
  ])('%s', (_, shared, { isNextTrusted = false, ...situation }, step) => {
    expect(dueStep(shared, { ...situation, isNextTrusted })).toBe(step);
  });

  it('is none after it was taken', async () => {
    const situation = at(SERVING_DUE_MS);
    expect(dueStep(await take('renew', fresh, situation), { ...situation, isNextTrusted: false })).toBe('none');
    expect(await take('none', fresh, situation)).toBe(fresh);
  });
});

describe('trusted', () => {
  const names = ({ trusted }: SharedCertificates): string[] => trusted.map((pem) => new X509Certificate(pem).subject);
  const [old, next] = [fresh.authority, announced.next].map((pair) => new X509Certificate(pair?.certPem ?? '').subject);

  it('are both while the next has signed nothing, and while replicas may serve what the old one signed', async () => {
    expect(names(announced)).toEqual([old, next]);
    const promoted = await take('promote', announced, at(AUTHORITY_DUE_MS));
    expect(names(promoted)).toEqual([old, next]);
    expect([promoted.next, promoted.authority]).toEqual([undefined, announced.next]);
    expect(isSignedBy(promoted.serving.certPem, [promoted.authority.certPem])).toBe(true);
    expect(() => readShared(dataOf(promoted))).not.toThrow();
    const renewed = await take('renew', promoted, at(AUTHORITY_DUE_MS + 60 * DAY_MS));
    expect(names(renewed)).toEqual([next]);
  });

  it('stays the next through a renewal', async () => {
    const renewed = await take('renew', announced, at(AUTHORITY_DUE_MS + 70 * DAY_MS));
    expect(names(renewed)).toEqual([old, next]);
    expect(() => readShared(dataOf(renewed))).not.toThrow();
  });

  it('is none that has expired', async () => {
    const brief = await makeAuthority({ notBefore: new Date(START_MS), notAfter: new Date(START_MS + DAY_MS) });
    const with2 = { ...fresh, trusted: [...fresh.trusted, brief.certPem] };
    expect(dueStep(with2, { ...at(START_MS + DAY_MS), isNextTrusted: false })).toBe('forget');
    const after = await take('forget', with2, at(START_MS + DAY_MS));
    expect(after.trusted).toEqual(fresh.trusted);
    expect((await freshCertificates(at(START_MS + DAY_MS), with2.trusted)).trusted).toHaveLength(2);
  });

  it('are few of those before, however often all was made anew', async () => {
    let made = fresh;
    for (let round = 0; round < 12; round += 1) made = await freshCertificates(at(START_MS), made.trusted);
    expect(made.trusted).toHaveLength(4);
    expect(() => readShared(dataOf(made))).not.toThrow();
  });

  it('is nobody of before when the authority has expired', async () => {
    const replaced = await take('replace', fresh, at(endOf(fresh.authority.certPem)));
    expect(replaced.trusted).toEqual([replaced.authority.certPem]);
    expect(replaced.authority.certPem).not.toBe(fresh.authority.certPem);
  });
});

describe('a certificate', () => {
  it('does not outlive its authority', async () => {
    const authority = await makeAuthority({ notBefore: new Date(START_MS), notAfter: new Date(START_MS + DAY_MS) });
    const serving = await issueServing({
      authority,
      hosts: HOSTS,
      notBefore: new Date(START_MS),
      notAfter: new Date(START_MS + 90 * DAY_MS),
    });
    expect(endOf(serving.certPem)).toBe(START_MS + DAY_MS);
  });

  it('is one of ECDSA P-256 with a key of its own, valid an hour before it was made', async () => {
    const [one, other] = await Promise.all([take('renew', fresh, at(START_MS)), take('renew', fresh, at(START_MS))]);
    expect(one.serving.keyPem).not.toBe(other.serving.keyPem);
    for (const pem of [one.serving.certPem, one.authority.certPem]) {
      const { publicKey, validFromDate } = new X509Certificate(pem);
      expect([publicKey.asymmetricKeyDetails?.namedCurve, validFromDate.getTime()]).toEqual(['prime256v1', START_MS - HOUR_MS]);
    }
    expect([new X509Certificate(one.serving.certPem).ca, new X509Certificate(one.authority.certPem).ca]).toEqual([false, true]);
  });
});
