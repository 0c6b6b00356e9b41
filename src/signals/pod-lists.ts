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
  readonly inventory: Inventory;
}

/** Lists that begin with the same pod: its own, its workload's, its namespace's and a few selectors'. */
const MOST_PER_POD = 16;

export class PodLists {
  /** By the first pod asked about, the list used last in front. */
  readonly #byFirst = new WeakMap<PodRef, readonly Kept[]>();

  /** An inventory is another object when anything in it has changed. */
  of(refs: readonly PodRef[], inventory: Inventory): KnownPods {
    const [first] = refs;
    if (first === undefined) return { pods: [], isComplete: true };
    const lists = this.#byFirst.get(first) ?? [];
    const found = lists.find((kept) => kept.inventory === inventory && isSameList(kept.refs, refs));
    if (found !== undefined && found === lists[0]) return found;
    const kept = found ?? lookUp(refs, inventory);
    const others = lists.filter((other) => other !== kept && other.inventory === inventory);
    this.#byFirst.set(first, [kept, ...others.slice(0, MOST_PER_POD - 1)]);
    return kept;
  }
}

function lookUp(refs: readonly PodRef[], inventory: Inventory): Kept {
  const pods = refs.map((ref) => podNamed(inventory, ref)).filter((pod) => pod !== undefined);
  return { refs: [...refs], inventory, pods, isComplete: pods.length === refs.length };
}

function isSameList(one: readonly PodRef[], other: readonly PodRef[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
