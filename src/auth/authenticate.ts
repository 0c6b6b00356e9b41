// Who sends a request: by the certificate of its connection, then by its bearer token, in the order of k8s.io/apiserver.
import type { Clock } from '../lib/clock.ts';
import type { AdmissionRequest } from '../model/admission.ts';
import { authorizationHeader } from './authorization-header.ts';
import type { Delegation } from './delegation.ts';
import type { Identity } from './identity.ts';
import { Peers } from './peer.ts';
import type { AuthenticationMethod } from './telemetry.ts';
import type { TokenOwner } from './tokens.ts';

export type Authentication =
  | { readonly kind: 'known'; readonly method: AuthenticationMethod; readonly identity: Identity }
  /** Nobody, and why that is so: for the log, not for who asks. */
  | { readonly kind: 'unknown'; readonly method: AuthenticationMethod; readonly why: string }
  /** It showed a certificate, and whom to trust is not known yet. */
  | { readonly kind: 'undecided' };

/** At once where nobody has to be asked. The promise rejects with a ReviewFailed or a TooManyPending. */
export type Authenticate = (request: Pick<AdmissionRequest, 'socket' | 'rawHeaders'>) => Authentication | Promise<Authentication>;

interface AuthenticateOptions {
  readonly delegation: () => Delegation | undefined;
  readonly tokenOwner: TokenOwner;
  readonly clock: Clock;
}

export function createAuthenticate({ delegation: delegationNow, tokenOwner, clock }: AuthenticateOptions): Authenticate {
  const peers = new Peers();

  async function byToken(token: string): Promise<Authentication> {
    const identity = await tokenOwner(token);
    if (identity === undefined) return { kind: 'unknown', method: 'token', why: 'the API server does not know the token' };
    return { kind: 'known', method: 'token', identity };
  }

  return ({ socket, rawHeaders }) => {
    const delegation = delegationNow();
    const hasCertificate = peers.hasCertificate(socket);
    let why = 'neither a certificate nor a token';
    if (hasCertificate && delegation !== undefined) {
      const peer = peers.whoIs({ socket, rawHeaders, delegation, atMs: clock.nowMs() });
      if (peer.kind === 'known') return { kind: 'known', method: peer.by, identity: peer.identity };
      why = peer.why;
    }
    const header = authorizationHeader(rawHeaders);
    if (header.kind === 'several') return { kind: 'unknown', method: 'token', why: 'more than one Authorization header' };
    if (header.kind === 'one' && header.scheme === 'bearer' && header.credentials !== '') return byToken(header.credentials);
    if (hasCertificate && delegation === undefined) return { kind: 'undecided' };
    return { kind: 'unknown', method: hasCertificate ? 'client-certificate' : 'none', why };
  };
}
