// Kinds of object in Kubernetes that metrics can be about.

export interface ObjectKind {
  /** API group, '' for core. */
  readonly group: string;
  /** Of the group: what a described object says. */
  readonly version: string;
  /** Plural, lower case. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Those behind which pods stand: every installation has them. */
export const KINDS_WITH_PODS: readonly ObjectKind[] = [
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

/** The others that Kubernetes 1.36 serves and that a label of a series may name; no pods are known of them. */
export const OTHER_KINDS: readonly ObjectKind[] = [
  { group: '', version: 'v1', name: 'configmaps', kind: 'ConfigMap', namespaced: true },
  { group: '', version: 'v1', name: 'endpoints', kind: 'Endpoints', namespaced: true },
  { group: '', version: 'v1', name: 'events', kind: 'Event', namespaced: true },
  { group: '', version: 'v1', name: 'limitranges', kind: 'LimitRange', namespaced: true },
  { group: '', version: 'v1', name: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true },
  { group: '', version: 'v1', name: 'persistentvolumes', kind: 'PersistentVolume', namespaced: false },
  { group: '', version: 'v1', name: 'podtemplates', kind: 'PodTemplate', namespaced: true },
  { group: '', version: 'v1', name: 'replicationcontrollers', kind: 'ReplicationController', namespaced: true },
  { group: '', version: 'v1', name: 'resourcequotas', kind: 'ResourceQuota', namespaced: true },
  { group: '', version: 'v1', name: 'secrets', kind: 'Secret', namespaced: true },
  { group: '', version: 'v1', name: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
  { group: 'apps', version: 'v1', name: 'controllerrevisions', kind: 'ControllerRevision', namespaced: true },
  { group: 'autoscaling', version: 'v2', name: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', namespaced: true },
  { group: 'batch', version: 'v1', name: 'cronjobs', kind: 'CronJob', namespaced: true },
  { group: 'coordination.k8s.io', version: 'v1', name: 'leases', kind: 'Lease', namespaced: true },
  { group: 'discovery.k8s.io', version: 'v1', name: 'endpointslices', kind: 'EndpointSlice', namespaced: true },
  { group: 'networking.k8s.io', version: 'v1', name: 'ingresses', kind: 'Ingress', namespaced: true },
  { group: 'networking.k8s.io', version: 'v1', name: 'networkpolicies', kind: 'NetworkPolicy', namespaced: true },
  { group: 'policy', version: 'v1', name: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', namespaced: true },
];

/** A kind that owns pods, as `kubernetes.owners` of the configuration names it. */
export interface OwnerKind {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly kind: string;
}

/** Owners have a namespace, as the pods that they own. */
export function kindsOfOwners(owners: readonly OwnerKind[]): readonly ObjectKind[] {
  return owners.map(({ group, version, resource, kind }) => ({ group, version, name: resource, kind, namespaced: true }));
}

/** `pods`, `deployments.apps`: how paths and discovery name a kind. */
export function qualifiedName({ group, name }: Pick<ObjectKind, 'group' | 'name'>): string {
  return group === '' ? name : `${name}.${group}`;
}
