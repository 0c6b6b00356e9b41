// The cluster as one more thing that is followed: what changes in it changes who is scraped and which pods there are.
import type { Config } from '../config/schema.ts';
import { type Cluster, createCluster } from '../discovery/kubernetes/cluster.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import type { Plimsoll } from './wire.ts';

export interface ClusterOptions {
  readonly config: Config;
  /** There is one where the configuration has a cluster. */
  readonly client: KubeClient | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** Undefined when the configuration names all there is. */
export function openCluster({ config: { kubernetes }, client, ...rest }: ClusterOptions): Cluster | undefined {
  return client !== undefined && kubernetes.enabled ? createCluster({ client, config: kubernetes, ...rest }) : undefined;
}

/** Changes come in crowds (a rollout, the first lists): each look takes milliseconds where there are ten thousand pods. */
const GATHER_MS = 100;
/** Of no snapshot: the first look does not ask what Plimsoll saw when it was wired. */
const NO_VERSION = -1;

export interface Following {
  readonly cluster: Pick<Cluster, 'snapshot' | 'changedSince'>;
  readonly plimsoll: Pick<Plimsoll, 'lookAgain'>;
  readonly clock: Clock;
}

/** Has Plimsoll look again whenever the cluster has changed, until `signal` is aborted. */
export async function followCluster(signal: AbortSignal, { cluster, plimsoll, clock }: Following): Promise<void> {
  let version = NO_VERSION;
  for (;;) {
    await cluster.changedSince(version, signal);
    await clock.sleep(GATHER_MS, signal);
    if (signal.aborted) return;
    // Read before the look: what changes during it is looked at next.
    ({ version } = cluster.snapshot());
    plimsoll.lookAgain();
  }
}
