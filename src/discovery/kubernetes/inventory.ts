// What is known of pods and their owners, from one snapshot of a cluster.
import type { Config } from '../../config/schema.ts';
import { keyOf } from '../../lib/key.ts';
import { lazily } from '../../lib/lazy.ts';
import type { Inventory, ObjectRef } from '../../model/inventory.ts';
import { type LabelSelector, selectorKey } from '../../model/label-selector.ts';
import type { Pod } from '../../model/pod.ts';
import { KeptLists } from './kept-lists.ts';
import { OwnerKinds } from './kinds.ts';
import type { NamespacePods } from './namespace-pods.ts';
import { Namespaces } from './namespaces.ts';
import type { ClusterSnapshot, KubeOwner } from './objects.ts';

export interface InventoryOptions {
  readonly snapshot: ClusterSnapshot;
  /** Kinds beside those of Kubernetes whose objects own pods. */
  readonly owners: Config['kubernetes']['owners'];
  /** The inventory before this one. What did not change since is the same object in both, and a pod that was ready once is starting no more. */
  readonly previous?: Inventory | undefined;
}

type Kind = Parameters<Inventory['objects']>[0];

const NO_PODS: readonly Pod[] = [];

/**
 * Pods are told in the order of namespace and name. An object that is there and has no pods has the empty list; an owner that is not read is
 * known for as long as something refers to it. Making one costs little: a namespace in which nothing changed is taken over as it is.
 */
export function kubernetesInventory(options: InventoryOptions): Inventory {
  return new KubernetesInventory(options);
}

class KubernetesInventory implements Inventory {
  readonly #version: number;
  readonly #namespaces: Namespaces;
  readonly #lists: KeptLists;
  readonly #objects = new Map<string, readonly ObjectRef[]>();
  readonly #owners: InventoryOptions['owners'];
  readonly #kinds: OwnerKinds;
  readonly #nodes: () => ReadonlySet<string>;
  readonly #clusterOwners: () => ReadonlySet<string>;

  constructor({ snapshot, owners, previous }: InventoryOptions) {
    const before = previous instanceof KubernetesInventory ? previous.#kept() : undefined;
    this.#version = before === undefined ? 0 : before.version + 1;
    this.#namespaces = new Namespaces(snapshot, { version: this.#version, previous: before?.namespaces });
    this.#owners = owners;
    // With other kinds an equal question may mean another object.
    this.#lists = new KeptLists(before?.owners === owners ? before?.lists : undefined);
    this.#kinds = new OwnerKinds(owners);
    this.#nodes = lazily(() => new Set(snapshot.nodes.map(({ name }) => name)));
    this.#clusterOwners = lazily(() => new Set(snapshot.owners.filter(({ namespace }) => namespace === undefined).map(keyOfOwner)));
  }

  podsOf(object: ObjectRef): readonly Pod[] | undefined {
    const { group, resource, namespace = '', name } = object;
    // These two are lists that stand as they are.
    if (group === '' && (resource === 'pods' || resource === 'namespaces')) return this.#find(object);
    const version = this.#isEverywhere(object) ? this.#version : this.#namespaces.get(namespace)?.version;
    return this.#lists.of(keyOf(['object', group, resource, namespace, name]), { version, find: () => this.#find(object) });
  }

  podsIn(namespace: string, selector: LabelSelector): readonly Pod[] {
    const pods = this.#namespaces.get(namespace);
    const find = (): readonly Pod[] | undefined => pods?.selected(selector);
    return this.#lists.of(keyOf(['selector', namespace, selectorKey(selector)]), { version: pods?.version, find }) ?? NO_PODS;
  }

  allPods(): readonly Pod[] {
    return this.#lists.of('all', { version: this.#version, find: () => this.#union(({ pods }) => pods) }) ?? NO_PODS;
  }

