// A snapshot of a cluster, namespace by namespace.
import { isSameList } from '../../lib/same-list.ts';
import { isSameNamespace, NamespacePods } from './namespace-pods.ts';
import type { ClusterSnapshot, KubeEndpointSlice, KubeObject, KubeOwner, KubePod, KubeService } from './objects.ts';

/** Objects by their namespace, undefined for none. */
class Grouped<T extends KubeObject> {
  readonly #objects: readonly T[];
  readonly #groups: ReadonlyMap<string | undefined, readonly T[]>;

  constructor(objects: readonly T[]) {
    this.#objects = objects;
    this.#groups = Map.groupBy(objects, ({ namespace }) => namespace);
  }

  /** This one where the objects are the same. */
  renewed(objects: readonly T[]): Grouped<T> {
    return isSameList(this.#objects, objects) ? this : new Grouped(objects);
  }

  in(namespace: string | undefined): readonly T[] {
    return this.#groups.get(namespace) ?? [];
  }

  names(): Iterable<string | undefined> {
    return this.#groups.keys();
  }
}

interface Groups {
  readonly pods: Grouped<KubePod>;
  readonly services: Grouped<KubeService>;
  readonly endpointSlices: Grouped<KubeEndpointSlice>;
  readonly owners: Grouped<KubeOwner>;
}

interface Making {
  /** Another one each time. */
  readonly version: number;
  readonly previous: Namespaces | undefined;
}

/** Those namespaces that have something in them. One in which nothing changed since `previous` is the same object. */
export class Namespaces {
  readonly #groups: Groups;
  readonly #byName: ReadonlyMap<string, NamespacePods>;

  constructor(snapshot: ClusterSnapshot, { version, previous }: Making) {
    const groups = groupsOf(snapshot, previous === undefined ? undefined : previous.#groups);
    this.#groups = groups;
    const everywhere = groups.owners.in(undefined);
    const namespaces = new Map<string, NamespacePods>();
    for (const name of namesIn(groups)) {
      const owners = groups.owners.in(name);
      const objects = {
        pods: groups.pods.in(name),
        services: groups.services.in(name),
        endpointSlices: groups.endpointSlices.in(name),
        owners: everywhere.length === 0 ? owners : [...owners, ...everywhere],
      };
      const before = previous?.get(name);
      const isSame = before !== undefined && isSameNamespace(before.objects, objects);
      namespaces.set(name, isSame ? before : new NamespacePods(objects, { version, previous: before }));
    }
    this.#byName = namespaces;
  }

  get(name: string): NamespacePods | undefined {
    return this.#byName.get(name);
  }

  /** In the order of their names. */
  all(): readonly (readonly [string, NamespacePods])[] {
    return [...this.#byName];
  }
}

function groupsOf({ pods, services, endpointSlices, owners }: ClusterSnapshot, before: Groups | undefined): Groups {
  return {
    pods: before?.pods.renewed(pods) ?? new Grouped(pods),
    services: before?.services.renewed(services) ?? new Grouped(services),
    endpointSlices: before?.endpointSlices.renewed(endpointSlices) ?? new Grouped(endpointSlices),
    owners: before?.owners.renewed(owners) ?? new Grouped(owners),
  };
}

function namesIn({ pods, services, endpointSlices, owners }: Groups): readonly string[] {
  const names = new Set([pods, services, endpointSlices, owners].flatMap((group) => [...group.names()]));
  return [...names].filter((name) => name !== undefined).sort();
}
