// What one of the replicas does for all: renews the shared certificates, repairs the Secret, has kube-apiserver trust their authority.
import type { Clock } from '../lib/clock.ts';
import { inTime } from '../lib/kube/in-time.ts';
import type { Log } from '../model/log.ts';
import { type CaBundlesOptions, publish } from './ca-bundles.ts';
import type { CertificateSecret, SecretState } from './certificate-secret.ts';
import { dueStep, freshCertificates, take } from './rotation.ts';
import { bundleOf, type SharedCertificates } from './shared-certificates.ts';

export interface UpkeepOptions {
  readonly secret: CertificateSecret;
  readonly bundles: CaBundlesOptions;
  /** Of the serving certificate. */
  readonly hosts: readonly string[];
  /** Whether it is this replica that does it, asked before each write. */
  readonly isHolder: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** A bundle that somebody overwrites is right again after a few of these; a few small GETs cost the API server nothing. */
const EVERY_MS = 10_000;
/** Becoming the holder is noticed at once, after which others wait for us. */
const IDLE_MS = 1_000;
const DEADLINE_MS = 10_000;
/** kube-apiservers hear of an APIService within seconds; each of several must before anything is signed by the new authority. */
const SETTLE_MS = 60_000;

export class Upkeep {
  readonly #options: UpkeepOptions;
  /** The authority to come, and since when it is in every bundle. */
  #announced: { readonly certPem: string; readonly sinceMs: number } | undefined;
  #why = '';

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Until `signal` is aborted; what fails is logged once and tried again. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, isHolder, bundles, log } = this.#options;
    while (!signal.aborted) {
      if (!isHolder()) {
        this.#announced = undefined;
        await clock.sleep(IDLE_MS, signal);
        continue;
      }
      try {
        await inTime({ client: bundles.client, clock, ms: DEADLINE_MS, signal }, (end) => this.#once(end));
        this.#why = '';
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (!signal.aborted && why !== this.#why) log.error({ why }, 'serving certificates not looked after; it is tried again');
        this.#why = why;
      }
      await clock.sleep(EVERY_MS, signal);
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    const state = await this.#options.secret.read(signal);
    if (state.kind !== 'shared') {
      await this.#repair(state, signal);
      return;
    }
    await this.#trust(state.shared, signal);
    await this.#rotate(state, signal);
  }

  async #rotate({ shared, version }: Extract<SecretState, { kind: 'shared' }>, signal: AbortSignal): Promise<void> {
    const { secret, clock, hosts, isHolder, log } = this.#options;
    const situation = { nowMs: clock.nowMs(), hosts };
    const step = dueStep(shared, { ...situation, isNextTrusted: this.#isTrusted(shared, situation.nowMs) });
    if (step === 'none') return;
    const after = await take(step, shared, situation);
    if (step === 'replace') await this.#trust(after, signal);
    // Somebody else may have written meanwhile: what it was is read the next time.
    if (!isHolder() || !(await secret.replace(after, { version, signal }))) return;
    log.info({ step }, 'shared serving certificates rotated');
    await this.#trust(after, signal);
  }

  /** First the new authority is trusted, beside those of what replicas still serve, and only then they are given what it signed. */
  async #repair(state: Exclude<SecretState, { kind: 'shared' }>, signal: AbortSignal): Promise<void> {
    const { secret, clock, hosts, isHolder, log } = this.#options;
    const fresh = await freshCertificates({ nowMs: clock.nowMs(), hosts }, secret.lastGood?.trusted);
    await this.#trust(fresh, signal);
    if (!isHolder()) return;
    const isWritten =
      state.kind === 'missing' ? await secret.create(fresh, signal) : await secret.replace(fresh, { version: state.version, signal });
    if (isWritten)
      log.warn({ why: state.kind === 'missing' ? 'it was gone' : state.why }, 'the Secret of the serving certificates was made anew');
  }

  /** Has every bundle hold who is to be trusted. Of the authority to come it counts from when none had to be corrected. */
  async #trust({ trusted, next }: SharedCertificates, signal: AbortSignal): Promise<void> {
    const wasRight = await publish(bundleOf(trusted), this.#options.bundles, signal);
    if (next === undefined) this.#announced = undefined;
    else if (!wasRight || this.#announced?.certPem !== next.certPem) {
      this.#announced = { certPem: next.certPem, sinceMs: this.#options.clock.nowMs() };
    }
  }

  #isTrusted({ next }: SharedCertificates, nowMs: number): boolean {
    const announced = this.#announced;
    return next !== undefined && announced?.certPem === next.certPem && nowMs - announced.sinceMs >= SETTLE_MS;
  }
}
