// The delegation in force: read at start, read again every minute, kept while it cannot be read.
import { isDeepStrictEqual } from 'node:util';
import { Backoff } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/deadline.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import type { Log } from '../model/log.ts';
import { type Delegation, parseDelegation, readDelegationData } from './delegation.ts';
import type { AuthTelemetry } from './telemetry.ts';

export interface FollowedDelegation {
  /** Undefined until it was read once. */
  current(): Delegation | undefined;
  /** As a health check says it. */
  state(): { readonly ok: boolean; readonly why: string };
  /** Reads until `signal` is aborted; never rejects. */
  follow(signal: AbortSignal): Promise<void>;
}

interface FollowOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: AuthTelemetry;
  /** From 0 to 1; default Math.random. */
  readonly random?: () => number;
}

/** An authority that is rotated is published long before the old one ends. */
const REREAD_MS = 60_000;
const RETRY = { firstMs: 1_000, mostMs: 30_000 };
const DEADLINE_MS = 10_000;

export function createFollowedDelegation({ client, clock, log, telemetry, random }: FollowOptions): FollowedDelegation {
  let current: Delegation | undefined;
  let data: Readonly<Record<string, string>> | undefined;
  let why = 'it was not read yet';

  function use(next: Readonly<Record<string, string>>): void {
    telemetry.settingsRead(true);
    if (why !== '') log.info({ server: client.server }, 'authentication settings of the cluster read');
    why = '';
    // The same object while nothing changed: who is connected was judged by it.
    if (isDeepStrictEqual(next, data)) return;
    data = next;
    current = parseDelegation(next);
    for (const problem of current.problems) log.error({ problem }, 'authentication settings of the cluster cannot all be used');
  }

  function keep(error: unknown): void {
    telemetry.settingsRead(false);
    const message = error instanceof Error ? error.message : String(error);
    if (message !== why) log.error({ why: message, kept: current !== undefined }, 'authentication settings of the cluster not read');
    why = message;
  }

  async function readOnce(signal: AbortSignal): Promise<void> {
    try {
      use(await within({ clock, ms: DEADLINE_MS, signal }, (deadline) => readDelegationData(client, deadline.signal)));
    } catch (error) {
      if (!signal.aborted) keep(error);
    }
  }

  return {
    current: () => current,
    state: () => {
      if (current === undefined) return { ok: false, why };
      return { ok: true, why: why === '' ? 'the settings of the cluster are read' : `the settings read before are kept: ${why}` };
    },
    async follow(signal) {
      const backoff = new Backoff({ ...RETRY, ...(random && { random }) });
      while (!signal.aborted) {
        await readOnce(signal);
        const isRead = why === '';
        if (isRead) backoff.reset();
        await clock.sleep(isRead ? REREAD_MS : backoff.next(), signal);
      }
    },
  };
}
