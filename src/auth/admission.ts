// Admission as the cluster delegates it: who asks, and whether they may. Whatever cannot be found out is refused.
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import type { Admission, AdmissionRequest, Admit } from '../model/admission.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import { type Access, createAccess } from './access.ts';
import { TooManyPending } from './answers.ts';
import { type Authenticate, type Authentication, createAuthenticate } from './authenticate.ts';
import { followCluster } from './follow-cluster.ts';
import { type DelegationFiles, followFiles } from './follow-files.ts';
import { forbiddenMessage } from './forbidden.ts';
import type { Identity } from './identity.ts';
import type { FollowedDelegation } from './kept-delegation.ts';
import { ANONYMOUS, isOpen } from './open-paths.ts';
import { requestAttributes } from './request-attributes.ts';
import { createReviews, ReviewFailed } from './reviews.ts';
import { type AuthTelemetry, authTelemetry } from './telemetry.ts';
import { createTokenOwner } from './tokens.ts';

export interface DelegatedAdmission extends Pick<FollowedDelegation, 'state' | 'follow'> {
  readonly admit: Admit;
}

export interface AdmissionOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Whom to trust, where the cluster is not asked for that. */
  readonly files?: DelegationFiles | undefined;
}

/** Asks nothing before `follow` or `admit` is called. Until the settings are read, certificates are answered with 500. */
export function createDelegatedAdmission({ client, clock, log, meter, files }: AdmissionOptions): DelegatedAdmission {
  const telemetry = authTelemetry(meter);
  const readable = (ok: boolean): void => telemetry.settingsRead('delegation', ok);
  const reviews = createReviews({ client, clock, log, telemetry });
  const settings = files === undefined ? followCluster({ client, clock, log, readable }) : followFiles({ files, clock, log, readable });
  const authenticate = createAuthenticate({
    delegation: settings.current,
    tokenOwner: createTokenOwner({ reviews, clock }),
    clock,
  });
  const admit = createAdmit({ authenticate, access: createAccess({ reviews, clock }), log, telemetry });
  return { admit, state: settings.state, follow: settings.follow };
}

interface Judges {
  readonly authenticate: Authenticate;
  readonly access: Access;
  readonly log: Log;
  readonly telemetry: AuthTelemetry;
}

function createAdmit(judges: Judges): Admit {
  const { authenticate, telemetry } = judges;
  return async (request) => {
    if (isOpen(request)) return ANONYMOUS;
    let who: Authentication;
    try {
      // What is known is not waited for.
      const found = authenticate(request);
      who = found instanceof Promise ? await found : found;
    } catch (error) {
      telemetry.authenticated({ method: 'token', result: 'failed' });
      return failed(error, { what: 'authenticate', log: judges.log });
    }
    if (who.kind === 'known') {
      telemetry.authenticated({ method: who.method, result: 'success' });
      return authorize(request, who.identity, judges);
    }
    return refused(who, judges);
  };
}

function refused(who: Exclude<Authentication, { kind: 'known' }>, { log, telemetry }: Judges): Admission {
  if (who.kind === 'undecided') {
    telemetry.authenticated({ method: 'client-certificate', result: 'failed' });
    const message = 'cannot authenticate the request: the authentication settings are not read yet; /readyz says why';
    return { kind: 'refused', code: 500, message };
  }
  telemetry.authenticated({ method: who.method, result: 'refused' });
  log.debug({ method: who.method, why: who.why }, 'request not authenticated');
  return { kind: 'refused', code: 401, message: 'Unauthorized' };
}

async function authorize(request: AdmissionRequest, identity: Identity, { access, log, telemetry }: Judges): Promise<Admission> {
  const { user } = identity;
  const attributes = requestAttributes(request.method, request.target);
  try {
    const found = access.decide(identity, attributes);
    const { allowed, reason } = found instanceof Promise ? await found : found;
    telemetry.authorized(allowed ? 'allowed' : 'denied');
    if (allowed) return { kind: 'admitted', user };
    return { kind: 'refused', code: 403, message: forbiddenMessage({ user, attributes, reason }) };
  } catch (error) {
    telemetry.authorized('failed');
    return failed(error, { what: 'authorize', log });
  }
}

/** What nobody foresaw is for the log alone, and admits nobody either. */
function failed(error: unknown, { what, log }: { readonly what: string; readonly log: Log }): Admission {
  const isForeseen = error instanceof ReviewFailed || error instanceof TooManyPending;
  if (!isForeseen) log.error({ err: error }, 'admission failed');
  const why = isForeseen ? error.message : 'internal error; see its log';
  return { kind: 'refused', code: 500, message: `cannot ${what} the request: ${why}` };
}
