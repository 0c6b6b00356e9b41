// What a request asks for in the words of Kubernetes' authorisation: verb, resource, namespace.

export interface ResourceAttributes {
  readonly kind: 'resource';
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** Empty at the cluster's scope, as are the next ones where there is none. */
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
}

export interface PathAttributes {
  readonly kind: 'path';
  /** The method in lower case. */
  readonly verb: string;
  /** Decoded. */
  readonly path: string;
}

export type RequestAttributes = ResourceAttributes | PathAttributes;

const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * As k8s.io/apiserver pkg/endpoints/request/requestinfo.go reads method and URL, so that a role means here what it means everywhere. But nothing
 * here is of the core API: what is below /api are paths of telemetry (`nonResourceURLs`), or whoever may list everything could ask there too.
 * The path is split before it is decoded, as it is when it is answered: an encoded slash is part of a name, and what is judged is what
 * is served. A segment that cannot be decoded stays as it is; it is refused after this.
 */
export function requestAttributes(method: string, target: string): RequestAttributes {
  const mark = target.indexOf('?');
  const path = withoutOrigin(mark === -1 ? target : target.slice(0, mark));
  const segments = segmentsOf(path);
  const [prefix, ...rest] = segments;
  // A group, a version and something of it.
  if (prefix !== 'apis' || rest.length < 3) {
    return { kind: 'path', verb: method.toLowerCase(), path: path.split('/').map(decoded).join('/') };
  }
  const [group = '', version = '', ...parts] = rest;
  return resourceAttributes({ method, group, version, parts, query: mark === -1 ? '' : target.slice(mark + 1) });
}

/** A proxy is asked with a whole URL, and whoever answers takes the path of it. */
function withoutOrigin(path: string): string {
  return path.startsWith('/') ? path : path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
}

function segmentsOf(path: string): string[] {
  let start = 0;
  let end = path.length;
  while (start < end && path[start] === '/') start += 1;
  while (end > start && path[end - 1] === '/') end -= 1;
  return path.slice(start, end).split('/').map(decoded);
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

interface Parts {
  readonly method: string;
  readonly group: string;
  readonly version: string;
  /** What follows the version. */
  readonly parts: readonly string[];
  readonly query: string;
}

function resourceAttributes({ method, group, version, parts, query }: Parts): ResourceAttributes {
  const [first = ''] = parts;
  const isVerb = first === 'proxy' || first === 'watch';
  const { namespace: said, of } = inNamespace(isVerb ? parts.slice(1) : parts);
  const [resource = '', name = '', subresource = ''] = of;
  const namespace = hasNoNamespace({ group, resource }) ? '' : said;
  const verb = isVerb ? first : (VERBS[method] ?? '');
  const named = { group, version, namespace, resource, subresource: verb === 'proxy' ? '' : subresource };
  if (name !== '' || (verb !== 'get' && verb !== 'delete')) return { kind: 'resource', verb, ...named, name };
  if (verb === 'delete') return { kind: 'resource', verb: 'deletecollection', ...named, name };
  const parameters = new URLSearchParams(query);
  return { kind: 'resource', verb: isWatch(parameters) ? 'watch' : 'list', ...named, name: selectedName(parameters) };
}

/**
 * The HPA asks about a node under its own namespace, and is told of all that runs there: a role in that one namespace is not enough for it.
 * Here a role means less than at kube-apiserver, which judges before and by the path alone.
 */
function hasNoNamespace({ group, resource }: { readonly group: string; readonly resource: string }): boolean {
  return group === 'custom.metrics.k8s.io' && resource === 'nodes';
}

function inNamespace(parts: readonly string[]): { readonly namespace: string; readonly of: readonly string[] } {
  const [first, namespace, third] = parts;
  if (first !== 'namespaces' || namespace === undefined) return { namespace: '', of: parts };
  // These two belong to the namespace itself.
  const isOfNamespace = third === undefined || third === 'status' || third === 'finalize';
  return { namespace, of: isOfNamespace ? parts : parts.slice(2) };
}

/** Whatever is neither 0 nor false means true, nothing at all included. */
function isWatch(parameters: URLSearchParams): boolean {
  const watch = parameters.get('watch');
  return watch !== null && watch !== '0' && watch.toLowerCase() !== 'false';
}

/** A list of one object by its name is judged by that name. */
function selectedName(parameters: URLSearchParams): string {
  const terms = parameters.get('fieldSelector')?.split(',') ?? [];
  const name = terms
    .map((term) => /^metadata\.name==?(?<name>[^=!\\]+)$/.exec(term)?.groups?.['name'])
    .find((found) => found !== undefined);
  return name === undefined || name === '.' || name === '..' || /[/%]/.test(name) ? '' : name;
}
