// The kinds of object that metrics can be asked about, and the API groups that serve them.

export interface Resource {
  /** API group, '' for core. */
  readonly group: string;
  /** Of the group: what a described object says. */
  readonly version: string;
  /** Plural, lower case. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Those that every installation has. */
const OWN_RESOURCES: readonly Resource[] = [
  { group: '', version: 'v1', name: 'pods', kind: 'Pod', namespaced: true },
  { group: '', version: 'v1', name: 'services', kind: 'Service', namespaced: true },
  { group: 'apps', version: 'v1', name: 'deployments', kind: 'Deployment', namespaced: true },
  { group: 'apps', version: 'v1', name: 'statefulsets', kind: 'StatefulSet', namespaced: true },
  { group: 'apps', version: 'v1', name: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  { group: 'apps', version: 'v1', name: 'daemonsets', kind: 'DaemonSet', namespaced: true },
  { group: 'batch', version: 'v1', name: 'jobs', kind: 'Job', namespaced: true },
  { group: '', version: 'v1', name: 'namespaces', kind: 'Namespace', namespaced: false },
  { group: '', version: 'v1', name: 'nodes', kind: 'Node', namespaced: false },
];

/** A kind that owns pods, as `kubernetes.owners` of the configuration names it. */
export interface OwnerKind {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly kind: string;
}

/** The resources that metrics can be asked about, by their qualified names. */
export type Resources = ReadonlyMap<string, Resource>;

/** Those of every installation and the owners of this one, which have a namespace, as the pods that they own. */
export function resourcesWith(owners: readonly OwnerKind[]): Resources {
  const custom = owners.map(({ group, version, resource, kind }) => ({ group, version, name: resource, kind, namespaced: true }));
  const resources = new Map<string, Resource>();
  for (const resource of [...OWN_RESOURCES, ...custom]) {
    const name = qualifiedName(resource);
    // Of two of one name the first: its scope is known.
    if (!resources.has(name)) resources.set(name, resource);
  }
  return resources;
}

/** `pods`, `deployments.apps`: how paths and discovery name a resource. */
export function qualifiedName(resource: Resource): string {
  return resource.group === '' ? resource.name : `${resource.name}.${resource.group}`;
}

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
