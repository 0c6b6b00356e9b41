// What an inventory should answer, found the long way: every pod is looked at and climbs to its owners, for every question.
import type { ClusterSnapshot, KubeObject, KubePod } from '../../../src/discovery/kubernetes/objects.ts';
import type { ObjectRef } from '../../../src/model/inventory.ts';
import { type LabelSelector, selects } from '../../../src/model/label-selector.ts';
import type { Pod } from '../../../src/model/pod.ts';

/** Kinds by `group/resource`. */
export type Kinds = Readonly<Record<string, string>>;

export class NaiveInventory {
  readonly #snapshot: ClusterSnapshot;
  readonly #kinds: Kinds;
  /** Uids of pods that are ready, or were. */
  readonly #wasReady: ReadonlySet<string>;

  constructor({ snapshot, kinds, wasReady }: { snapshot: ClusterSnapshot; kinds: Kinds; wasReady: ReadonlySet<string> }) {
    this.#snapshot = snapshot;
    this.#kinds = kinds;
    this.#wasReady = wasReady;
  }

  podsOf({ group, resource, namespace, name }: ObjectRef): readonly Pod[] | undefined {
    const { pods, services, endpointSlices, nodes, owners } = this.#snapshot;
    if (group === '' && resource === 'pods') {
      const found = this.#pods((pod) => pod.namespace === namespace && pod.name === name);
      return found.length === 0 ? undefined : found;
    }
    if (group === '' && resource === 'namespaces') {
      const isThere = [...pods, ...services, ...endpointSlices, ...owners].some((object) => object.namespace === name);
      return isThere ? this.#pods((pod) => pod.namespace === name) : undefined;
    }
    if (group === '' && resource === 'nodes') {
      const found = this.#pods((pod) => pod.node === name);
      return found.length > 0 || nodes.some((node) => node.name === name) ? found : undefined;
    }
    if (group === '' && resource === 'services') {
      const service = services.find((one) => one.namespace === namespace && one.name === name);
      if (service === undefined) return undefined;
      const named = endpointSlices
        .filter((slice) => slice.namespace === namespace && slice.service === name)
        .flatMap((slice) => slice.pods);
      return this.#pods((pod) => pod.namespace === namespace && isBehind(pod, service.selector, named));
    }
    return this.#ownedBy({ group, kind: this.#kinds[`${group}/${resource}`], namespace, name });
  }

  podsIn(namespace: string, selector: LabelSelector): readonly Pod[] {
    return this.#pods((pod) => pod.namespace === namespace && selects(selector, pod.labels));
  }

  allPods(): readonly Pod[] {
    return this.#pods(() => true);
  }

  #ownedBy(owner: { group: string; kind: string | undefined; namespace: string | undefined; name: string }): readonly Pod[] | undefined {
    const { pods, owners } = this.#snapshot;
    const isIt = (one: { group: string; kind: string; name: string }): boolean =>
      one.group === owner.group && one.kind === owner.kind && one.name === owner.name;
    const read = owners.find((one) => isIt(one) && (one.namespace === owner.namespace || one.namespace === undefined));
    const all: readonly KubeObject[] = [...pods, ...owners];
    const referred = all.flatMap(({ owner: reference, namespace }) =>
      reference !== undefined && isIt(reference) && namespace === owner.namespace ? [reference.uid] : [],
    );
    const uids = new Set(read === undefined ? referred : [read.uid]);
    if (uids.size === 0) return undefined;
    return this.#pods((pod) => climbsTo(pod, { uids, byUid: new Map(all.map((object) => [object.uid, object])) }));
  }

  #pods(isAsked: (pod: KubePod) => boolean): readonly Pod[] {
    const isThere = ({ terminating, phase }: KubePod): boolean => !terminating && phase !== 'Failed' && phase !== 'Succeeded';
    const found = this.#snapshot.pods.filter((pod) => isThere(pod) && isAsked(pod));
    return found.toSorted((one, other) => (place(one) < place(other) ? -1 : 1)).map((pod) => this.#seen(pod));
  }

  #seen({ uid, namespace, name, labels, node, ready, readyChangedMs, startedMs }: KubePod): Pod {
    return {
      namespace,
      name,
      labels,
      ready,
      ...(node !== undefined && { node }),
      ...(!this.#wasReady.has(uid) && { starting: true }),
      ...(ready && readyChangedMs !== undefined && { readySinceMs: readyChangedMs }),
      ...(startedMs !== undefined && { startedMs }),
    };
  }
}

/** No name has a character below the slash's but `-` and `.`, which a blank comes before. */
function place({ namespace, name }: KubePod): string {
  return `${namespace} ${name}`;
}

function isBehind(pod: KubePod, selector: ReadonlyMap<string, string> | undefined, named: readonly string[]): boolean {
  if (selector === undefined) return named.includes(pod.name);
  return [...selector].every(([key, value]) => pod.labels.get(key) === value);
}

function climbsTo(pod: KubePod, { uids, byUid }: { uids: ReadonlySet<string>; byUid: ReadonlyMap<string, KubeObject> }): boolean {
  const passed = new Set<string>();
  for (let owner = pod.owner; owner !== undefined && !passed.has(owner.uid); owner = byUid.get(owner.uid)?.owner) {
    if (uids.has(owner.uid)) return true;
    passed.add(owner.uid);
  }
  return false;
}
