// What is kept of an object's metadata.
import { type JsonObject, listOf, objectOf, textOf } from '../../lib/json.ts';
import type { Labels } from '../../model/labels.ts';
import type { KubeObject, KubeOwner, Owner, OwnerResource } from './objects.ts';

/** Throws for an object without a name or uid. */
export function trimMetadata(object: JsonObject): KubeObject {
  const metadata = objectOf(object['metadata']);
  const namespace = textOf(metadata['namespace']);
  const owner = ownerOf(metadata);
  return {
    uid: needed(metadata, 'uid'),
    ...(namespace === undefined ? {} : { namespace }),
    name: needed(metadata, 'name'),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** As `trimMetadata`, and throws for an object without a namespace. */
export function trimNamespaced(object: JsonObject): KubeObject & { readonly namespace: string } {
  return { ...trimMetadata(object), namespace: needed(objectOf(object['metadata']), 'namespace') };
}

export function trimOwner(object: JsonObject, { group, resource, kind }: OwnerResource): KubeOwner {
  return { ...trimMetadata(object), group, resource, kind };
}

/** The entries whose values are texts, of those whose name begins with `prefix`. */
export function labelsFrom(value: unknown, prefix = ''): Labels {
  const texts = Object.entries(objectOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const wanted = texts.filter(([name]) => name.startsWith(prefix));
  return wanted.length === 0 ? NO_LABELS : new Map(wanted);
}

const NO_LABELS: Labels = new Map();

function needed(metadata: JsonObject, field: string): string {
  const text = textOf(metadata[field]);
  if (text === undefined) throw new Error(`metadata has no ${field}`);
  return text;
}

// One owner at most is the managing one, which the API server sees to.
function ownerOf(metadata: JsonObject): Owner | undefined {
  const reference = listOf(metadata['ownerReferences'])
    .map(objectOf)
    .find(({ controller }) => controller === true);
  if (reference === undefined) return undefined;
  const [kind, name, uid] = [reference['kind'], reference['name'], reference['uid']].map(textOf);
  if (kind === undefined || name === undefined || uid === undefined) return undefined;
  return { group: groupOf(reference['apiVersion']), kind, name, uid };
}

/** `apps/v1` → apps, `v1` → ''. */
function groupOf(apiVersion: unknown): string {
  const text = textOf(apiVersion) ?? '';
  const slash = text.indexOf('/');
  return slash < 0 ? '' : text.slice(0, slash);
}
