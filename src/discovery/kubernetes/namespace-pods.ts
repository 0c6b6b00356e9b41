// The pods of one namespace, and what is behind the workloads and Services in it.
import { lazily } from '../../lib/lazy.ts';
import { isSameList } from '../../lib/same-list.ts';
import type { LabelSelector } from '../../model/label-selector.ts';
import type { Pod } from '../../model/pod.ts';
import { KnownPods } from './known-pods.ts';
import type { KubeEndpointSlice, KubeOwner, KubePod, KubeService } from './objects.ts';
import { isSameOwnership, OwnerGraph, type OwnerName } from './owner-graph.ts';
import { PodSelection } from './pod-selection.ts';

export interface NamespaceObjects {
  readonly pods: readonly KubePod[];
  readonly services: readonly KubeService[];
  readonly endpointSlices: readonly KubeEndpointSlice[];
  /** Of the namespace, and the cluster-scoped ones. */
  readonly owners: readonly KubeOwner[];
}

interface Making {
  /** Another one for each namespace and each state of it. */
  readonly version: number;
  readonly previous: NamespacePods | undefined;
}

/** Never changes; lists are in the order of names. What a kind of question needs is made when the first of its kind is asked. */
export class NamespacePods {
  readonly version: number;
  readonly objects: NamespaceObjects;
  readonly #known: KnownPods;
  /** Undefined until owners are asked about. */
  #graph: OwnerGraph | undefined;
  readonly #selection: () => PodSelection;
  readonly #services: () => ReadonlyMap<string, KubeService>;
  readonly #slices: () => ReadonlyMap<string, readonly KubeEndpointSlice[]>;
  readonly #byNode: () => ReadonlyMap<string, readonly Pod[]>;

  constructor(objects: NamespaceObjects, { version, previous }: Making) {
    this.version = version;
    this.objects = objects;
    const known = new KnownPods(objects.pods, previous === undefined ? undefined : previous.#known);
    this.#known = known;
    if (previous !== undefined && isSameOwnership(previous.objects, objects)) this.#graph = previous.#graph;
    this.#selection = lazily(() => new PodSelection(known.pods));
    this.#services = lazily(() => new Map(objects.services.map((service) => [service.name, service])));
    this.#slices = lazily(() => Map.groupBy(objects.endpointSlices, ({ service }) => service));
    this.#byNode = lazily(() => podsByNode(known.pods));
  }

  get pods(): readonly Pod[] {
    return this.#known.pods;
  }

  /** The same array for the same pod. */
  named(name: string): readonly [Pod] | undefined {
    return this.#known.named(name);
  }

  selected(selector: LabelSelector): readonly Pod[] {
    return this.#selection().select(selector);
  }

  onNode(node: string): readonly Pod[] {
    return this.#byNode().get(node) ?? [];
  }

  /** Those with pods. */
  nodes(): Iterable<string> {
    return this.#byNode().keys();
  }

  /** Pods behind a Service: those that its selector selects, without one those that its EndpointSlices name; undefined when there is no such Service. */
  ofService(name: string): readonly Pod[] | undefined {
    const service = this.#services().get(name);
    if (service === undefined) return undefined;
    if (service.selector !== undefined) return this.selected([...service.selector].map(equality));
    return this.#namedBy((this.#slices().get(name) ?? []).flatMap(({ pods }) => pods));
  }

  services(): Iterable<string> {
    return this.#services().keys();
  }

  /** Pods that an object owns, itself or through others; undefined when there is no such object. */
  ownedBy(owner: OwnerName): readonly Pod[] | undefined {
    const names = this.#owners().podsUnder(owner);
    return names && this.#namedBy(names);
  }

  /** Names of the objects of a kind that may own pods. */
  owners(kind: Pick<OwnerName, 'group' | 'kind'>): Iterable<string> {
    return this.#owners().ofKind(kind);
  }

  #owners(): OwnerGraph {
    this.#graph ??= new OwnerGraph(this.objects);
    return this.#graph;
  }

  #namedBy(names: readonly string[]): readonly Pod[] {
    return [...new Set(names)].sort().flatMap((name) => this.#known.named(name) ?? []);
  }
}

/** Whether nothing in a namespace changed. */
export function isSameNamespace(one: NamespaceObjects, other: NamespaceObjects): boolean {
  const isSame = (of: keyof NamespaceObjects): boolean => isSameList(one[of], other[of]);
  return isSame('pods') && isSame('services') && isSame('endpointSlices') && isSame('owners');
}

function equality([key, value]: readonly [string, string]): LabelSelector[number] {
  return { key, operator: 'In', values: [value] };
}

function podsByNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const placed = pods.filter(({ node }) => node !== undefined);
  return Map.groupBy(placed, ({ node = '' }) => node);
}
