// What is known of a cluster's objects, answered from the last snapshot.
import type { Inventory, ObjectRef } from '../../model/inventory.ts';
import type { LabelSelector } from '../../model/label-selector.ts';
import type { Labels } from '../../model/labels.ts';
import { type Pod, podKey } from '../../model/pod.ts';
import { type Member, NamespacePods, ownerKey, sameOr } from './namespace-pods.ts';
import type { ClusterSnapshot, KubeService, OwnerResource } from './objects.ts';
import { OwnerIndex } from './ownership.ts';
import { isMember, podOf } from './pods.ts';

export interface KubernetesInventoryOptions {
  readonly snapshot: ClusterSnapshot;
  /** Custom resources that own pods. */
  readonly owners: readonly OwnerResource[];
  /** What was known before: pods and lists of pods that did not change stay the same objects. */
  readonly previous?: Inventory | undefined;
}

export function kubernetesInventory({ previous, ...options }: KubernetesInventoryOptions): Inventory {
  return new KubernetesInventory(options, previous instanceof KubernetesInventory ? previous : undefined);
}

type Options = Omit<KubernetesInventoryOptions, 'previous'>;

/** A cluster of ten thousand pods of which one changed takes milliseconds: what is asked rarely is put together when it is asked. */
class KubernetesInventory implements Inventory {
  readonly options: Options;
  readonly byUid = new Map<string, Member>();
  readonly byKey = new Map<string, Pod>();
  readonly namespaces = new Map<string, NamespacePods>();
  readonly owners: OwnerIndex;
  readonly all: readonly Pod[];
  readonly nodes: ReadonlyMap<string, readonly Pod[]>;
  readonly services: ReadonlyMap<string, KubeService>;
  #sliced: ReadonlyMap<string, readonly Pod[]> | undefined;

  constructor(options: Options, previous: KubernetesInventory | undefined) {
    this.options = options;
    const { snapshot } = options;
    const members = new Map<string, Member[]>();
    for (const said of snapshot.pods) {
      const member = { said, pod: podOf(said, previous?.byUid.get(said.uid)) };
      this.byUid.set(said.uid, member);
      this.#note(member);
      if (!isMember(said)) continue;
      const others = members.get(said.namespace);
      if (others === undefined) members.set(said.namespace, [member]);
      else others.push(member);
    }
    for (const [namespace, its] of members) {
      const before = previous?.namespaces.get(namespace);
      this.namespaces.set(namespace, before?.holds(its) === true ? before : new NamespacePods(its, before));
    }
    this.all = sameOr(
      previous?.all,
      [...this.namespaces.values()].flatMap(({ pods }) => pods),
    );
    const before = previous?.options.owners === options.owners && previous.owners.isOf(snapshot) ? previous.owners : undefined;
    this.owners = before ?? new OwnerIndex(snapshot, options.owners);
    this.nodes = nodesOf(this.all, { snapshot, previous: previous?.nodes });
    this.services = new Map(snapshot.services.map((service) => [podKey(service), service]));
  }

  podsOf(object: ObjectRef): readonly Pod[] | undefined {
    const { group, resource, namespace = '', name } = object;
    if (group !== '') return this.#ownedBy(object);
    switch (resource) {
      case 'pods': {
        const pod = this.byKey.get(podKey({ namespace, name }));
        return pod && [pod];
      }
      case 'services':
        return this.#behindService(podKey({ namespace, name }));
      case 'nodes':
        return this.nodes.get(name);
      case 'namespaces':
        return this.namespaces.get(name)?.pods;
      default:
        return this.#ownedBy(object);
    }
  }

  podsIn(namespace: string, selector: LabelSelector): readonly Pod[] {
    return this.namespaces.get(namespace)?.selectedBy(selector) ?? NO_PODS;
  }

  allPods(): readonly Pod[] {
    return this.all;
  }

