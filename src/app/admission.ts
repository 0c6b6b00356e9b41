// Delegated admission for the faces that are configured so.
import { createDelegatedAdmission } from '../auth/admission.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import type { FaceAdmission } from './faces.ts';

export interface OpenedAdmission extends FaceAdmission {
  /** Keeps what admission goes by fresh until `signal` is aborted. */
  follow(signal: AbortSignal): Promise<void>;
}

export interface AdmissionOptions {
  readonly config: Config;
  /** Of the cluster that judges; there is one where a face delegates. */
  readonly client: KubeClient | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** Undefined when no face delegates, and then no cluster is needed. Both faces share one, and what it remembers. */
export function openAdmission({ config, client, ...rest }: AdmissionOptions): OpenedAdmission | undefined {
  const delegates = (face: 'metrics_api' | 'telemetry'): boolean => config[face].authentication === 'delegated';
  if (!delegates('metrics_api') && !delegates('telemetry')) return undefined;
  // Without it the face would be open to everybody.
  if (client === undefined) throw new Error('BUG: a face delegates, and there is no cluster to ask');
  const { admit, state, follow } = createDelegatedAdmission({ client, ...rest });
  return {
    ...(delegates('metrics_api') && { metricsApi: admit }),
    ...(delegates('telemetry') && { telemetry: admit }),
    check: { name: 'authentication-settings', check: state },
    follow,
  };
}
