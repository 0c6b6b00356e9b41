// Who is scraped and which pods there are: from the configuration alone, or from a cluster too.
import { staticInventory } from '../discovery/inventory.ts';
import { kubernetesInventory } from '../discovery/kubernetes/inventory.ts';
import type { ClusterSnapshot } from '../discovery/kubernetes/objects.ts';
import { kubernetesTargets } from '../discovery/kubernetes/targets.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Target } from '../model/target.ts';
import type { Settings } from './settings.ts';

export interface Discovered {
  readonly targets: readonly Target[];
  readonly inventory: Inventory;
}

export interface Discovering {
  readonly settings: Settings;
  /** Undefined where no cluster is asked: pods are then those that labels of targets name. */
  readonly snapshot: ClusterSnapshot | undefined;
  readonly atMs: number;
  /** What was found before: what did not change stays the same object. */
  readonly previous?: Discovered | undefined;
}

export function discover({ settings, snapshot, atMs, previous }: Discovering): Discovered {
  const { config, targets } = settings;
  const before = previous && { previous: previous.inventory };
  if (snapshot === undefined) return { targets, inventory: staticInventory({ targets, listedMs: atMs, ...before }) };
  const inventory = kubernetesInventory({ snapshot, owners: config.kubernetes.owners, ...before });
  return { targets: [...targets, ...kubernetesTargets({ config, snapshot }).targets], inventory };
}
