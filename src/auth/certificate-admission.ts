// Admission by a client certificate that leads to one of the authorities of a file. Whoever has one may ask for everything.
import type { Socket } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import type { Admit } from '../model/admission.ts';
import type { Log } from '../model/log.ts';
import { chainTo } from './chain.ts';
import type { Delegation } from './delegation.ts';
import type { FollowedDelegation } from './kept-delegation.ts';
import { ANONYMOUS, isOpen } from './open-paths.ts';
import { STANDING_MS } from './peer.ts';
import { ShownCertificates } from './shown.ts';
import type { AuthTelemetry } from './telemetry.ts';

export interface CertificateAdmissionOptions {
  readonly delegation: Pick<FollowedDelegation, 'current'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: AuthTelemetry;
}

/** What a connection is under one delegation, for a while. */
interface Standing {
  readonly delegation: Delegation;
  readonly untilMs: number;
  /** Undefined: it is good. */
  readonly why: string | undefined;
  /** For the log: a certificate may be good without a name. */
  readonly user: string;
}

/** Until the authorities are read, certificates are answered with 500. */
export function createCertificateAdmission({ delegation, clock, log, telemetry }: CertificateAdmissionOptions): Admit {
  const shown = new ShownCertificates();
  const standings = new WeakMap<Socket, Standing>();
  const method = 'client-certificate';

  function standingOf(socket: Socket, current: Delegation): Standing {
    const atMs = clock.nowMs();
    const known = standings.get(socket);
    if (known !== undefined && known.delegation === current && atMs < known.untilMs) return known;
    const standing = judge(shown.by(socket), { delegation: current, atMs });
    standings.set(socket, standing);
    return standing;
  }

  return async (request) => {
    if (isOpen(request)) return ANONYMOUS;
    const current = delegation.current();
    if (current === undefined && shown.by(request.socket) !== undefined) {
      telemetry.authenticated({ method, result: 'failed' });
      return { kind: 'refused', code: 500, message: 'cannot authenticate the request: the authorities are not read yet; /readyz says why' };
    }
    const { why, user } = current === undefined ? NOT_SHOWN : standingOf(request.socket, current);
    telemetry.authenticated({ method: why === NOT_SHOWN.why ? 'none' : method, result: why === undefined ? 'success' : 'refused' });
    if (why === undefined) return { kind: 'admitted', user };
    log.debug({ method, why }, 'request not authenticated');
    return { kind: 'refused', code: 401, message: 'Unauthorized: show a client certificate of an authority in telemetry.client_ca_file' };
  };
}

const NOT_SHOWN = { why: 'no certificate', user: '' };

type Judged = { readonly delegation: Delegation; readonly atMs: number };

function judge(shown: ReturnType<ShownCertificates['by']>, { delegation, atMs }: Judged): Standing {
  const held = { delegation, untilMs: atMs + STANDING_MS, user: '' };
  if (shown === undefined) return { ...held, ...NOT_SHOWN };
  if (typeof shown === 'string') return { ...held, why: shown };
  const chain = chainTo({ ...shown, authorities: delegation.clientAuthorities, atMs });
  if (chain.kind === 'refused') return { ...held, why: chain.why };
  return { ...held, untilMs: Math.min(held.untilMs, chain.untilMs), user: shown.leaf.commonName ?? '', why: undefined };
}
