// The fleet of the large benchmarks as configuration, and the process that plays it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Settings, settingsOf } from '../../src/app/settings.ts';

export interface PlayedFleet {
  /** `host:port` of each pod. */
  readonly addresses: readonly string[];
  stop(): void;
}

/** Starts the other process; its CPU time is not ours. */
export async function playFleet({ pods, models }: { readonly pods: number; readonly models: number }): Promise<PlayedFleet> {
  const child = fork(fileURLToPath(new URL('./exposition-server.ts', import.meta.url)), [String(pods), String(models)], { execArgv: [] });
  const [message]: unknown[] = await once(child, 'message');
  const addresses = typeof message === 'object' && message !== null && 'addresses' in message ? message.addresses : [];
  return { addresses: Array.isArray(addresses) ? addresses.map(String) : [], stop: () => child.disconnect() };
}

export const NAMESPACE = 'bench';

export function podName(index: number): string {
  return `triton-${String(index).padStart(4, '0')}`;
}

/** Each address is a pod of one Deployment; what is known of models is configured, so that no warning is worked out. */
export function fleetSettings(addresses: readonly string[], models: number): Settings {
  const targets = addresses.map((address, index) => ({
    targets: [address],
    labels: { namespace: NAMESPACE, pod: podName(index), deployment: 'triton', node: `node-${index >> 3}` },
  }));
  const leaves = Array.from({ length: models }, (_, index): [string, object] => [`model_${index}`, { kind: 'leaf' }]);
  return settingsOf('the benchmark', [
    { path: ['scrape_configs'], value: [{ job_name: 'triton', triton_api: { enabled: false }, static_configs: targets }] },
    { path: ['models'], value: Object.fromEntries(leaves) },
    { path: ['metrics_api', 'listen'], value: '127.0.0.1:0' },
    { path: ['telemetry', 'listen'], value: '127.0.0.1:0' },
  ]);
}
