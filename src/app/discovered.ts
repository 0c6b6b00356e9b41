// Who is scraped and which pods there are: from the configuration alone, or from a cluster too.
import type { Config } from '../config/schema.ts';
import { staticInventory } from '../discovery/inventory.ts';
import { kubernetesInventory } from '../discovery/kubernetes/inventory.ts';
import type { ClusterSnapshot } from '../discovery/kubernetes/objects.ts';
import { TargetFinder } from '../discovery/kubernetes/targets.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Log } from '../model/log.ts';
import type { Target } from '../model/target.ts';
import type { Settings } from './settings.ts';

export interface Discovered {
  /** The same list when it holds the same targets. */
  readonly targets: readonly Target[];
  readonly inventory: Inventory;
}

interface Look {
  readonly settings: Settings;
  /** Undefined where no cluster is asked: pods are then those that labels of targets name. */
  readonly snapshot: ClusterSnapshot | undefined;
  /** Targets that others scrape, whose labels name pods where no cluster is asked; the same list for the same targets. */
  readonly learned?: readonly Target[];
  readonly atMs: number;
}

/** Looks again and again; what did not change since the last look stays the same object. */
export class Discovery {
  readonly #log: Log;
  /** As at the start, like those that are followed and that the metrics API knows. */
  readonly #owners: Config['kubernetes']['owners'];
  #finder: { readonly config: Config; readonly targets: TargetFinder } | undefined;
  #last: (Discovered & { readonly settings: Settings; readonly found: readonly Target[] }) | undefined;
  #told: string | undefined;

  constructor({ log, owners }: { readonly log: Log; readonly owners: Config['kubernetes']['owners'] }) {
    this.#log = log;
    this.#owners = owners;
  }

  look({ settings, snapshot, learned = [], atMs }: Look): Discovered {
    const { config } = settings;
    const last = this.#last;
    const previous = last === undefined ? {} : { previous: last.inventory };
    if (snapshot === undefined) {
      const inventory = staticInventory({ targets: [...settings.targets, ...learned], listedMs: atMs, ...previous });
      this.#last = { targets: settings.targets, inventory, settings, found: [] };
      return this.#last;
    }
    if (this.#finder?.config !== config) this.#finder = { config, targets: new TargetFinder(config) };
    const { targets: found, problems } = this.#finder.targets.find(snapshot);
    this.#tell(problems);
    const targets = last?.settings === settings && last.found === found ? last.targets : [...settings.targets, ...found];
    const inventory = kubernetesInventory({ snapshot, owners: this.#owners, ...previous });
    this.#last = { targets, inventory, settings, found };
    return this.#last;
  }

  /** Once for as long as the first of them is the same: every other look finds them again. */
  #tell([first, ...others]: readonly string[]): void {
    if (first !== undefined && first !== this.#told) {
      this.#log.warn({ first, others: others.length }, 'some endpoints of the cluster are not scraped as relabel_configs say');
    }
    this.#told = first;
  }
}
