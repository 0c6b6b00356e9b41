// A Lease of the cluster: of several processes one holds it, and another takes over when nothing is heard of that one any more.
import type { Clock } from '../clock.ts';
import { objectOf, textOf } from '../json.ts';
import { type KubeAnswer, type KubeClient, KubeRefused, KubeUnreachable } from './client.ts';
import { inTime } from './in-time.ts';
import { statusMessage } from './words.ts';

export interface LeaseOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  /** This process, unlike any other that ever wants the Lease. */
  readonly identity: string;
  readonly observer: LeaseObserver;
  /** From 0 to 1; default Math.random. */
  readonly random?: () => number;
}

/** Called synchronously. */
export interface LeaseObserver {
  /** This process began to hold it, or ceased to. */
  readonly changed: (isHeld: boolean) => void;
  /** It could not be asked for; once for each reason in a row. */
  readonly failed: (why: string) => void;
}

// The figures of client-go's leader election as the cluster's own components have them (component-base config: 15 s, 10 s, 2 s).
const LEASE_MS = 15_000;
/** Who has not renewed for so long no longer acts as the holder: five seconds before anybody else does. */
const RENEW_DEADLINE_MS = 10_000;
const RETRY_MS = 2_000;
/** How much longer a wait may be by chance, so that those who wait do not all come at once. */
const JITTER = 1.2;
/** Two tries fit between a renewal and its deadline. */
const RENEW_MS = 4_000;
const ASK_MS = 3_000;
/** At its end a process has a few seconds for everything. */
const RELEASE_MS = 1_000;

/** What is known of the object. */
interface Seen {
  readonly version: string;
  /** Undefined when it was given back. */
  readonly holder: string | undefined;
  readonly durationMs: number;
  readonly transitions: number;
  /** When this state of it was first seen: clocks of others are not compared with ours. */
  readonly sinceMs: number;
}

export class Lease {
  readonly #options: LeaseOptions;
  #seen: Seen | undefined;
  /** When the last renewal that went well was asked for. */
  #renewedMs = Number.NEGATIVE_INFINITY;
  #isMine = false;
  #wasHeld = false;
  #why = '';

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whether this process may act as the holder now. */
  isHeld(): boolean {
    return this.#isMine && this.#options.clock.nowMs() - this.#renewedMs < RENEW_DEADLINE_MS;
  }

