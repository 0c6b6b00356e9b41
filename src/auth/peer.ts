// Who a client is by the certificate that it showed when it connected. Looked at once a connection, not once a request.
import type { Socket } from 'node:net';
import { chainTo } from './chain.ts';
import type { Delegation } from './delegation.ts';
import { identityOfHeaders, namingHeaders } from './headers.ts';
import { type Identity, identityOf } from './identity.ts';
import { type Shown, ShownCertificates } from './shown.ts';

/** What a connection is to us under one delegation, for a while. */
interface Standing {
  readonly delegation: Delegation;
  readonly untilMs: number;
  readonly isFrontProxy: boolean;
  /** Of the certificate itself. */
  readonly own: Identity | undefined;
  /** Why it is not the one or the other, for people who wonder. */
  readonly why: string;
  /** The headers of the last request that named a user, and that user: a connection mostly asks for one. */
  lastNaming: string;
  lastNamed: Identity | undefined;
}

export interface PeerRequest {
  readonly socket: Socket;
  readonly rawHeaders: readonly string[];
  readonly delegation: Delegation;
  readonly atMs: number;
}

export type PeerResult =
  | { readonly kind: 'known'; readonly by: 'front-proxy' | 'client-certificate'; readonly identity: Identity }
  /** It showed a certificate that makes it nobody. */
  | { readonly kind: 'unknown'; readonly why: string };

/** A standing is looked at anew after this long, so that a certificate that was not valid yet becomes so. */
export const STANDING_MS = 60_000;

export class Peers {
  readonly #shown = new ShownCertificates();
  readonly #standings = new WeakMap<Socket, Standing>();

  /** Whether the client showed a certificate at all. */
  hasCertificate(socket: Socket): boolean {
    return this.#shown.by(socket) !== undefined;
  }

  /** Who asks by the certificate of its connection. Headers are believed from a front proxy, and mean nothing from anybody else. */
  whoIs(request: PeerRequest): PeerResult {
    const standing = this.#standingOf(request);
    if (standing.isFrontProxy) {
      const naming = namingHeaders(request.rawHeaders, request.delegation.frontProxy);
      if (naming !== standing.lastNaming) {
        standing.lastNaming = naming;
        standing.lastNamed = identityOfHeaders(naming, request.delegation.frontProxy);
      }
      if (standing.lastNamed !== undefined) return { kind: 'known', by: 'front-proxy', identity: standing.lastNamed };
    }
    if (standing.own !== undefined) return { kind: 'known', by: 'client-certificate', identity: standing.own };
    return { kind: 'unknown', why: standing.why };
  }

  #standingOf({ socket, delegation, atMs }: PeerRequest): Standing {
    const known = this.#standings.get(socket);
    if (known !== undefined && known.delegation === delegation && atMs < known.untilMs) return known;
    const standing = standingOf(this.#shown.by(socket), { delegation, atMs });
    this.#standings.set(socket, standing);
    return standing;
  }
}

function standingOf(shown: Shown | string | undefined, { delegation, atMs }: Pick<PeerRequest, 'delegation' | 'atMs'>): Standing {
  const held = { delegation, untilMs: atMs + STANDING_MS, isFrontProxy: false, own: undefined, lastNaming: '', lastNamed: undefined };
  if (shown === undefined) return { ...held, why: 'no certificate' };
  if (typeof shown === 'string') return { ...held, why: shown };
  const { frontProxy, clientAuthorities } = delegation;
  const { commonName, organizations } = shown.leaf;
  const asProxy = chainTo({ ...shown, authorities: frontProxy.authorities, atMs });
  if (asProxy.kind === 'trusted' && isAllowed(commonName, frontProxy.allowedNames)) {
    // By itself it is nobody.
    return { ...held, isFrontProxy: true, untilMs: Math.min(held.untilMs, asProxy.untilMs), why: 'the front proxy named no user' };
  }
  const asClient = chainTo({ ...shown, authorities: clientAuthorities, atMs });
  if (asClient.kind === 'trusted') {
    const untilMs = Math.min(held.untilMs, asClient.untilMs);
    // Kubernetes has no user without a name.
    if (!commonName) return { ...held, untilMs, why: 'the certificate has no common name, or several' };
    return { ...held, untilMs, own: identityOf({ user: commonName, groups: organizations }), why: '' };
  }
  const why =
    asProxy.kind === 'trusted'
      ? `the front proxy's certificate names ${JSON.stringify(commonName)}, not one of requestheader-allowed-names`
      : asClient.why;
  return { ...held, why };
}

function isAllowed(commonName: string | undefined, allowedNames: readonly string[]): boolean {
  return allowedNames.length === 0 || (commonName !== undefined && allowedNames.includes(commonName));
}
