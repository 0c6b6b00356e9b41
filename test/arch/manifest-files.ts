// The Kubernetes manifests as data.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { ROOT } from './source-files.ts';

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** An object of the cluster, and the file that has it, from `k8s` on. */
export type Manifest = z.infer<typeof manifestSchema> & { readonly path: string };

/** Every file under k8s, from there on. */
export function manifestPaths(): readonly string[] {
  return readdirSync(join(ROOT, 'k8s'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(ROOT, 'k8s'), join(entry.parentPath, entry.name)))
    .toSorted();
}

export function manifestText(path: string): string {
  return readFileSync(join(ROOT, 'k8s', path), 'utf8');
}

/** The documents of a YAML file that are objects of a cluster. */
export function manifestsIn(path: string): readonly Manifest[] {
  return parseAllDocuments(manifestText(path)).map((document) => ({ ...manifestSchema.parse(document.toJS()), path }));
}

/** What kustomize and charts put together, and Plimsoll's own configuration, are no objects. */
export function manifests(): readonly Manifest[] {
  const paths = manifestPaths().filter((path) => path.endsWith('.yaml') && !/(?:kustomization|plimsoll|values)\.yaml$/.test(path));
  return paths.flatMap(manifestsIn);
}
