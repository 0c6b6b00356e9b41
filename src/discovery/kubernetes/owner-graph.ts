// Who owns whom in one namespace, by the references to controllers, looked at from above.
import type { KubeObject, KubeOwner, KubePod } from './objects.ts';

export interface OwnerName {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

interface NamedOwner {
  /** Of the object; of all that are referred to by this name where there is no such object to be read. */
  readonly uids: Set<string>;
  readonly isRead: boolean;
}

interface Owned {
  readonly uid: string;
  /** Undefined for what is no pod. */
  readonly podName: string | undefined;
}

export interface Parties {
  readonly pods: readonly KubePod[];
  /** Of the namespace, and the cluster-scoped ones. */
  readonly owners: readonly KubeOwner[];
}

export class OwnerGraph {
  /** By uid of the owner. */
  readonly #owned = new Map<string, Owned[]>();
  /** By group and kind, then by name. */
  readonly #named = new Map<string, Map<string, NamedOwner>>();

  constructor({ pods, owners }: Parties) {
    for (const owner of owners) this.#name(owner, { uid: owner.uid, isRead: true });
    for (const owner of owners) this.#add(owner, undefined);
    for (const pod of pods) this.#add(pod, pod.name);
  }

  /** Names of all pods that the owner owns, itself or through others, however deep, each once though there be circles; undefined when there is no such owner. */
  podsUnder(owner: OwnerName): readonly string[] | undefined {
    const named = this.#named.get(kindKey(owner))?.get(owner.name);
    return named && this.#podsUnder(named.uids);
  }

  /** Names of all owners of a kind. */
  ofKind(kind: Pick<OwnerName, 'group' | 'kind'>): Iterable<string> {
    return this.#named.get(kindKey(kind))?.keys() ?? [];
  }

  #podsUnder(uids: ReadonlySet<string>): readonly string[] {
    const seen = new Set(uids);
    const names: string[] = [];
    // A Set that grows while it is walked is walked to its end.
    for (const uid of seen) {
      for (const owned of this.#owned.get(uid) ?? []) {
        if (owned.podName !== undefined) names.push(owned.podName);
        seen.add(owned.uid);
      }
    }
    return names;
  }

  #add({ uid, owner }: KubeObject, podName: string | undefined): void {
    if (owner === undefined) return;
    const siblings = this.#owned.get(owner.uid);
    if (siblings !== undefined) {
      siblings.push({ uid, podName });
      return;
    }
    this.#owned.set(owner.uid, [{ uid, podName }]);
    this.#name(owner, { uid: owner.uid, isRead: false });
  }

  #name(owner: OwnerName, { uid, isRead }: { readonly uid: string; readonly isRead: boolean }): void {
    const ofKind = this.#named.get(kindKey(owner)) ?? new Map<string, NamedOwner>();
    this.#named.set(kindKey(owner), ofKind);
    const known = ofKind.get(owner.name);
    if (known === undefined) ofKind.set(owner.name, { uids: new Set([uid]), isRead });
    else if (!known.isRead) known.uids.add(uid);
  }
}

/** Whether the same owners own the same pods, so that one graph is as good as the other. */
export function isSameOwnership(one: Parties, other: Parties): boolean {
  return isSameOwned(one.pods, other.pods) && isSameOwned(one.owners, other.owners);
}

function isSameOwned(one: readonly KubeObject[], other: readonly KubeObject[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((object, at) => object === other[at] || (object.uid === other[at]?.uid && object.owner?.uid === other[at].owner?.uid));
}

function kindKey({ group, kind }: Pick<OwnerName, 'group' | 'kind'>): string {
  return `${group}/${kind}`;
}