  /** Tries to get it and to keep it until `signal` is aborted, then gives it back. Rejects only for what is a bug. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    while (!signal.aborted) {
      const isAnswered = await this.#try(signal);
      this.#tell();
      await clock.sleep(isAnswered && this.#isMine ? RENEW_MS : RETRY_MS * (1 + JITTER * random()), signal);
      this.#tell();
    }
    await this.#release();
    this.#tell();
  }

  #tell(): void {
    const isHeld = this.isHeld();
    if (isHeld === this.#wasHeld) return;
    this.#wasHeld = isHeld;
    this.#options.observer.changed(isHeld);
  }

  /** False when it cannot be said who holds it. */
  async #try(signal: AbortSignal): Promise<boolean> {
    const { client, clock, namespace, name, observer } = this.#options;
    try {
      await inTime({ client, clock, ms: ASK_MS, signal }, (end) => this.#ask(end));
      this.#why = '';
      return true;
    } catch (error) {
      if (!(error instanceof KubeUnreachable || error instanceof KubeRefused)) throw error;
      const why = `cannot hold the Lease ${namespace}/${name}: ${error.message}`;
      if (!signal.aborted && why !== this.#why) observer.failed(why);
      this.#why = why;
      return false;
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    if (this.#isMine && this.#seen !== undefined) {
      if (await this.#write(this.#seen, { ...this.#renewal(), holderIdentity: this.#options.identity }, signal)) return;
      this.#isMine = false;
    }
    const answer = await this.#request('GET', signal);
    if (answer.status === 404) {
      await this.#create(signal);
      return;
    }
    const seen = this.#observe(accepted(answer));
    const isOwn = seen.holder === this.#options.identity;
    const isFree = seen.holder === undefined || this.#options.clock.nowMs() >= seen.sinceMs + seen.durationMs;
    if (isOwn || isFree) await this.#take(seen, signal);
  }

  async #take(seen: Seen, signal: AbortSignal): Promise<void> {
    const { identity } = this.#options;
    const isChange = seen.holder !== identity;
    const renewal = this.#renewal();
    const change = isChange ? { acquireTime: renewal.renewTime, leaseTransitions: seen.transitions + 1 } : {};
    await this.#write(seen, { ...renewal, ...change, holderIdentity: identity }, signal);
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { clock, namespace, name, identity } = this.#options;
    const askedMs = clock.nowMs();
    const renewal = this.#renewal();
    const spec = { ...renewal, acquireTime: renewal.renewTime, leaseTransitions: 0, holderIdentity: identity };
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec };
    const answer = await this.#options.client.request({ method: 'POST', path: this.#collection(), body, signal });
    // Somebody else was sooner: its Lease is read at the next try.
    if (answer.status === 409) return;
    this.#keep(accepted(answer), askedMs);
  }

  /** False when somebody else has written it meanwhile. */
  async #write(seen: Seen, spec: object, signal: AbortSignal): Promise<boolean> {
    const askedMs = this.#options.clock.nowMs();
    const answer = await this.#request('PATCH', signal, { metadata: { resourceVersion: seen.version }, spec });
    if (answer.status === 409 || answer.status === 404) return false;
    this.#keep(accepted(answer), askedMs);
    return true;
  }

  #keep(json: unknown, askedMs: number): void {
    this.#observe(json);
    this.#isMine = true;
    this.#renewedMs = askedMs;
  }

  #observe(json: unknown): Seen {
    const { metadata, spec } = objectOf(json);
    const { holderIdentity, leaseDurationSeconds, leaseTransitions } = objectOf(spec);
    const version = textOf(objectOf(metadata)['resourceVersion']) ?? '';
    const isSame = this.#seen?.version === version;
    const seen = {
      version,
      holder: textOf(holderIdentity),
      durationMs: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds * 1000 : LEASE_MS,
      transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
      sinceMs: isSame && this.#seen !== undefined ? this.#seen.sinceMs : this.#options.clock.nowMs(),
    };
    this.#seen = seen;
    return seen;
  }

  /** Others may have it at once. What cannot be given back ends by itself. */
  async #release(): Promise<void> {
    const seen = this.#seen;
    const isHeld = this.isHeld();
    this.#isMine = false;
    if (!isHeld || seen === undefined) return;
    const { client, clock } = this.#options;
    const spec = { holderIdentity: null, leaseDurationSeconds: 1, renewTime: microTime(clock.nowMs()) };
    const body = { metadata: { resourceVersion: seen.version }, spec };
    try {
      await inTime({ client, clock, ms: RELEASE_MS }, (end) => this.#request('PATCH', end, body));
    } catch (error) {
      if (!(error instanceof KubeUnreachable)) throw error;
    }
  }

  #renewal(): { readonly renewTime: string; readonly leaseDurationSeconds: number } {
    return { renewTime: microTime(this.#options.clock.nowMs()), leaseDurationSeconds: LEASE_MS / 1000 };
  }

  #request(method: 'GET' | 'PATCH', signal: AbortSignal, body?: object): Promise<KubeAnswer> {
    const path = `${this.#collection()}/${this.#options.name}`;
    return this.#options.client.request({ method, path, signal, ...(body !== undefined && { body }) });
  }

  #collection(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#options.namespace}/leases`;
  }
}

function accepted({ status, json }: KubeAnswer): unknown {
  if (status === 200 || status === 201) return json;
  throw new KubeRefused(status, statusMessage(json) ?? `the API server answered ${status}`);
}

/** A MicroTime of the API: six decimals, or it is refused. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
