// The wired pipeline on a virtual clock, reading what a test says.
import { type Settings, settingsOf } from '../../../src/app/settings.ts';
import { type ClusterView, type Plimsoll, wire } from '../../../src/app/wire.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { Fetch } from '../../../src/model/fetch.ts';
import { silentLog } from '../../../src/model/log.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import { START_MS } from './feed.ts';

/** Triton targets by host name, each the pod of that name, every 5 s with a time-out of 2.5 s. */
export function tritons(...names: readonly string[]): Settings {
  const jobs = names.map((name) => ({
    job_name: name,
    static_configs: [{ targets: [`${name}:8002`], labels: { namespace: 'demo', pod: name } }],
  }));
  return settingsOf('the test', [{ path: ['scrape_configs'], value: jobs }]);
}

/** Those that a cluster has: pods that declare port 8002. */
export function discoveredTritons(job: Readonly<Record<string, unknown>> = {}): Settings {
  return settingsOf('the test', [
    { path: ['kubernetes', 'enabled'], value: true },
    { path: ['scrape_configs'], value: [{ job_name: 'triton', kubernetes_sd_configs: [{ role: 'pod' }], ...job }] },
  ]);
}

export interface World {
  readonly plimsoll: Plimsoll;
  readonly clock: VirtualClock;
}

export function createWorld(settings: Settings, fetch: Fetch, cluster?: ClusterView): World {
  const clock = new VirtualClock(START_MS);
  return { clock, plimsoll: wire({ settings, clock, log: silentLog, meter: nullMeter, fetch, cluster }) };
}

/** Refuses every connection. */
export const failing: Fetch = async () => ({ kind: 'failed', error: { failure: 'refused', message: 'connection refused' } });

export function saying(text: string): Fetch {
  return async () => ({ kind: 'body', bytes: new TextEncoder().encode(text) });
}

/** Never answers until it is aborted. */
export const hanging: Fetch = (_target, signal) =>
  new Promise((resolve) => {
    const error = { failure: 'timeout', message: 'no answer' } as const;
    signal.addEventListener('abort', () => resolve({ kind: 'failed', error }), { once: true });
  });
