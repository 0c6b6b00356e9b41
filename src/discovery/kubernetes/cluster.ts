// What is known of a cluster, kept up to date by following its objects.
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import type { KubeClient } from '../../lib/kube/client.ts';
import type { Log } from '../../model/log.ts';
import type { Meter } from '../../model/meter.ts';
import { createAnnouncer } from './announce.ts';
import { Collection, type Unreadable } from './collection.ts';
import type { ClusterSnapshot, KubeOwner } from './objects.ts';
import { ENDPOINT_SLICES, NODES, ownerResources, PODS, SERVICES, type WatchedResource } from './resources.ts';
import { createClusterTelemetry } from './telemetry.ts';

export interface ClusterOptions {
  readonly client: KubeClient;
  readonly config: Pick<Config['kubernetes'], 'namespaces' | 'owners'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

export interface Cluster {
  /** Follows until `signal` is aborted; settles when everything has stopped, and rejects only for what is a bug. */
  start(signal: AbortSignal): Promise<void>;
  /** The same one until something changes. */
  snapshot(): ClusterSnapshot;
  /** Settles as soon as the snapshot has another version, or when `signal` is aborted. */
  changedSince(version: number, signal: AbortSignal): Promise<void>;
  /** Whether everything was listed once but what the server refuses to show. */
  isSynced(): boolean;
  /** What is not followed at the moment. Changes come with another version of the snapshot. */
  unreadable(): readonly Unreadable[];
}

/** Asks nothing before `start`. */
export function createCluster({ client, config, clock, log, meter }: ClusterOptions): Cluster {
  const telemetry = createClusterTelemetry(meter);
  const namespaces = [...new Set(config.namespaces)];
  // Nodes belong to no namespace: whoever was given some has no right to see them.
  const announcer = createAnnouncer({ log, isExpected: ({ resource }) => namespaces.length > 0 && resource === NODES.name });
  const versions = new Versions();
  const common = { namespaces, client, clock, telemetry, changed: () => versions.change(), stateChanged: announcer.stateChanged };
  const follow = <T>(resource: WatchedResource<T>): Collection<T> => new Collection({ ...common, resource });
  const pods = follow(PODS);
  const services = follow(SERVICES);
  const endpointSlices = follow(ENDPOINT_SLICES);
  const nodes = follow(NODES);
  const owners = ownerResources(config.owners).map(follow);
  const all = [pods, services, endpointSlices, nodes, ...owners];
  const joined = joiner<KubeOwner>();
  let latest: ClusterSnapshot | undefined;

  return {
    start: async (signal) => {
      await Promise.all(all.map((collection) => collection.run(signal)));
    },
    snapshot: () => {
      if (latest?.version === versions.current) return latest;
      latest = {
        version: versions.current,
        pods: pods.objects(),
        services: services.objects(),
        endpointSlices: endpointSlices.objects(),
        nodes: nodes.objects(),
        owners: joined(owners.map((collection) => collection.objects())),
      };
      return latest;
    },
    changedSince: (version, signal) => versions.after(version, signal),
    isSynced: () => all.every((collection) => collection.isSettled()),
    unreadable: () => all.flatMap((collection) => collection.unreadable()),
  };
}

/** Several arrays as one; for the same arrays the same one. */
function joiner<T>(): (parts: readonly (readonly T[])[]) => readonly T[] {
  let known: readonly (readonly T[])[] = [];
  let whole: readonly T[] = [];
  return (parts) => {
    if (parts.length !== known.length || parts.some((part, index) => part !== known[index])) {
      known = parts;
      whole = parts.flat();
    }
    return whole;
  };
}

/** A number that grows, and those who wait for it to. */
class Versions {
  #current = 0;
  readonly #waiting = new Set<() => void>();

  get current(): number {
    return this.#current;
  }

  change(): void {
    this.#current += 1;
    for (const wake of this.#waiting) wake();
  }

  after(version: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (version !== this.#current || signal.aborted) {
        resolve();
        return;
      }
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
