// Which targets and pods a sharded process has: those of its nodes, so that a node's Tritons, exporter and kubelet stay together for joins.
import type { Shard } from '../config/shard.ts';
import { rendezvous } from '../lib/rendezvous.ts';
import { unlessSame } from '../lib/same-list.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Pod } from '../model/pod.ts';
import type { Target } from '../model/target.ts';

/**
 * Where a target is: the node that its label names, by which facts are joined too, else its host without the port. Targets of one node
 * share it where all of them have the label, or none and one address.
 */
export function placeOf({ labels, url }: Pick<Target, 'labels' | 'url'>): string {
  return labels.get('node') || (HOST.exec(url)?.groups?.['host'] ?? url);
}

const HOST = /^[a-z]+:\/\/(?<host>\[[^\]]*\]|[^:/?#]*)/;

/** True for exactly one of the shards. */
export function isOfShard(place: string, { index, count }: Shard): boolean {
  return rendezvous(place, count) === index - 1;
}

/** What one shard has of each look; what did not change since the last one stays the same object. */
export class Sharding {
  readonly #shard: Shard;
  #all: readonly Target[] | undefined;
  #ours: readonly Target[] | undefined;
  readonly #pods = new WeakMap<readonly Pod[], readonly Pod[]>();
  #lastPods: readonly Pod[] | undefined;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  targets(all: readonly Target[]): readonly Target[] {
    if (this.#ours === undefined || all !== this.#all) {
      const ours = all.filter((target) => isOfShard(placeOf(target), this.#shard));
      this.#ours = unlessSame(this.#ours, ours);
      this.#all = all;
    }
    return this.#ours;
  }

  /**
   * The cluster's inventory, in which the pods that are told as all there are are those on the shard's nodes: nobody here has numbers of
   * the others, nor of a pod that is on no node yet.
   */
  inventory(whole: Inventory): Inventory {
    return {
      podsOf: (object) => whole.podsOf(object),
      podsIn: (namespace, selector) => whole.podsIn(namespace, selector),
      objects: (kind) => whole.objects(kind),
      allPods: () => this.#podsAmong(whole.allPods()),
    };
  }

  #podsAmong(all: readonly Pod[]): readonly Pod[] {
    const known = this.#pods.get(all);
    if (known !== undefined) return known;
    const ours = all.filter(({ node }) => node !== undefined && isOfShard(node, this.#shard));
    this.#lastPods = unlessSame(this.#lastPods, ours);
    this.#pods.set(all, this.#lastPods);
    return this.#lastPods;
  }
}
