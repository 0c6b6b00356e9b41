// Request paths, read into what they ask for.
import { quote } from '../lib/quote.ts';
import { CUSTOM_GROUP, type CustomVersion, EXTERNAL_GROUP, GROUPS, qualifiedName, RESOURCES, type Resource } from './resources.ts';
import { StatusError } from './status.ts';
import { listed } from './wording.ts';

export interface CustomPath {
  readonly kind: 'custom';
  readonly version: CustomVersion;
  readonly resource: Resource;
  /** Undefined exactly for resources without namespaces. */
  readonly namespace?: string;
  /** Undefined for `*`: every object that the labelSelector leaves. */
  readonly name?: string;
  readonly metric: string;
}

export interface ExternalPath {
  readonly kind: 'external';
  readonly namespace: string;
  /** As asked: client-go lower-cases it. */
  readonly metric: string;
}

export type ApiPath =
  | { readonly kind: 'groups' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'resources'; readonly group: string; readonly version: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'openapi'; readonly version: 'v2' | 'v3' }
  | CustomPath
  | ExternalPath;

/** Reads the path of a request, still percent-encoded and without its query. Throws 400 for a malformed escape, 404 for all that is not served. */
export function parsePath(path: string): ApiPath {
  const segments = path.split('/').slice(1).map(decoded);
  if (segments.at(-1) === '') segments.pop();
  const [root, group, version, ...rest] = segments;
  if (root === 'apis') {
    if (group === undefined) return { kind: 'groups' };
    return parseGroupPath({ path, group, version, rest });
  }
  if (path === '/version') return { kind: 'version' };
  if (path === '/openapi/v2') return { kind: 'openapi', version: 'v2' };
  if (path === '/openapi/v3') return { kind: 'openapi', version: 'v3' };
  throw notServed(path, `the paths are /apis/${CUSTOM_GROUP} and /apis/${EXTERNAL_GROUP}`);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    const advice = 'it is not valid percent-encoding of UTF-8; write % as %25';
    throw new StatusError(400, `cannot read path segment ${quote(segment)}: ${advice}`, { cause });
  }
}

interface GroupPath {
  readonly path: string;
  readonly group: string;
  readonly version: string | undefined;
  readonly rest: readonly string[];
}

function parseGroupPath({ path, group, version, rest }: GroupPath): ApiPath {
  const served = GROUPS.find(({ name }) => name === group);
  if (served === undefined) throw notServed(path, `the groups are ${listed(GROUPS.map(({ name }) => name))}`);
  if (version === undefined) return { kind: 'group', group };
  if (!served.versions.includes(version)) throw notServed(path, `the versions of ${group} are ${listed(served.versions)}`);
  if (rest.length === 0) return { kind: 'resources', group, version };
  if (group === EXTERNAL_GROUP) return parseExternal(path, rest);
  return parseCustom({ path, version: version === 'v1beta1' ? 'v1beta1' : 'v1beta2', rest });
}

function parseExternal(path: string, rest: readonly string[]): ExternalPath {
  const [root, namespace, metric] = rest;
  if (rest.length !== 3 || root !== 'namespaces' || !namespace || !metric) {
    throw notServed(path, 'ask /namespaces/<namespace>/<metric>');
  }
  return { kind: 'external', namespace, metric };
}

const CUSTOM_FORMS =
  'ask /namespaces/<namespace>/<resource>/<name or *>/<metric>, /namespaces/<namespace>/metrics/<metric> or /<nodes or namespaces>/<name or *>/<metric>';

interface CustomSegments {
  readonly path: string;
  readonly version: CustomVersion;
  readonly rest: readonly string[];
}

function parseCustom({ path, version, rest }: CustomSegments): CustomPath {
  if (rest.includes('')) throw notServed(path, CUSTOM_FORMS);
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = rest;
  if (rest.length === 3) {
    return customPath({ path, version, resource: first, name: second, metric: third });
  }
  if (rest.length === 4 && first === 'namespaces' && third === 'metrics') {
    return customPath({ path, version, resource: 'namespaces', name: second, metric: fourth });
  }
  if (rest.length === 5 && first === 'namespaces') {
    return customPath({ path, version, namespace: second, resource: third, name: fourth, metric: fifth });
  }
  throw notServed(path, CUSTOM_FORMS);
}

interface CustomParts {
  readonly path: string;
  readonly version: CustomVersion;
  readonly namespace?: string;
  readonly resource: string;
  readonly name: string;
  readonly metric: string;
}

/** The HPA asks for nodes under its own namespace too, which then means nothing. */
function customPath(parts: CustomParts): CustomPath {
  const { path, version, namespace, metric } = parts;
  const resource = RESOURCES.find((candidate) => qualifiedName(candidate) === parts.resource);
  if (resource === undefined) {
    const known = listed(RESOURCES.map(qualifiedName), RESOURCES.length);
    throw notServed(path, `there is no resource ${quote(parts.resource)}; the resources are ${known}`);
  }
  const name = parts.name === '*' ? {} : { name: parts.name };
  if (!resource.namespaced) return { kind: 'custom', version, resource, ...name, metric };
  if (namespace === undefined) throw notServed(path, `${parts.resource} have a namespace; ${CUSTOM_FORMS}`);
  return { kind: 'custom', version, resource, namespace, ...name, metric };
}

function notServed(path: string, advice: string): StatusError {
  return new StatusError(404, `the server could not find the requested resource: no path ${quote(path)}; ${advice}`);
}
