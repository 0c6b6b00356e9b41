// The pods of one namespace, and what has been asked about them: kept for as long as none of them changes.
import { keyOf } from '../../lib/key.ts';
import { Recent } from '../../lib/recent.ts';
import { type LabelSelector, selectorKey, selects } from '../../model/label-selector.ts';
import type { Pod } from '../../model/pod.ts';
import type { KubePod } from './objects.ts';
import type { OwnerIndex, OwnerRef } from './ownership.ts';

/** A pod as it was said, and as it is known. */
export interface Member {
  readonly said: KubePod;
  readonly pod: Pod;
}

/** References to pods kept for selectors that were asked before, of one namespace. */
const KEPT_SELECTED = 200_000;
/** What a selector that leaves no pod counts as: its text may be long. */
const KEPT_LEAST = 1000;

export class NamespacePods {
  readonly pods: readonly Pod[];
  readonly #members: readonly Member[];
  readonly #selected: Recent<readonly Pod[]>;
  #owned: { readonly index: OwnerIndex; readonly pods: ReadonlyMap<string, OwnedPods> } | undefined;
  /** What was answered before something changed: lists that come to the same are the same lists again. */
  #before: NamespacePods | undefined;

  constructor(members: readonly Member[], before?: NamespacePods) {
    this.#members = members;
    this.pods = members.map(({ pod }) => pod);
    this.#selected = new Recent({ limit: KEPT_SELECTED, weigh: ({ length }) => KEPT_LEAST + length });
    this.#before = before;
    if (before !== undefined) before.#before = undefined;
  }

  /** Whether these are the same pods, unchanged. */
  holds(members: readonly Member[]): boolean {
    return this.#members.length === members.length && this.#members.every(({ pod }, at) => pod === members[at]?.pod);
  }

  /** For an equal selector the same array. */
  selectedBy(selector: LabelSelector): readonly Pod[] {
    const key = selectorKey(selector);
    const known = this.#selected.get(key);
    if (known !== undefined) return known;
    const before = this.#before;
    const selected = sameOr(
      before === undefined ? undefined : before.#selected.get(key),
      this.pods.filter(({ labels }) => selects(selector, labels)),
    );
    this.#selected.set(key, selected);
    return selected;
  }

  /** The pods behind each object that owns some or is known, by `ownerKey`. */
  ownedBy(index: OwnerIndex, namespace: string): ReadonlyMap<string, OwnedPods> {
    if (this.#owned?.index === index) return this.#owned.pods;
    const before = this.#owned ?? (this.#before === undefined ? undefined : this.#before.#owned);
    const pods = new Map<string, Pod[]>();
    const owners = new Map<string, OwnerRef>();
    for (const owner of index.knownIn(namespace)) owners.set(ownerKey(owner), owner);
    for (const { said, pod } of this.#members) {
      for (const owner of index.ownersOf(said)) {
        const key = ownerKey(owner);
        const others = pods.get(key);
        if (others === undefined) pods.set(key, [pod]);
        // A chain that is a cycle names its owners again and again.
        else if (others.at(-1) !== pod) others.push(pod);
        owners.set(key, owner);
      }
    }
    const owned = new Map(
      [...owners].map(([key, owner]) => [key, { owner, pods: sameOr(before?.pods.get(key)?.pods, pods.get(key) ?? []) }]),
    );
    this.#owned = { index, pods: owned };
    return owned;
  }
}

export interface OwnedPods {
  readonly owner: OwnerRef;
  readonly pods: readonly Pod[];
}

export function ownerKey({ group, resource, name }: OwnerRef): string {
  return keyOf([group, resource, name]);
}

/** The list from before when it holds the same pods. */
export function sameOr(before: readonly Pod[] | undefined, pods: readonly Pod[]): readonly Pod[] {
  const isSame = before?.length === pods.length && before.every((pod, at) => pod === pods[at]);
  return isSame ? before : pods;
}
