// When the shared certificates are renewed, and by what steps an authority takes the place of another without anybody noticing.
import { X509Certificate } from 'node:crypto';
import { issueServing, makeAuthority, type Validity } from './issue.ts';
import type { ServingCertificate } from './serving-certificate.ts';
import { isSignedBy, type SharedCertificates } from './shared-certificates.ts';

export type Step =
  | 'none'
  /** Another serving certificate of the same authority. */
  | 'renew'
  /** Another authority, which signs nothing yet: first everybody has to trust it. */
  | 'announce'
  /** That authority signs from now on, and the one before it stays trusted. */
  | 'promote'
  /** An authority of which nothing is left is trusted no longer. */
  | 'forget'
  /** All of it anew: the authority has expired, so nothing of it is trusted anyway. */
  | 'replace';

export interface Situation {
  readonly nowMs: number;
  /** Names that the serving certificate is to have. */
  readonly hosts: readonly string[];
}

const DAY_MS = 24 * 3_600_000;
/**
 * As long as cert-manager's default: a renewal that fails is noticed by metrics and people in a month's time, and a cluster that was
 * switched off over the holidays comes back with a certificate that is still good.
 */
const SERVING_DAYS = 90;
/** Its key never leaves the Secret; whoever can read that one has everything. So it only has to end some time. */
const AUTHORITY_DAYS = 3650;
/** What is left when it is time for another. */
const RENEW_AT = 1 / 3;
/** Somebody who deletes a Secret again and again is not to fill it. */
const MOST_BEFORE = 3;
/** A client whose clock is behind ours must not find it not valid yet. */
const CLOCK_SKEW_MS = 3_600_000;

/** The next step that is due. `isNextTrusted`: whether everybody who asks is known to trust `next`. */
export function dueStep(
  shared: SharedCertificates,
  { nowMs, hosts, isNextTrusted }: Situation & { readonly isNextTrusted: boolean },
): Step {
  const { serving, authority, next, trusted } = shared;
  if (endOf(authority.certPem) <= nowMs) return 'replace';
  if (next !== undefined && isNextTrusted) return 'promote';
  if (isWorn(serving.certPem, nowMs) || !isFor(serving.certPem, hosts)) return 'renew';
  if (next === undefined && isWorn(authority.certPem, nowMs)) return 'announce';
  return stillTrusted(shared, nowMs).length < trusted.length ? 'forget' : 'none';
}

/** The certificates after a step. */
export async function take(step: Step, shared: SharedCertificates, situation: Situation): Promise<SharedCertificates> {
  switch (step) {
    case 'none':
      return shared;
    case 'renew':
      return afterServing({ ...shared, serving: await serve(shared.authority, situation) }, { before: shared, situation });
    case 'announce': {
      const next = await newAuthority(situation);
      return { ...shared, next, trusted: [...shared.trusted, next.certPem] };
    }
    case 'promote': {
      const authority = shared.next ?? shared.authority;
      const serving = await serve(authority, situation);
      return afterServing({ ...shared, authority, next: undefined, serving }, { before: shared, situation });
    }
    case 'forget':
      return { ...shared, trusted: stillTrusted(shared, situation.nowMs) };
    case 'replace':
      return freshCertificates(situation);
  }
}

/** An authority and what it signs. The first of those `before` that are still valid stay trusted, for replicas that serve what they signed. */
export async function freshCertificates(situation: Situation, before: readonly string[] = []): Promise<SharedCertificates> {
  const authority = await newAuthority(situation);
  const trusted = [authority.certPem, ...before.filter((pem) => endOf(pem) > situation.nowMs).slice(0, MOST_BEFORE)];
  return { authority, serving: await serve(authority, situation), trusted };
}

/** When a certificate ends, milliseconds since the Unix epoch. */
export function endOf(certPem: string): number {
  return new X509Certificate(certPem).validToDate.getTime();
}

/**
 * After another serving certificate was made, trusted are who signed it and who signed the one before it, which replicas may serve for some
 * seconds more, or until then when they cannot read the Secret. So an authority goes two months after it signed for the last time.
 */
function afterServing(
  after: SharedCertificates,
  { before, situation }: { readonly before: SharedCertificates; readonly situation: Situation },
): SharedCertificates {
  const isUsed = (pem: string): boolean =>
    isSame(pem, after.authority.certPem) ||
    (after.next !== undefined && isSame(pem, after.next.certPem)) ||
    isSignedBy(before.serving.certPem, [pem]);
  const trusted = after.trusted.filter(isUsed);
  return { ...after, trusted: stillTrusted({ ...after, trusted }, situation.nowMs) };
}

function stillTrusted({ trusted, authority }: SharedCertificates, nowMs: number): readonly string[] {
  return trusted.filter((pem) => endOf(pem) > nowMs || isSame(pem, authority.certPem));
}

function isSame(one: string, other: string): boolean {
  return new X509Certificate(one).fingerprint256 === new X509Certificate(other).fingerprint256;
}

function isWorn(certPem: string, nowMs: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(certPem);
  const [fromMs, toMs] = [validFromDate.getTime(), validToDate.getTime()];
  return toMs - nowMs <= (toMs - fromMs) * RENEW_AT;
}

function isFor(certPem: string, hosts: readonly string[]): boolean {
  const { subjectAltName = '' } = new X509Certificate(certPem);
  const wanted = hosts.map((host) => `DNS:${host}`);
  return subjectAltName.split(', ').toSorted().join() === wanted.toSorted().join();
}

function serve(authority: ServingCertificate, { nowMs, hosts }: Situation): Promise<ServingCertificate> {
  return issueServing({ authority, hosts, ...validity(nowMs, SERVING_DAYS) });
}

function newAuthority({ nowMs }: Situation): Promise<ServingCertificate> {
  return makeAuthority(validity(nowMs, AUTHORITY_DAYS));
}

function validity(nowMs: number, days: number): Validity {
  return { notBefore: new Date(nowMs - CLOCK_SKEW_MS), notAfter: new Date(nowMs + days * DAY_MS) };
}