  objects(kind: Kind): readonly ObjectRef[] {
    const { group, resource, namespace } = kind;
    const key = keyOf([group, resource, namespace ?? '']);
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const places = this.#placesOf(kind).map((place) => ({ group, resource, ...place }));
    const objects = places.filter((object) => (this.#find(object)?.length ?? 0) > 0);
    // Kinds and namespaces that there are: what else is asked for is soon answered, and not kept.
    if (objects.length > 0) this.#objects.set(key, objects);
    return objects;
  }

  #find(object: ObjectRef): readonly Pod[] | undefined {
    const { group, resource, namespace = '', name } = object;
    const pods = this.#namespaces.get(namespace);
    switch (`${group}/${resource}`) {
      case '/pods':
        return pods?.named(name);
      case '/namespaces':
        return this.#namespaces.get(name)?.pods;
      case '/nodes':
        return this.#onNode(name);
      case '/services':
        return pods?.ofService(name);
      default:
        return this.#ownedBy(object);
    }
  }

  /** A node that may not be read is known by its pods. */
  #onNode(name: string): readonly Pod[] | undefined {
    const pods = this.#union((namespace) => namespace.onNode(name));
    return pods.length > 0 || this.#nodes().has(name) ? pods : undefined;
  }

  #ownedBy(object: ObjectRef): readonly Pod[] | undefined {
    const kind = this.#kinds.of(object);
    if (kind === undefined) return undefined;
    const owner = { group: kind.group, kind: kind.kind, name: object.name };
    if (this.#isEverywhere(object)) return this.#union((namespace) => namespace.ownedBy(owner) ?? NO_PODS);
    return this.#namespaces.get(object.namespace ?? '')?.ownedBy(owner);
  }

  /** Of a cluster-scoped object: the namespace of a question says nothing about it, for the HPA asks about a node inside its own. */
  #isEverywhere({ group, resource, name }: ObjectRef): boolean {
    if (group === '' && resource === 'nodes') return true;
    return this.#clusterOwners().has(keyOf([group, resource, name]));
  }

  #union(podsOf: (namespace: NamespacePods) => readonly Pod[]): readonly Pod[] {
    return this.#namespaces.all().flatMap(([, pods]) => podsOf(pods));
  }

  /** Of all objects of a kind that may have pods. */
  #placesOf({ group, resource, namespace: asked }: Kind): readonly Place[] {
    const namespaces = this.#namespaces.all().filter(([name]) => asked === undefined || name === asked);
    const inEach = (namesOf: (pods: NamespacePods) => Iterable<string>): readonly Place[] =>
      namespaces.flatMap(([namespace, pods]) => [...namesOf(pods)].sort().map((name) => ({ namespace, name })));
    switch (`${group}/${resource}`) {
      case '/pods':
        return inEach(({ pods }) => pods.map(({ name }) => name));
      case '/namespaces':
        return namespaces.map(([name]) => ({ name }));
      case '/nodes':
        return unplaced(this.#namespaces.all().flatMap(([, pods]) => [...pods.nodes()]));
      case '/services':
        return inEach((pods) => pods.services());
      default:
        return this.#ownersOf({ group, resource }, inEach);
    }
  }

  #ownersOf(resource: Kind, inEach: (namesOf: (pods: NamespacePods) => Iterable<string>) => readonly Place[]): readonly Place[] {
    const kind = this.#kinds.of(resource);
    if (kind === undefined) return [];
    const places = inEach((pods) => pods.owners(kind));
    const isEverywhere = ({ name }: Place): boolean => this.#isEverywhere({ ...resource, name });
    return [...unplaced(places.filter(isEverywhere).map(({ name }) => name)), ...places.filter((place) => !isEverywhere(place))];
  }

  /** For the inventory after this one. */
  #kept(): Kept {
    return { version: this.#version, namespaces: this.#namespaces, lists: this.#lists, owners: this.#owners };
  }
}

interface Kept extends Pick<InventoryOptions, 'owners'> {
  readonly version: number;
  readonly namespaces: Namespaces;
  readonly lists: KeptLists;
}

/** Where an object is, and what it is called there. */
type Place = Pick<ObjectRef, 'namespace' | 'name'>;

function unplaced(names: readonly string[]): readonly Place[] {
  return [...new Set(names)].sort().map((name) => ({ name }));
}

function keyOfOwner({ group, resource, name }: KubeOwner): string {
  return keyOf([group, resource, name]);
}
