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
  /** Ends the connections to the cluster. */
  close(): Promise<void>;
}

export interface AdmissionOptions {
  readonly config: Config;
  readonly openClient: () => Promise<KubeClient>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** Undefined when no face delegates, and then no cluster is needed. Both faces share one, and what it remembers. */
export async function openAdmission({ config, openClient, ...rest }: AdmissionOptions): Promise<OpenedAdmission | undefined> {
  const delegates = (face: 'metrics_api' | 'telemetry'): boolean => config[face].authentication === 'delegated';
  if (!delegates('metrics_api') && !delegates('telemetry')) return undefined;
  const client = await openClient();
  const { admit, state, follow } = createDelegatedAdmission({ client, ...rest });
  return {
    ...(delegates('metrics_api') && { metricsApi: admit }),
    ...(delegates('telemetry') && { telemetry: admit }),
    check: { name: 'authentication-settings', check: state },
    follow,
    close: () => client.close(),
  };
}
