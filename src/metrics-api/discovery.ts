// What the API says of itself, in the words of legacy and of aggregated discovery.
import type { DiscoverySet } from './discovery-set.ts';
import { CUSTOM_GROUP, GROUPS, qualifiedName, type Resource } from './resources.ts';

/** Verbs stay at `get`: whoever lists or deletes all resources of a namespace must find nothing here to act on. */
const VERBS = ['get'];

export function groupListDocument(): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map(({ name }) => groupOf(name)) };
}

export function groupDocument(name: string): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(name) };
}

function groupOf(name: string): object {
  const versions = GROUPS.find((group) => group.name === name)?.versions ?? [];
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

export function resourceListDocument({ group, version }: { readonly group: string; readonly version: string }, set: DiscoverySet): object {
  const resources = group === CUSTOM_GROUP ? set.custom.flatMap(customResources) : set.external.map(externalResource);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/${version}`, resources };
}

/** All of one scope: kube-apiserver makes one parent of them, and refuses the whole version if they differ. */
function customResources({ resource, metrics }: DiscoverySet['custom'][number]): object[] {
  return metrics.map((metric) => ({
    name: `${qualifiedName(resource)}/${metric}`,
    singularName: '',
    namespaced: resource.namespaced,
    kind: 'MetricValueList',
    verbs: VERBS,
  }));
}

/**
 * Each of a kind of its own, though the answer is an ExternalMetricValueList: kubectl goes from the name to the kind and from the kind to a resource,
 * so of one kind for all it would show another metric than the one asked for.
 */
function externalResource(name: string): object {
  return { name, singularName: '', namespaced: true, kind: name, verbs: VERBS };
}

/** The whole of discovery in one document (apidiscovery.k8s.io/v2): without its groups in it kube-apiserver would hold them for empty. */
export function aggregatedDocument({ custom, external }: DiscoverySet): object {
  const items = GROUPS.map(({ name, versions }) => ({
    metadata: { name },
    versions: versions.map((version) => ({
      version,
      resources: name === CUSTOM_GROUP ? custom.map(parentOf) : external.map(externalParent),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

/** Metrics are subresources of a resource that cannot itself be asked for, hence its empty kind and verbs. */
function parentOf({ resource, metrics }: DiscoverySet['custom'][number]): object {
  return {
    resource: qualifiedName(resource),
    responseKind: kindNamed(''),
    scope: scopeOf(resource),
    singularResource: '',
    verbs: [],
    subresources: metrics.map((subresource) => ({ subresource, responseKind: kindNamed('MetricValueList'), verbs: VERBS })),
  };
}

function scopeOf({ namespaced }: Resource): string {
  return namespaced ? 'Namespaced' : 'Cluster';
}

function externalParent(resource: string): object {
  return { resource, responseKind: kindNamed(resource), scope: 'Namespaced', singularResource: '', verbs: VERBS };
}

function kindNamed(kind: string): object {
  return { group: '', version: '', kind };
}

export function versionDocument(version: string): object {
  const [major = '', minor = ''] = version.split('.');
  return { major, minor, gitVersion: `v${version}` };
}
