// Replicas of Plimsoll that share a certificate, on a clock that is moved by hand, and kube-apiserver's view of them.
import { objectOf, textOf } from '../../../src/lib/json.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { type ManagedCertificate, managedCertificate } from '../../../src/tls/managed-certificate.ts';
import type { ServingCertificate } from '../../../src/tls/serving-certificate.ts';
import { isSignedBy, readShared, type SharedCertificates } from '../../../src/tls/shared-certificates.ts';
import { type Logged, recordingLog } from '../../app/support/log.ts';
import { type Interception, ObjectStore } from '../../lib/kube/support/object-store.ts';
import type { Computed } from './computed.ts';

export const SECRET = '/api/v1/namespaces/ns/secrets/certificate';
export const LEASE = '/apis/coordination.k8s.io/v1/namespaces/ns/leases/certificate';
const API_SERVICES = ['v1beta1.custom.metrics.k8s.io', 'v1beta2.custom.metrics.k8s.io', 'v1beta1.external.metrics.k8s.io'];
export const DAY_MS = 24 * 3_600_000;
/** A round of polls is several of these. */
const STEP_MS = 1_000;

export function apiServicePath(name: string): string {
  return `/apis/apiregistration.k8s.io/v1/apiservices/${name}`;
}

export function apiService(name: string, spec: object = {}): { readonly metadata: object; readonly spec: object } {
  return { metadata: { name }, spec: { service: { namespace: 'ns', name: 'plimsoll', port: 443 }, ...spec } };
}

export interface Replica {
  readonly managed: ManagedCertificate;
  /** What it serves now; undefined before it was opened, or while it serves something of its own. */
  serving(): ServingCertificate | undefined;
  readonly lines: Logged[];
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly startMs: number;
  readonly store?: ObjectStore;
  readonly computed: Computed;
}

export class World {
  readonly store: ObjectStore;
  readonly clock: VirtualClock;
  readonly replicas: Replica[] = [];
  readonly #computed: Computed;

  /** A store of a world before it goes on where that one ended. */
  constructor({ startMs, computed, store = withApiServices() }: WorldOptions) {
    this.#computed = computed;
    this.store = store;
    this.clock = new VirtualClock(startMs);
  }

  async join(identity: string, intercept?: Interception): Promise<Replica> {
    const lines: Logged[] = [];
    const managed = this.manage(identity, { lines, ...(intercept && { intercept }) });
    let serving: ServingCertificate | undefined = await managed.open();
    const stop = new AbortController();
    const ended = managed.follow((next) => {
      serving = next;
    }, stop.signal);
    const replica = {
      managed,
      lines,
      serving: () => serving,
      stop: async () => {
        this.replicas.splice(this.replicas.indexOf(replica), 1);
        stop.abort();
        await ended;
      },
    };
    this.replicas.push(replica);
    return replica;
  }

  /** A replica of which nothing is known but what it does. */
  manage(identity: string, { lines, intercept }: { readonly lines: Logged[]; readonly intercept?: Interception }): ManagedCertificate {
    return managedCertificate({
      client: this.store.client(intercept),
      clock: this.clock,
      log: recordingLog(lines),
      namespace: 'ns',
      secret: 'certificate',
      service: 'plimsoll',
      apiServices: API_SERVICES,
      identity,
      random: () => 0,
    });
  }

  /** Time passes in small steps, after each of which what was to be computed is; `each` looks at what there is then. */
  async pass(durationMs: number, each: () => void = () => {}): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += STEP_MS) {
      await this.clock.advance(STEP_MS);
      await this.#computed();
      each();
    }
  }

  shared(): SharedCertificates {
    const data = Object.entries(objectOf(this.store.get(SECRET)?.['data']));
    return readShared(Object.fromEntries(data.map(([key, text]) => [key, Buffer.from(String(text), 'base64').toString()])));
  }

  /** Certificates that kube-apiserver trusts for an APIService. */
  bundle(name: string): string {
    const { caBundle } = objectOf(this.store.get(apiServicePath(name))?.['spec']);
    return Buffer.from(textOf(caBundle) ?? '', 'base64').toString();
  }

  /** Whether kube-apiserver, asking for any of the APIServices, would take the certificate that each replica serves now. */
  isTrusted(): boolean {
    return this.replicas.every((replica) => {
      const certificate = replica.serving();
      if (certificate === undefined) return false;
      return API_SERVICES.every((name) => {
        const known = this.store.get(apiServicePath(name));
        return (
          known === undefined ||
          isSignedBy(certificate.certPem, this.bundle(name).match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g) ?? [])
        );
      });
    });
  }

  async end(): Promise<void> {
    for (const replica of [...this.replicas]) await replica.stop();
  }
}

export function withApiServices(names: readonly string[] = API_SERVICES): ObjectStore {
  const store = new ObjectStore();
  for (const name of names) store.put(apiServicePath(name), apiService(name));
  return store;
}

/** The messages of a replica's log. */
export function said({ lines }: Replica): string[] {
  return lines.map((line) => line.said);
}
