// What the API says of itself. The lists depend on the catalogue only: never empty, never long, whatever is scraped.
import { CUSTOM_GROUP, GROUPS, qualifiedName, RESOURCES, type Resource } from './resources.ts';

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

export function resourceListDocument(
  groupVersion: { readonly group: string; readonly version: string },
  metrics: readonly string[],
): object {
  const { group, version } = groupVersion;
  const resources = group === CUSTOM_GROUP ? customResources(metrics) : externalResources(metrics);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/${version}`, resources };
}

function customResources(metrics: readonly string[]): object[] {
  return RESOURCES.flatMap((resource) =>
    metrics.map((metric) => ({
      name: `${qualifiedName(resource)}/${metric}`,
      singularName: '',
      namespaced: resource.namespaced,
      kind: 'MetricValueList',
      verbs: VERBS,
    })),
  );
}

function externalResources(metrics: readonly string[]): object[] {
  return metrics.map((name) => ({ name, singularName: '', namespaced: true, kind: 'ExternalMetricValueList', verbs: VERBS }));
}

export const AGGREGATED_DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The whole of discovery in one document (apidiscovery.k8s.io/v2): without its groups in it kube-apiserver would hold them for empty. */
export function aggregatedDocument(metrics: readonly string[]): object {
  const items = GROUPS.map(({ name, versions }) => ({
    metadata: { name },
    versions: versions.map((version) => ({
      version,
      resources: name === CUSTOM_GROUP ? RESOURCES.map((resource) => parentOf(resource, metrics)) : metrics.map(externalParent),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

/** Metrics are subresources of a resource that cannot itself be asked for, hence its empty kind and verbs. */
function parentOf(resource: Resource, metrics: readonly string[]): object {
  return {
    resource: qualifiedName(resource),
    responseKind: kindNamed(''),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: '',
    verbs: [],
    subresources: metrics.map((subresource) => ({ subresource, responseKind: kindNamed('MetricValueList'), verbs: VERBS })),
  };
}

function externalParent(resource: string): object {
  return { resource, responseKind: kindNamed('ExternalMetricValueList'), scope: 'Namespaced', singularResource: '', verbs: VERBS };
}

function kindNamed(kind: string): object {
  return { group: '', version: '', kind };
}

export function versionDocument(version: string): object {
  const [major = '', minor = ''] = version.split('.');
  return { major, minor, gitVersion: `v${version}` };
}

/** No schema is published: kube-apiserver merges what it finds here into the cluster's own. */
export function openApiDocument(openApi: 'v2' | 'v3', version: string): object {
  if (openApi === 'v3') return { paths: {} };
  return { swagger: '2.0', info: { title: 'Plimsoll', version: `v${version}` }, paths: {} };
}
