// Lists of pods that were asked about before: an autoscaler asks about the same pods every time, and what follows from them is kept with the list.
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
}

/** Lists that begin with the same pod, the one used last in front. */
interface Lists {
  /** Under which they hold. */
  readonly generation: number;
  readonly kept: readonly Kept[];
}

/** Lists that begin with the same pod: its own, its workload's, its namespace's and a few selectors'. */
const MOST_PER_POD = 16;

export class PodLists {
  /** By the first pod asked about. */
  readonly #byFirst = new WeakMap<PodRef, Lists>();
  #inventory: Inventory | undefined;
  /** Of inventories, so that no list holds on to one. */
  #generation = 0;

  /** An inventory is another object when anything in it has changed; lists none of whose pods did are still the same. */
  of(refs: readonly PodRef[], inventory: Inventory): KnownPods {
    const [first] = refs;
    if (first === undefined) return { pods: [], isComplete: true };
    if (inventory !== this.#inventory) {
      this.#inventory = inventory;
      this.#generation += 1;
    }
    const lists = this.#listsOf(first, inventory);
    const found = lists.find((kept) => isSameList(kept.refs, refs));
    if (found !== undefined && found === lists[0]) return found;
    const kept = found ?? lookUp(refs, inventory);
    const others = lists.filter((other) => other !== kept);
    this.#byFirst.set(first, { generation: this.#generation, kept: [kept, ...others.slice(0, MOST_PER_POD - 1)] });
    return kept;
  }

  #listsOf(first: PodRef, inventory: Inventory): readonly Kept[] {
    const lists = this.#byFirst.get(first);
    if (lists === undefined) return [];
    if (lists.generation === this.#generation) return lists.kept;
    const kept = lists.kept.filter((list) => stillHolds(list, inventory));
    this.#byFirst.set(first, { generation: this.#generation, kept });
    return kept;
  }
}

function lookUp(refs: readonly PodRef[], inventory: Inventory): Kept {
  const pods = refs.map((ref) => podNamed(inventory, ref)).filter((pod) => pod !== undefined);
  return { refs: [...refs], pods, isComplete: pods.length === refs.length };
}

/** A list with pods that were not known is looked up anew: they may be known now. */
function stillHolds({ pods, isComplete }: Kept, inventory: Inventory): boolean {
  return isComplete && pods.every((pod) => podNamed(inventory, pod) === pod);
}

function isSameList(one: readonly PodRef[], other: readonly PodRef[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
