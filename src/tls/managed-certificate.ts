// A serving certificate that the replicas make themselves and share: taken from a Secret that they all follow and one of them looks after.
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import { inTime } from '../lib/kube/in-time.ts';
import { Lease } from '../lib/kube/lease.ts';
import type { Log } from '../model/log.ts';
import { CertificateSecret, type SecretState } from './certificate-secret.ts';
import { freshCertificates } from './rotation.ts';
import { type CheckedCertificate, checkServingCertificate } from './serving-certificate.ts';
import { Upkeep } from './upkeep.ts';

export interface ManagedCertificateOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly namespace: string;
  /** Name of the Secret, and of the Lease. */
  readonly secret: string;
  readonly service: string;
  readonly apiServices: readonly string[];
  /** Of this process, unlike any other. */
  readonly identity: string;
  /** From 0 to 1; default Math.random. */
  readonly random?: () => number;
}

export interface ManagedCertificate {
  /** The shared certificate, made where there is none. Undefined when it cannot be had now; `follow` hands it on when it can. Never rejects. */
  open(): Promise<CheckedCertificate | undefined>;
  /** Hands on every other certificate until `signal` is aborted, and looks after them while it is this process’s turn. */
  follow(use: (certificate: CheckedCertificate) => void, signal: AbortSignal): Promise<void>;
  /** As a health check says it. */
  state(): { readonly ok: boolean; readonly why: string };
}

/** All replicas serve the same seconds after it was written, and a small GET every five seconds costs the API server nothing. */
const POLL_MS = 5_000;
const DEADLINE_MS = 5_000;

export function managedCertificate(options: ManagedCertificateOptions): ManagedCertificate {
  const { client, clock, log, namespace, secret: name, service } = options;
  const secret = new CertificateSecret({ client, namespace, name });
  // kube-apiserver asks for the first of them; people for the others.
  const hosts = [`${service}.${namespace}.svc`, `${service}.${namespace}`, service];
  let used: CheckedCertificate | undefined;
  let why = 'the certificate was not read yet';

  function keep(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== why) log.error({ why: message, kept: used !== undefined }, 'serving certificate not read');
    why = message;
  }

  async function readOrMake(signal: AbortSignal): Promise<SecretState> {
    const state = await secret.read(signal);
    // One that is lost later is for the holder of the Lease to replace: it knows whom to trust meanwhile.
    if (state.kind !== 'missing' || secret.lastGood !== undefined) return state;
    if (await secret.create(await freshCertificates({ nowMs: clock.nowMs(), hosts }), signal)) {
      log.info({ secret: `${namespace}/${name}` }, 'serving certificate and its authority made');
    }
    return secret.read(signal);
  }

  /** The certificate that was changed to, if there is another. One that cannot be used is tried again. */
  async function look({ use = () => {}, signal }: Looking): Promise<CheckedCertificate | undefined> {
    try {
      const state = await inTime({ client, clock, ms: DEADLINE_MS, signal }, readOrMake);
      const next = usable(state, { nowMs: clock.nowMs(), name: `${namespace}/${name}` });
      if (next.certPem === used?.certPem) {
        why = '';
        return undefined;
      }
      use(next);
      used = next;
      why = '';
      log.info({ until: new Date(next.notAfterMs).toISOString() }, 'serving certificate taken');
      return next;
    } catch (error) {
      if (signal?.aborted !== true) keep(error);
      return undefined;
    }
  }

  async function followSecret(use: (certificate: CheckedCertificate) => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(POLL_MS, signal);
      if (signal.aborted) return;
      await look({ use, signal });
    }
  }

  const lease = leaseOf(options);
  const bundles = { client, namespace, service, apiServices: options.apiServices, log };
  const upkeep = new Upkeep({ secret, bundles, hosts, isHolder: () => lease.isHeld(), clock, log });
  return {
    open: () => look({}),
    follow: async (use, signal) => {
      await Promise.all([followSecret(use, signal), lease.run(signal), upkeep.run(signal)]);
    },
    state: () => {
      if (used === undefined) return { ok: false, why };
      if (used.notAfterMs <= clock.nowMs()) return { ok: false, why: `the certificate has expired: ${why}` };
      return { ok: true, why: why === '' ? 'the shared certificate is served' : `the certificate read before is kept: ${why}` };
    },
  };
}

interface Looking {
  readonly use?: (certificate: CheckedCertificate) => void;
  readonly signal?: AbortSignal;
}

function leaseOf({ client, clock, log, namespace, secret: name, identity, random }: ManagedCertificateOptions): Lease {
  const observer = {
    changed: (isHeld: boolean): void => {
      if (isHeld) log.info({}, 'looking after the shared serving certificates');
      else log.info({}, 'no longer looking after the shared serving certificates');
    },
    failed: (why: string): void => log.warn({ why }, 'who looks after the shared serving certificates is not known'),
  };
  return new Lease({ client, clock, namespace, name, identity, observer, ...(random && { random }) });
}

function usable(state: SecretState, { nowMs, name }: { readonly nowMs: number; readonly name: string }): CheckedCertificate {
  if (state.kind === 'missing') throw new Error(`the Secret ${name} is gone; whoever holds the Lease makes it anew`);
  if (state.kind === 'damaged') throw new Error(`the Secret ${name} is damaged: ${state.why}; whoever holds the Lease makes it anew`);
  return checkServingCertificate({ ...state.shared.serving, nowMs });
}
