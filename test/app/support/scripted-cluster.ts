// A cluster that has what a test says, and tells whoever follows it.
import type { ClusterView } from '../../../src/app/wire.ts';
import type { Cluster } from '../../../src/discovery/kubernetes/cluster.ts';
import type { ClusterSnapshot } from '../../../src/discovery/kubernetes/objects.ts';
import { snapshotOf } from '../../discovery/kubernetes/builders.ts';

export interface ScriptedCluster extends ClusterView, Pick<Cluster, 'changedSince'> {
  /** It has these now, and what else it had. */
  change(objects: Partial<ClusterSnapshot>): void;
}

/** Listed from the start. */
export function scriptedCluster(objects: Partial<ClusterSnapshot> = {}): ScriptedCluster {
  let snapshot = snapshotOf(objects);
  let changed = Promise.withResolvers<void>();
  return {
    snapshot: () => snapshot,
    isSynced: () => true,
    unreadable: () => [],
    change: (next) => {
      snapshot = { ...snapshot, ...next, version: snapshot.version + 1 };
      changed.resolve();
      changed = Promise.withResolvers<void>();
    },
    changedSince: async (version, signal) => {
      if (version !== snapshot.version || signal.aborted) return;
      const aborted = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => aborted.resolve(), { once: true });
      await Promise.race([changed.promise, aborted.promise]);
    },
  };
}
