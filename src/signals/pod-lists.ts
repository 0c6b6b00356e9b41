// Lists of pods that were asked about before: an autoscaler asks about the same pods every time, and what follows from them is kept with the list.
import { isSameList, unlessSame } from '../lib/same-list.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Pod, PodRef } from '../model/pod.ts';
import { podNamed } from './resolve.ts';

export interface KnownPods {
  /** Those of the pods asked about that the inventory knows: the same list for the same pods. */
  readonly pods: readonly Pod[];
  /** Whether they are all that were asked about. */
  readonly isComplete: boolean;
}

interface Kept extends KnownPods {
  readonly refs: readonly PodRef[];
  /** Of the inventories asked, which one it was looked up in last. */
  readonly generation: number;
}

/** Lists that begin with the same pod: its own, its workload's, its namespace's and a few selectors'. */
const MOST_PER_POD = 16;

export class PodLists {
  /** By the first pod asked about, the list used last in front. */
  readonly #byFirst = new WeakMap<PodRef, readonly Kept[]>();
  #inventory: Inventory | undefined;
  #generation = 0;

  /** An inventory is another object when anything in it has changed; a list stays the same while its own pods do. */
  of(refs: readonly PodRef[], inventory: Inventory): KnownPods {
    const [first] = refs;
    if (first === undefined) return { pods: [], isComplete: true };
    if (inventory !== this.#inventory) this.#generation += 1;
    this.#inventory = inventory;
    const lists = this.#byFirst.get(first) ?? [];
    const found = lists.find((kept) => isSameList(kept.refs, refs));
    if (found?.generation === this.#generation && found === lists[0]) return found;
    const kept = found?.generation === this.#generation ? found : this.#lookUp(refs, { inventory, before: found });
    this.#byFirst.set(first, [kept, ...lists.filter((other) => other !== found).slice(0, MOST_PER_POD - 1)]);
    return kept;
  }

  #lookUp(refs: readonly PodRef[], { inventory, before }: { readonly inventory: Inventory; readonly before: Kept | undefined }): Kept {
    const known = refs.map((ref) => podNamed(inventory, ref)).filter((pod) => pod !== undefined);
    const pods = unlessSame(before?.pods, known);
    return { refs: before?.refs ?? [...refs], generation: this.#generation, pods, isComplete: pods.length === refs.length };
  }
}
