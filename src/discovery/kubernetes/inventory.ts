// What is known of a cluster's objects, answered from the last snapshot.
import type { Inventory, ObjectRef } from '../../model/inventory.ts';
import type { LabelSelector } from '../../model/label-selector.ts';
import type { Labels } from '../../model/labels.ts';
import { type Pod, podKey } from '../../model/pod.ts';
import { NamespacePods, NO_PODS } from './namespace-pods.ts';
import type { ClusterSnapshot, KubeNode, KubePod, KubeService, OwnerResource } from './objects.ts';
import { OwnerIndex, type OwnerRef, ownerKey } from './ownership.ts';
import { isMember } from './pods.ts';
import { sameItemsOr } from './same-items.ts';

export interface KubernetesInventoryOptions {
  readonly snapshot: ClusterSnapshot;
  /** Custom resources that own pods. */
  readonly owners: readonly OwnerResource[];
  /** What was known before, which is not kept: pods and lists of pods that did not change stay the same objects. */
  readonly previous?: Inventory | undefined;
}

export function kubernetesInventory({ snapshot, owners, previous }: KubernetesInventoryOptions): Inventory {
  return new KubernetesInventory({ snapshot, owners, previous: previous instanceof KubernetesInventory ? previous : undefined });
}

type Kind = Omit<ObjectRef, 'name'>;
type Lists = ReadonlyMap<string, readonly Pod[]>;

/** There is a new one with each change of a cluster, so what is not always asked is put together when it is. Its fields are for the next one. */
class KubernetesInventory implements Inventory {
  readonly snapshot: ClusterSnapshot;
  readonly namespaces: ReadonlyMap<string, NamespacePods>;
  readonly owners: OwnerIndex;
  readonly all: readonly Pod[];
  services: ReadonlyMap<string, KubeService> | undefined;
  nodes: Lists | undefined;
  readonly nodesBefore: Lists | undefined;
  /** Of Services whose pods EndpointSlices name, those that were asked about. */
  readonly sliced = new Map<string, readonly Pod[]>();
  readonly slicedBefore: Lists | undefined;

  constructor({ snapshot, owners: custom, previous }: KubernetesInventoryOptions & { readonly previous: KubernetesInventory | undefined }) {
    this.snapshot = snapshot;
    this.namespaces = namespacesOf(snapshot.pods, previous?.namespaces);
    this.all = sameItemsOr(
      previous?.all,
      [...this.namespaces.values()].flatMap(({ pods }) => pods),
    );
    const podWithUid = (namespace: string, uid: string): KubePod | undefined => this.namespaces.get(namespace)?.withUid(uid);
    const owning = { owners: snapshot.owners, custom, podWithUid };
    this.owners = previous?.owners.isOf(owning) === true ? previous.owners : new OwnerIndex(owning);
    if (previous?.snapshot.services === snapshot.services) this.services = previous.services;
    this.nodesBefore = previous?.nodes;
    this.slicedBefore = previous?.sliced;
  }

  podsOf({ group, resource, namespace = '', name }: ObjectRef): readonly Pod[] | undefined {
    switch (group === '' ? resource : 'owners') {
      case 'pods':
        return this.namespaces.get(namespace)?.named(name)?.alone;
      case 'services':
        return this.#behindService({ namespace, name });
      case 'nodes':
        return this.#byNode().get(name);
      case 'namespaces':
        return this.namespaces.get(name)?.pods;
      default:
        return this.#behindOwner(namespace, ownerKey({ group, resource, name }));
    }
  }

  podsIn(namespace: string, selector: LabelSelector): readonly Pod[] {
    return this.namespaces.get(namespace)?.selectedBy(selector) ?? NO_PODS;
  }

  allPods(): readonly Pod[] {
    return this.all;
  }

