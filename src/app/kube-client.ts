// The one client of the API server, where the configuration needs a cluster.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import { isManaged } from './serving.ts';

export interface KubeClientRequest {
  readonly config: Config;
  readonly clock: Clock;
  /** Plimsoll's own. */
  readonly version: string;
}

/** Undefined when nothing asks a cluster. Rejects with a UserError when it cannot be found out where the cluster is. */
export async function openKubeClient({ config, clock, version }: KubeClientRequest): Promise<KubeClient | undefined> {
  const { kubernetes, metrics_api, telemetry } = config;
  const delegates = metrics_api.authentication === 'delegated' || telemetry.authentication === 'delegated';
  if (!kubernetes.enabled && !delegates && !isManaged(metrics_api)) return undefined;
  const { createKubeClient } = await import('../lib/kube/create-client.ts');
  return await createKubeClient({ kubeconfigFile: kubernetes.kubeconfig_file, clock, version });
}
