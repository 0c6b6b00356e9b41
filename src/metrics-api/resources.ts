// The kinds of object that metrics can be asked about, and the API groups that serve them.

export interface Resource {
  /** API group, '' for core. */
  readonly group: string;
  /** Plural, lower case. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export const RESOURCES: readonly Resource[] = [
  { group: '', name: 'pods', kind: 'Pod', namespaced: true },
  { group: '', name: 'services', kind: 'Service', namespaced: true },
  { group: 'apps', name: 'deployments', kind: 'Deployment', namespaced: true },
  { group: 'apps', name: 'statefulsets', kind: 'StatefulSet', namespaced: true },
  { group: 'apps', name: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  { group: 'apps', name: 'daemonsets', kind: 'DaemonSet', namespaced: true },
  { group: '', name: 'namespaces', kind: 'Namespace', namespaced: false },
  { group: '', name: 'nodes', kind: 'Node', namespaced: false },
];

/** `pods`, `deployments.apps`: how paths and discovery name a resource. */
export function qualifiedName(resource: Resource): string {
  return resource.group === '' ? resource.name : `${resource.name}.${resource.group}`;
}

export function isPods(resource: Resource): boolean {
  return resource.group === '' && resource.name === 'pods';
}

/** apiVersion of the described object: always v1 in its group. */
export function objectApiVersion(resource: Resource): string {
  return resource.group === '' ? 'v1' : `${resource.group}/v1`;
}

export const CUSTOM_GROUP = 'custom.metrics.k8s.io';
export const EXTERNAL_GROUP = 'external.metrics.k8s.io';

export type CustomVersion = 'v1beta1' | 'v1beta2';

/** The preferred version first, as the APIServices' priorities should have it. */
export const GROUPS: readonly { readonly name: string; readonly versions: readonly string[] }[] = [
  { name: CUSTOM_GROUP, versions: ['v1beta2', 'v1beta1'] },
  { name: EXTERNAL_GROUP, versions: ['v1beta1'] },
];
