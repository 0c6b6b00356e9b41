// Whose a pod is: the chain of its managing owners, from its ReplicaSet or StatefulSet up.
import { keyOf } from '../../lib/key.ts';
import { type ClusterSnapshot, type KubeObject, type KubeOwner, type Owner, type OwnerResource, WORKLOADS } from './objects.ts';

/** An object of a namespace that owns pods. */
export interface OwnerRef {
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly name: string;
}

/** Longer than any chain that a controller makes (a worker of a LeaderWorkerSet under an InferenceService has six links); a cycle ends with it. */
const LONGEST_CHAIN = 16;

/** What owns what in a cluster. It never changes. */
export class OwnerIndex {
  readonly #owners: readonly KubeOwner[];
  readonly #byUid: ReadonlyMap<string, KubeObject>;
  readonly #resources: ReadonlyMap<string, string>;
  #byNamespace: ReadonlyMap<string, readonly KubeOwner[]> | undefined;

  constructor({ owners, pods }: Pick<ClusterSnapshot, 'owners' | 'pods'>, custom: readonly OwnerResource[]) {
    this.#owners = owners;
    // Pods are looked up, and kept, only where one owns the StatefulSet of its workers.
    this.#byUid = new Map([...owners, ...(isOwnedByPods(owners) ? pods : [])].map((object) => [object.uid, object]));
    this.#resources = new Map([...WORKLOADS, ...custom].map(({ group, kind, resource }) => [keyOf([group, kind]), resource]));
  }

  /** Whether it would be the same for another snapshot: pods change more often than what owns them. */
  isOf({ owners }: Pick<ClusterSnapshot, 'owners'>): boolean {
    const before = this.#owners;
    return !isOwnedByPods(owners) && before.length === owners.length && before.every((owner, at) => owner === owners[at]);
  }

  /** Owners that can be asked about, the nearest first. One that is not known itself still has the name by which it is referred to. */
  ownersOf(object: KubeObject): readonly OwnerRef[] {
    const owners: OwnerRef[] = [];
    let owner: Owner | undefined = object.owner;
    for (let link = 0; owner !== undefined && link < LONGEST_CHAIN; link += 1) {
      const { group, kind, name, uid }: Owner = owner;
      const resource = this.#resources.get(keyOf([group, kind]));
      if (resource !== undefined) owners.push({ group, resource, name });
      owner = this.#byUid.get(uid)?.owner;
    }
    return owners;
  }

  /** Those of a namespace that are known themselves, with pods or without. */
  knownIn(namespace: string): readonly OwnerRef[] {
    this.#byNamespace ??= Map.groupBy(this.#owners, (owner) => owner.namespace ?? '');
    return this.#byNamespace.get(namespace) ?? [];
  }
}

/** As the StatefulSet of a LeaderWorkerSet's workers is owned by their leader. */
function isOwnedByPods(owners: readonly KubeOwner[]): boolean {
  return owners.some(({ owner }) => owner?.group === '' && owner.kind === 'Pod');
}
