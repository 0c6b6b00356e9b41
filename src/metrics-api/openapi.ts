// The paths in the words of OpenAPI: what kube-apiserver merges, key by key, into what the cluster says of itself.
import { CUSTOM_GROUP, GROUPS } from './resources.ts';

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** Version 2 of OpenAPI says nothing of the paths: kube-apiserver asks for it and would complain each minute if it were not there. */
export function openApiV2Document(release: string): object {
  return { swagger: '2.0', info: infoOf(release), paths: {} };
}

/** Where the documents of the groups are. Keys of anybody else would replace theirs. `hashOf` changes with a document and with nothing else. */
export function openApiIndex(hashOf: (groupVersion: GroupVersion) => string): object {
  const entries = GROUPS.flatMap(({ name: group, versions }) => versions.map((version) => ({ group, version })));
  const paths = entries.map((entry) => {
    const path = `apis/${entry.group}/${entry.version}`;
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(entry)}` }] as const;
  });
  return { paths: Object.fromEntries(paths) };
}

/** The paths of one group's version, as OpenAPI 3.0. */
export function openApiDocument(groupVersion: GroupVersion, release: string): object {
  const { group, version } = groupVersion;
  const root = `/apis/${group}/${version}`;
  const isCustom = group === CUSTOM_GROUP;
  const operations = isCustom ? CUSTOM_OPERATIONS : EXTERNAL_OPERATIONS;
  const list = isCustom ? 'MetricValueList' : 'ExternalMetricValueList';
  const paths = operations.map(({ path, id, summary, query }) => {
    const inPath = [...path.matchAll(/\{(?<name>\w+)\}/g)].map((match) => pathParameter(match.groups?.['name'] ?? ''));
    const parameters = [...inPath, ...query.map(queryParameter)];
    return [root + path, { get: operationOf({ id, summary, kind: list, parameters }) }] as const;
  });
  const resources = operationOf({ id: 'listResources', summary: 'The metrics that there are.', kind: 'APIResourceList', parameters: [] });
  const kind = { group, version, kind: list };
  return {
    openapi: '3.0.0',
    info: infoOf(release),
    paths: { [`${root}/`]: { get: resources }, ...Object.fromEntries(paths) },
    components: {
      schemas: {
        APIResourceList: schemaOf({ groupVersion: TEXT, resources: listOf({ type: 'object' }) }),
        [list]: {
          ...schemaOf({ metadata: { type: 'object' }, items: listOf(itemOf(groupVersion)) }),
          'x-kubernetes-group-version-kind': [kind],
        },
      },
    },
  };
}

function infoOf(release: string): object {
  return { title: 'Plimsoll', version: `v${release}` };
}

interface Operation {
  /** Below the group's version. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** Names of parameters in the query. */
  readonly query: readonly string[];
}

const CUSTOM_QUERY = ['labelSelector', 'metricLabelSelector'];

const CUSTOM_OPERATIONS: readonly Operation[] = [
  {
    path: '/namespaces/{namespace}/{resource}/{name}/{metric}',
    id: 'getNamespacedMetric',
    summary: 'A metric of one object, or with the name * of all that the labelSelector leaves.',
    query: CUSTOM_QUERY,
  },
  {
    path: '/namespaces/{namespace}/metrics/{metric}',
    id: 'getNamespaceMetric',
    summary: 'A metric of a namespace.',
    query: ['metricLabelSelector'],
  },
  {
    path: '/{resource}/{name}/{metric}',
    id: 'getClusterMetric',
    summary: 'A metric of an object without a namespace.',
    query: CUSTOM_QUERY,
  },
];

const EXTERNAL_OPERATIONS: readonly Operation[] = [
  {
    path: '/namespaces/{namespace}/{metric}',
    id: 'getExternalMetric',
    summary: 'A metric of the pods of a namespace that the labelSelector leaves.',
    query: ['labelSelector'],
  },
];

function pathParameter(name: string): object {
  return { name, in: 'path', required: true, schema: TEXT };
}

function queryParameter(name: string): object {
  return { name, in: 'query', schema: TEXT };
}

interface Answering {
  readonly id: string;
  readonly summary: string;
  /** Of the answer. */
  readonly kind: string;
  readonly parameters: readonly object[];
}

function operationOf({ id, summary, kind, parameters }: Answering): object {
  const content = { schema: { $ref: `#/components/schemas/${kind}` } };
  const answer = { description: 'OK', content: { 'application/json': content, 'application/yaml': content } };
  return { operationId: id, summary, parameters, responses: { 200: answer } };
}

const TEXT = { type: 'string' };
const INSTANT = { type: 'string', format: 'date-time' };
const SECONDS = { type: 'integer', format: 'int64' };
const LABELS = { type: 'object', additionalProperties: TEXT };

/** A list or one of its items: those that Kubernetes gives to objects are texts. */
function schemaOf(fields: Readonly<Record<string, object>>): object {
  return { type: 'object', properties: { apiVersion: TEXT, kind: TEXT, ...fields } };
}

function listOf(items: object): object {
  return { type: 'array', items };
}

function itemOf({ group, version }: GroupVersion): object {
  const common = { timestamp: INSTANT, value: TEXT };
  if (group !== CUSTOM_GROUP) return schemaOf({ metricName: TEXT, metricLabels: LABELS, window: SECONDS, ...common });
  const object = { describedObject: { type: 'object', additionalProperties: TEXT }, ...common };
  const selector = { type: 'object', nullable: true };
  if (version === 'v1beta1') return schemaOf({ ...object, metricName: TEXT, window: SECONDS, selector });
  const metric = { type: 'object', properties: { name: TEXT, selector } };
  return schemaOf({ ...object, metric, windowSeconds: SECONDS });
}