  objects({ group, resource, namespace }: Kind): readonly ObjectRef[] {
    if (group === '' && resource === 'nodes') return [...this.#byNode().keys()].map((name) => ({ group, resource, name }));
    if (group === '' && resource === 'namespaces') return [...this.namespaces.keys()].map((name) => ({ group, resource, name }));
    const places = namespace === undefined ? this.namespaces.keys() : [namespace];
    return [...places].flatMap((place) =>
      this.#namesIn(place, { group, resource }).map((name) => ({ group, resource, namespace: place, name })),
    );
  }

  #namesIn(namespace: string, { group, resource }: Kind): readonly string[] {
    if (group === '' && resource === 'pods') return this.podsIn(namespace, []).map(({ name }) => name);
    if (group === '' && resource === 'services') {
      return this.snapshot.services.filter((service) => service.namespace === namespace).map(({ name }) => name);
    }
    return this.#ownersIn(namespace).flatMap((owner) => (owner.group === group && owner.resource === resource ? [owner.name] : []));
  }

  #ownersIn(namespace: string): readonly OwnerRef[] {
    const its = this.namespaces.get(namespace);
    if (its === undefined) return this.owners.knownIn(namespace);
    return [...its.ownedBy(this.owners).values()].map(({ owner }) => owner);
  }

  #behindOwner(namespace: string, key: string): readonly Pod[] | undefined {
    const its = this.namespaces.get(namespace);
    if (its !== undefined) return its.ownedBy(this.owners).get(key)?.pods;
    return this.owners.knownIn(namespace).some((owner) => owner.key === key) ? NO_PODS : undefined;
  }

  #behindService(named: { readonly namespace: string; readonly name: string }): readonly Pod[] | undefined {
    this.services ??= new Map(this.snapshot.services.map((service) => [podKey(service), service]));
    const service = this.services.get(podKey(named));
    if (service === undefined) return undefined;
    return service.selector === undefined ? this.#inSlices(service) : this.podsIn(service.namespace, requirementsOf(service.selector));
  }

  #inSlices({ namespace, name }: KubeService): readonly Pod[] {
    const key = podKey({ namespace, name });
    const known = this.sliced.get(key);
    if (known !== undefined) return known;
    const its = this.namespaces.get(namespace);
    const slices = this.snapshot.endpointSlices.filter((slice) => slice.service === name && slice.namespace === namespace);
    const members = [...new Set(slices.flatMap(({ pods }) => pods))].map((pod) => its?.named(pod));
    const pods = members.flatMap((member) => (member !== undefined && isMember(member.said) ? member.alone : []));
    const kept = sameItemsOr(this.slicedBefore?.get(key), pods);
    this.sliced.set(key, kept);
    return kept;
  }

  #byNode(): Lists {
    this.nodes ??= nodesOf({ pods: this.all, nodes: this.snapshot.nodes, before: this.nodesBefore });
    return this.nodes;
  }
}

/** The same object for a namespace in which nothing changed. */
function namespacesOf(
  pods: readonly KubePod[],
  before: ReadonlyMap<string, NamespacePods> | undefined,
): ReadonlyMap<string, NamespacePods> {
  const said = new Map<string, KubePod[]>();
  for (const pod of pods) {
    const others = said.get(pod.namespace);
    if (others === undefined) said.set(pod.namespace, [pod]);
    else others.push(pod);
  }
  const namespaces = new Map<string, NamespacePods>();
  for (const [namespace, its] of said) {
    const known = before?.get(namespace);
    namespaces.set(namespace, known?.isOf(its) === true ? known : new NamespacePods({ namespace, said: its, before: known }));
  }
  return namespaces;
}

function requirementsOf(selector: Labels): LabelSelector {
  return [...selector].map(([key, value]) => ({ key, operator: 'In', values: [value] }));
}

interface OnNodes {
  readonly pods: readonly Pod[];
  readonly nodes: readonly KubeNode[];
  readonly before: Lists | undefined;
}

/** Nodes that are known, and those that pods say they run on: whoever may not see nodes still has their names. */
function nodesOf({ pods, nodes, before }: OnNodes): Lists {
  const byNode = new Map<string, Pod[]>(nodes.map(({ name }) => [name, []]));
  for (const pod of pods) {
    if (pod.node === undefined) continue;
    const others = byNode.get(pod.node);
    if (others === undefined) byNode.set(pod.node, [pod]);
    else others.push(pod);
  }
  return new Map([...byNode].map(([name, its]) => [name, sameItemsOr(before?.get(name), its)]));
}
