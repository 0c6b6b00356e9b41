// Request paths, read into what they ask for.
import { quote } from '../lib/quote.ts';
import { CUSTOM_GROUP, type CustomVersion, EXTERNAL_GROUP, GROUPS, type Resource, type Resources } from './resources.ts';
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
  | { readonly kind: 'openapi v2' }
  /** Where the documents of the groups are. */
  | { readonly kind: 'openapi v3 index' }
  | { readonly kind: 'openapi v3'; readonly group: string; readonly version: string }
  | CustomPath
  | ExternalPath;

/**
 * Reads the path of a request, still percent-encoded and without its query. Throws 400 for a segment that cannot be read or that names nothing
 * in Kubernetes, 404 for all else that is not served.
 */
export function parsePath(path: string, resources: Resources): ApiPath {
  // What stands before the first slash is judged too, and would be passed over here.
  if (!path.startsWith('/')) throw notServed(path, SERVED);
  const segments = path.split('/').slice(1).map(decoded);
  if (segments.at(-1) === '') segments.pop();
  const [root, ...rest] = segments;
  if (root === 'apis') return parseApis({ path, resources }, rest);
  if (root === 'version' && rest.length === 0) return { kind: 'version' };
  if (root === 'openapi') return parseOpenApi(path, rest);
  throw notServed(path, SERVED);
}

const SERVED = `the paths are /apis/${CUSTOM_GROUP} and /apis/${EXTERNAL_GROUP}`;

/**
 * One segment, percent-decoded. What no name in Kubernetes is (IsValidPathSegmentName of k8s.io/apimachinery) is refused before anything is looked
 * up: an encoded slash, say, would make one path of what whoever authorised the request took for another.
 */
function decoded(segment: string): string {
  const name = percentDecoded(segment);
  if (!name.includes('/') && !name.includes('%') && name !== '.' && name !== '..') return name;
  throw new StatusError(400, `cannot read path segment ${quote(segment)}: no name holds "/" or "%", or is "." or ".."; check the path`);
}

function percentDecoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    const advice = 'it is not valid percent-encoding of UTF-8; write % as %25';
    throw new StatusError(400, `cannot read path segment ${quote(segment)}: ${advice}`, { cause });
  }
}

function parseOpenApi(path: string, [document, root, group = '', version = '', ...rest]: readonly string[]): ApiPath {
  if (document === 'v2' && root === undefined) return { kind: 'openapi v2' };
  if (document === 'v3' && root === undefined) return { kind: 'openapi v3 index' };
  const isServed = document === 'v3' && root === 'apis' && versionsOf(group).includes(version) && rest.length === 0;
  if (isServed) return { kind: 'openapi v3', group, version };
  throw notServed(path, 'ask /openapi/v2, or /openapi/v3 and the paths that it names');
}

function versionsOf(group: string): readonly string[] {
  return GROUPS.find(({ name }) => name === group)?.versions ?? [];
}

/** The path as it came, for messages, and the resources that it may name. */
interface Reading {
  readonly path: string;
  readonly resources: Resources;
}

function parseApis(reading: Reading, [group, version, ...rest]: readonly string[]): ApiPath {
  const { path } = reading;
  if (group === undefined) return { kind: 'groups' };
  const versions = versionsOf(group);
  if (versions.length === 0) throw notServed(path, `the groups are ${listed(GROUPS.map(({ name }) => name))}`);
  if (version === undefined) return { kind: 'group', group };
  if (!versions.includes(version)) throw notServed(path, `the versions of ${group} are ${listed(versions)}`);
  if (rest.length === 0) return { kind: 'resources', group, version };
  if (group === EXTERNAL_GROUP) return parseExternal(path, rest);
  return parseCustom({ ...reading, version: version === 'v1beta1' ? 'v1beta1' : 'v1beta2' }, rest);
}

function parseExternal(path: string, rest: readonly string[]): ExternalPath {
  const [root, namespace, metric] = rest;
  if (rest.length !== 3 || root !== 'namespaces' || !namespace || !metric) {
    throw notServed(path, 'ask /namespaces/<namespace>/<metric>');
  }
  refuseEveryNamespace(path, namespace);
  return { kind: 'external', namespace, metric };
}

const CUSTOM_FORMS =
  'ask /namespaces/<namespace>/<resource>/<name or *>/<metric>, /namespaces/<namespace>/metrics/<metric> or /<nodes or namespaces>/<name or *>/<metric>';

interface CustomReading extends Reading {
  readonly version: CustomVersion;
}

function parseCustom(reading: CustomReading, rest: readonly string[]): CustomPath {
  const { path } = reading;
  if (rest.includes('')) throw notServed(path, CUSTOM_FORMS);
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = rest;
  if (rest.length === 3) {
    return customPath(reading, { resource: first, name: second, metric: third });
  }
  if (rest.length === 4 && first === 'namespaces' && third === 'metrics') {
    return customPath(reading, { resource: 'namespaces', name: second, metric: fourth });
  }
  if (rest.length === 5 && first === 'namespaces') {
    return customPath(reading, { namespace: second, resource: third, name: fourth, metric: fifth });
  }
  throw notServed(path, CUSTOM_FORMS);
}

interface CustomParts {
  readonly namespace?: string;
  readonly resource: string;
  readonly name: string;
  readonly metric: string;
}

/** The HPA asks for nodes under its own namespace too, which then means nothing. */
function customPath({ path, resources, version }: CustomReading, { namespace, metric, ...parts }: CustomParts): CustomPath {
  const resource = resources.get(parts.resource);
  if (resource === undefined) {
    const known = listed([...resources.keys()], MOST_SHOWN);
    throw notServed(path, `there is no resource ${quote(parts.resource)}; the resources are ${known}`);
  }
  const name = parts.name === '*' ? {} : { name: parts.name };
  // Judged as a question about the namespace that is said first, and answered about the other.
  if (namespace !== undefined && resource.name === 'namespaces') throw notServed(path, CUSTOM_FORMS);
  if (!resource.namespaced) return { kind: 'custom', version, resource, ...name, metric };
  if (namespace === undefined) throw notServed(path, `${parts.resource} have a namespace; ${CUSTOM_FORMS}`);
  refuseEveryNamespace(path, namespace);
  return { kind: 'custom', version, resource, namespace, ...name, metric };
}

/** Resources named in a message: all of an installation without many owners of its own. */
const MOST_SHOWN = 20;

function refuseEveryNamespace(path: string, namespace: string): void {
  if (namespace === '*') throw notServed(path, 'name one namespace; "*" stands for objects only');
}

function notServed(path: string, advice: string): StatusError {
  return new StatusError(404, `the server could not find the requested resource: no path ${quote(path)}; ${advice}`);
}
