// From a certificate that a client shows to an authority that is trusted.
import type { Certificate } from './certificate.ts';

export interface ChainRequest {
  readonly leaf: Certificate;
  /** What the client sent along, in any order. */
  readonly intermediates: readonly Certificate[];
  /** Trusted by themselves, whether they sign themselves or not. */
  readonly authorities: readonly Certificate[];
  readonly atMs: number;
}

export type Chain =
  /** Until the first of its certificates ends. */
  { readonly kind: 'trusted'; readonly untilMs: number } | { readonly kind: 'refused'; readonly why: string };

/** More than any chain in use; what is tried beyond it is somebody wasting our time. */
const MOST_SIGNATURES = 50;

interface Search extends ChainRequest {
  signatures: number;
}

/**
 * As crypto/x509 of Go checks a client for kube-apiserver: every certificate in its validity and fit for clients, every signer an authority
 * with enough path length left, every signature right, the last one signed by a trusted authority. Revocation is not looked at, as there.
 */
export function chainTo(request: ChainRequest): Chain {
  const why = refusal(request.leaf, request.atMs);
  if (why !== undefined) return { kind: 'refused', why: `the certificate ${why}` };
  const untilMs = climb([request.leaf], { ...request, signatures: 0 });
  if (untilMs === undefined) return { kind: 'refused', why: 'no trusted authority leads to the certificate' };
  return { kind: 'trusted', untilMs };
}

/** The end of the first complete chain above the last of `below`; undefined when there is none. */
function climb(below: readonly Certificate[], search: Search): number | undefined {
  const endMs = Math.min(...below.map(({ notAfterMs }) => notAfterMs));
  for (const authority of search.authorities) {
    if (signs(authority, below, search)) return Math.min(endMs, authority.notAfterMs);
  }
  for (const intermediate of search.intermediates) {
    if (below.includes(intermediate) || !signs(intermediate, below, search)) continue;
    const found = climb([...below, intermediate], search);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether one may be the signer of the last of `below`, and is. The signature, which costs the most, is checked last. */
function signs(signer: Certificate, below: readonly Certificate[], search: Search): boolean {
  const signed = below.at(-1);
  // All but the client's own are authorities between it and the signer.
  const between = below.length - 1;
  if (signed === undefined || !signer.isAuthority || between > (signer.pathLength ?? between)) return false;
  if (refusal(signer, search.atMs) !== undefined || !signed.x509.checkIssued(signer.x509) || signed.isWeaklySigned) return false;
  if (search.signatures >= MOST_SIGNATURES) return false;
  search.signatures += 1;
  return signed.x509.verify(signer.x509.publicKey);
}

function refusal({ flaw, isForClients, notBeforeMs, notAfterMs }: Certificate, atMs: number): string | undefined {
  if (flaw !== undefined) return `is not trusted: ${flaw}`;
  if (!isForClients) return 'is not for clients: its extended key usage lacks clientAuth';
  if (atMs < notBeforeMs) return `is not valid before ${new Date(notBeforeMs).toISOString()}`;
  if (atMs > notAfterMs) return `has expired at ${new Date(notAfterMs).toISOString()}`;
  return undefined;
}
