// Who is scraped and which pods there are: from the configuration alone, or from a cluster too.
import type { Config } from '../config/schema.ts';
import type { Shard } from '../config/shard.ts';
import { type LearnedTarget, staticInventory } from '../discovery/inventory.ts';
import { kubernetesInventory } from '../discovery/kubernetes/inventory.ts';
import type { ClusterSnapshot } from '../discovery/kubernetes/objects.ts';
import { TargetFinder } from '../discovery/kubernetes/targets.ts';
import { Sharding } from '../discovery/sharding.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Log } from '../model/log.ts';
import type { Target } from '../model/target.ts';
import type { Settings } from './settings.ts';

export interface Discovered {
  /** Those that this process reads; the same list when it holds the same targets. */
  readonly targets: readonly Target[];
  /** How many there are beside those, which other shards read. */
  readonly elsewhere: number;
  readonly inventory: Inventory;
}

export interface DiscoveryOptions {
  readonly log: Log;
  /** As at the start, like those that are followed and that the metrics API knows. */
  readonly owners: Config['kubernetes']['owners'];
  /** As at the start, for the metrics API is served or not; undefined: every target is read here. */
  readonly shard?: Shard | undefined;
}

interface Found extends Discovered {
  readonly settings: Settings;
  /** Of the cluster. */
  readonly found: readonly Target[];
  /** Of all shards. */
  readonly all: readonly Target[];
  /** The inventory that the next one takes over from. */
  readonly whole: Inventory;
}

interface Look {
  readonly settings: Settings;
  /** Undefined where no cluster is asked: pods are then those that labels of targets name. */
  readonly snapshot: ClusterSnapshot | undefined;
  /** Targets that others scrape, whose labels name pods where no cluster is asked; the same list for the same targets. */
  readonly learned?: readonly LearnedTarget[];
  readonly atMs: number;
}

/** Looks again and again; what did not change since the last look stays the same object. */
export class Discovery {
  readonly #log: Log;
  readonly #owners: Config['kubernetes']['owners'];
  readonly #sharding: Sharding | undefined;
  #finder: { readonly config: Config; readonly targets: TargetFinder } | undefined;
  #last: Found | undefined;
  #told: string | undefined;

  constructor({ log, owners, shard }: DiscoveryOptions) {
    this.#log = log;
    this.#owners = owners;
    this.#sharding = shard && new Sharding(shard);
  }

  look(seen: Look): Discovered {
    this.#last = seen.snapshot === undefined ? this.#named(seen) : this.#inCluster(seen, seen.snapshot);
    return this.#last;
  }

  #named({ settings, learned = [], atMs }: Look): Found {
    const all = settings.targets;
    const split = this.#split(all);
    const inventory = staticInventory({ targets: split.targets, learned, listedMs: atMs, ...this.#previous() });
    return { ...split, all, inventory, whole: inventory, settings, found: [] };
  }

  #inCluster({ settings }: Look, snapshot: ClusterSnapshot): Found {
    const { config } = settings;
    const last = this.#last;
    if (this.#finder?.config !== config) this.#finder = { config, targets: new TargetFinder(config) };
    const { targets: found, problems } = this.#finder.targets.find(snapshot);
    this.#tell(problems);
    const all = last?.settings === settings && last.found === found ? last.all : [...settings.targets, ...found];
    const whole = kubernetesInventory({ snapshot, owners: this.#owners, ...this.#previous() });
    return { ...this.#split(all), all, inventory: this.#sharding?.inventory(whole) ?? whole, whole, settings, found };
  }

  #split(all: readonly Target[]): Pick<Found, 'targets' | 'elsewhere'> {
    const targets = this.#sharding?.targets(all) ?? all;
    return { targets, elsewhere: all.length - targets.length };
  }

  #previous(): { readonly previous?: Inventory } {
    return this.#last === undefined ? {} : { previous: this.#last.whole };
  }

  /** Once for as long as the first of them is the same: every other look finds them again. */
  #tell([first, ...others]: readonly string[]): void {
    if (first !== undefined && first !== this.#told) {
      this.#log.warn({ first, others: others.length }, 'some endpoints of the cluster are not scraped as relabel_configs say');
    }
    this.#told = first;
  }
}
