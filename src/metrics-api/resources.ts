// The kinds of object that metrics can be asked about, and the API groups that serve them.
import { KINDS_WITH_PODS, kindsOfOwners, type ObjectKind, OTHER_KINDS, type OwnerKind, qualifiedName } from '../model/object-kinds.ts';

export type { OwnerKind };
export type Resource = ObjectKind;

/** The resources that metrics can be asked about, by their qualified names. */
export type Resources = ReadonlyMap<string, Resource>;

/** Those of every installation and the owners of this one, which have a namespace, as the pods that they own. */
export function resourcesWith(owners: readonly OwnerKind[]): Resources {
  return byName([...KINDS_WITH_PODS, ...kindsOfOwners(owners)]);
}

/** Those, and all others that a label of a series may stand for. */
export function resourcesOfRules(owners: readonly OwnerKind[]): Resources {
  return byName([...KINDS_WITH_PODS, ...OTHER_KINDS, ...kindsOfOwners(owners)]);
}

function byName(all: readonly Resource[]): Resources {
  const resources = new Map<string, Resource>();
  for (const resource of all) {
    const name = qualifiedName(resource);
    // Of two of one name the first: its scope is known.
    if (!resources.has(name)) resources.set(name, resource);
  }
  return resources;
}

export { qualifiedName };

export function isPods(resource: Resource): boolean {
  return resource.group === '' && resource.name === 'pods';
}

/** apiVersion of the described object: `v1`, `apps/v1`. */
export function objectApiVersion({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

export const CUSTOM_GROUP = 'custom.metrics.k8s.io';
export const EXTERNAL_GROUP = 'external.metrics.k8s.io';

export type CustomVersion = 'v1beta1' | 'v1beta2';

/** The preferred version first, as the APIServices' priorities should have it. */
export const GROUPS: readonly { readonly name: string; readonly versions: readonly string[] }[] = [
  { name: CUSTOM_GROUP, versions: ['v1beta2', 'v1beta1'] },
  { name: EXTERNAL_GROUP, versions: ['v1beta1'] },
];
