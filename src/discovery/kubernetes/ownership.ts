// Whose a pod is: the chain of its managing owners, from its ReplicaSet or StatefulSet up.
import { isDeepStrictEqual } from 'node:util';
import { keyOf } from '../../lib/key.ts';
import { type KubeOwner, type KubePod, type Owner, type OwnerResource, WORKLOADS } from './objects.ts';
import { holdsSame } from './same-items.ts';

/** An object of a namespace that owns pods. */
export interface OwnerRef {
  /** Of group, resource and name. */
  readonly key: string;
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly name: string;
}

export interface OwnerIndexOptions {
  readonly owners: readonly KubeOwner[];
  /** Custom resources that own pods. */
  readonly custom: readonly OwnerResource[];
  readonly podWithUid: (namespace: string, uid: string) => KubePod | undefined;
}

/** Longer than any chain that a controller makes (a worker of a LeaderWorkerSet under an InferenceService has six links); a cycle ends with it. */
const LONGEST_CHAIN = 16;

/** More than there are in a large cluster; with as many, all are forgotten. */
const MOST_CHAINS = 50_000;

interface Chain {
  /** That it begins with. */
  readonly owner: Owner;
  readonly refs: readonly OwnerRef[];
}

/** A pod that owns an owner, as the leader of a LeaderWorkerSet owns the StatefulSet of its workers. */
interface Leader {
  readonly namespace: string;
  readonly uid: string;
  readonly owner: Owner | undefined;
}

/** What owns what in a cluster. It never changes, but for what it remembers. */
export class OwnerIndex {
  /** Tells it from any other; whoever keeps this does not keep the index. */
  readonly id = Symbol('owner index');
  readonly #options: Omit<OwnerIndexOptions, 'podWithUid'>;
  readonly #leaders: readonly Leader[];
  /** Of each owner that is known itself, by uid. */
  readonly #ownerOf: ReadonlyMap<string, Owner | undefined>;
  readonly #resources: ReadonlyMap<string, string>;
  readonly #chains = new Map<string, Chain>();
  #byNamespace: ReadonlyMap<string, readonly OwnerRef[]> | undefined;

  constructor({ podWithUid, ...options }: OwnerIndexOptions) {
    const { owners, custom } = options;
    this.#options = options;
    this.#leaders = leadersAmong(owners, podWithUid);
    this.#ownerOf = new Map([...owners, ...this.#leaders].map(({ uid, owner }) => [uid, owner]));
    this.#resources = new Map([...WORKLOADS, ...custom].map(({ group, kind, resource }) => [keyOf([group, kind]), resource]));
  }

  /** Whether one made of this would be the same: pods change more often than what owns them. */
  isOf({ owners, custom, podWithUid }: OwnerIndexOptions): boolean {
    if (custom !== this.#options.custom || !holdsSame(owners, this.#options.owners)) return false;
    return this.#leaders.every(({ namespace, uid, owner }) => isDeepStrictEqual(podWithUid(namespace, uid)?.owner, owner));
  }

  /** Owners that can be asked about, the nearest first. One that is not known itself still has the name by which it is referred to. */
  ownersOf({ owner }: KubePod): readonly OwnerRef[] {
    if (owner === undefined) return NO_OWNERS;
    const known = this.#chains.get(owner.uid);
    if (known !== undefined && isSameOwner(known.owner, owner)) return known.refs;
    const refs = this.#chainFrom(owner);
    if (this.#chains.size >= MOST_CHAINS) this.#chains.clear();
    this.#chains.set(owner.uid, { owner, refs });
    return refs;
  }

  /** Those of a namespace that are known themselves, with pods or without. */
  knownIn(namespace: string): readonly OwnerRef[] {
    this.#byNamespace ??= refsByNamespace(this.#options.owners);
    return this.#byNamespace.get(namespace) ?? NO_OWNERS;
  }

  #chainFrom(first: Owner): readonly OwnerRef[] {
    const refs = new Map<string, OwnerRef>();
    let owner: Owner | undefined = first;
    for (let link = 0; owner !== undefined && link < LONGEST_CHAIN; link += 1) {
      const { group, kind, name, uid }: Owner = owner;
      const resource = this.#resources.get(keyOf([group, kind]));
      const ref = resource === undefined ? undefined : refOf({ group, resource, name });
      if (ref !== undefined) refs.set(ref.key, ref);
      owner = this.#ownerOf.get(uid);
    }
    return [...refs.values()];
  }
}

const NO_OWNERS: readonly OwnerRef[] = [];

export function ownerKey({ group, resource, name }: Omit<OwnerRef, 'key'>): string {
  return keyOf([group, resource, name]);
}

function refOf(named: Omit<OwnerRef, 'key'>): OwnerRef {
  const { group, resource, name } = named;
  return { key: ownerKey(named), group, resource, name };
}

function leadersAmong(owners: readonly KubeOwner[], podWithUid: OwnerIndexOptions['podWithUid']): readonly Leader[] {
  const leaders = new Map<string, Leader>();
  for (const { namespace = '', owner } of owners) {
    if (owner?.group !== '' || owner.kind !== 'Pod') continue;
    leaders.set(owner.uid, { namespace, uid: owner.uid, owner: podWithUid(namespace, owner.uid)?.owner });
  }
  return [...leaders.values()];
}

function refsByNamespace(owners: readonly KubeOwner[]): ReadonlyMap<string, readonly OwnerRef[]> {
  const refs = new Map<string, OwnerRef[]>();
  for (const { namespace = '', ...owner } of owners) {
    const others = refs.get(namespace);
    if (others === undefined) refs.set(namespace, [refOf(owner)]);
    else others.push(refOf(owner));
  }
  return refs;
}

/** A pod may say anything of an owner whose uid it names. */
function isSameOwner(one: Owner, other: Owner): boolean {
  return one.group === other.group && one.kind === other.kind && one.name === other.name;
}
