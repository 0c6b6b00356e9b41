// The one place where the client of the API server is made.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import { UserError } from '../lib/user-error.ts';

export interface KubeClientRequest {
  readonly config: Config;
  readonly clock: Clock;
  /** Plimsoll's own. */
  readonly version: string;
}

/** Rejects with a UserError when it cannot be found out where the cluster is. */
export async function openKubeClient(_request: KubeClientRequest): Promise<KubeClient> {
  throw new UserError(2, 'cannot ask a cluster: this version has no client for it; use authentication none on a loopback address');
}