  objects(kind: { readonly group: string; readonly resource: string; readonly namespace?: string }): readonly ObjectRef[] {
    const { group, resource, namespace } = kind;
    if (group === '' && resource === 'nodes') return [...this.nodes.keys()].map((name) => ({ group, resource, name }));
    if (group === '' && resource === 'namespaces') return [...this.namespaces.keys()].map((name) => ({ group, resource, name }));
    const places = namespace === undefined ? [...this.namespaces.keys()] : [namespace];
    return places.flatMap((place) => this.#namesIn(place, kind).map((name) => ({ group, resource, namespace: place, name })));
  }

  /** Of two pods of one name, of which one ends, the other. */
  #note({ said, pod }: Member): void {
    const key = podKey(said);
    if (isMember(said) || !this.byKey.has(key)) this.byKey.set(key, pod);
  }

  #ownedBy({ group, resource, namespace = '', name }: ObjectRef): readonly Pod[] | undefined {
    return this.#ownedIn(namespace).get(ownerKey({ group, resource, name }))?.pods;
  }

  #ownedIn(namespace: string): ReturnType<NamespacePods['ownedBy']> {
    return (this.namespaces.get(namespace) ?? new NamespacePods([])).ownedBy(this.owners, namespace);
  }

  #behindService(key: string): readonly Pod[] | undefined {
    const service = this.services.get(key);
    if (service === undefined) return undefined;
    if (service.selector !== undefined && service.selector.size > 0)
      return this.podsIn(service.namespace, requirementsOf(service.selector));
    this.#sliced ??= this.#podsOfSlices();
    return this.#sliced.get(key) ?? NO_PODS;
  }

  /** By Service, for those that EndpointSlices name pods of. */
  #podsOfSlices(): ReadonlyMap<string, readonly Pod[]> {
    const members = new Set(this.all);
    const sliced = new Map<string, Set<Pod>>();
    for (const { namespace, service, pods } of this.options.snapshot.endpointSlices) {
      const key = podKey({ namespace, name: service });
      const known = sliced.get(key) ?? new Set<Pod>();
      for (const name of pods) {
        const pod = this.byKey.get(podKey({ namespace, name }));
        if (pod !== undefined && members.has(pod)) known.add(pod);
      }
      sliced.set(key, known);
    }
    return new Map([...sliced].map(([key, pods]) => [key, [...pods]]));
  }

  #namesIn(namespace: string, { group, resource }: { readonly group: string; readonly resource: string }): readonly string[] {
    if (group === '' && resource === 'pods') return (this.namespaces.get(namespace)?.pods ?? NO_PODS).map(({ name }) => name);
    if (group === '' && resource === 'services') {
      return [...this.services.values()].filter((service) => service.namespace === namespace).map(({ name }) => name);
    }
    const owned = [...this.#ownedIn(namespace).values()].map(({ owner }) => owner);
    return owned.filter((owner) => owner.group === group && owner.resource === resource).map(({ name }) => name);
  }
}

const NO_PODS: readonly Pod[] = [];

function requirementsOf(selector: Labels): LabelSelector {
  return [...selector].map(([key, value]) => ({ key, operator: 'In', values: [value] }));
}

/** Nodes that are known, and those that pods say they run on: whoever may not see nodes still has their names. */
function nodesOf(
  pods: readonly Pod[],
  { snapshot, previous }: { readonly snapshot: ClusterSnapshot; readonly previous: ReadonlyMap<string, readonly Pod[]> | undefined },
): ReadonlyMap<string, readonly Pod[]> {
  const nodes = new Map<string, Pod[]>(snapshot.nodes.map(({ name }) => [name, []]));
  for (const pod of pods) {
    if (pod.node === undefined) continue;
    const others = nodes.get(pod.node);
    if (others === undefined) nodes.set(pod.node, [pod]);
    else others.push(pod);
  }
  return new Map([...nodes].map(([name, its]) => [name, sameOr(previous?.get(name), its)]));
}
