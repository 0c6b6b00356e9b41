// Kubeconfig files: merged as kubectl merges them, down to the cluster and the user of the current context.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
// By their own paths: the library as a whole takes a second and 85 MB, these 10 ms and 5 MB.
import type { Cluster, Context, User } from '@kubernetes/client-node/dist/config_types.js';
import { parse, YAMLError } from 'yaml';
import { listOf, objectOf, textOf } from '../json.ts';
import { quote } from '../quote.ts';

/** As the library reads them, with the paths of files made absolute. */
export interface KubeconfigCluster extends Omit<Cluster, 'caFile'> {
  readonly caFile?: string | undefined;
}

export interface KubeconfigUser extends Omit<User, 'certFile' | 'keyFile'> {
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** File of the token, read anew when it changes. */
  readonly tokenFile?: string | undefined;
}

export interface CurrentContext {
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser | undefined;
}

/**
 * What the current context of these files leads to; of two entries of one name the first counts. A file that is missing is left out
 * as long as there is another. Rejects with an Error whose message is the cause alone, without anything that may be a secret.
 */
export async function readCurrentContext(files: readonly string[]): Promise<CurrentContext> {
  const contents: Contents[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(codeOf);
    if (typeof text === 'string') contents.push(await parseKubeconfig(text, dirname(file)));
    else if (files.length === 1 || text.code !== 'ENOENT') throw new Error(text.code === 'ENOENT' ? 'no such file' : text.code);
  }
  return pick(contents);
}

function codeOf(error: unknown): { readonly code: string } {
  return { code: error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read' };
}

interface Contents {
  readonly current: string | undefined;
  readonly contexts: readonly Context[];
  readonly clusters: readonly KubeconfigCluster[];
  readonly users: readonly KubeconfigUser[];
}

async function parseKubeconfig(text: string, folder: string): Promise<Contents> {
  const { newClusters, newContexts, newUsers } = await import('@kubernetes/client-node/dist/config_types.js');
  const document = objectOf(parseYaml(text));
  const tokenFiles = new Map(
    listOf(document['users']).map((entry) => [objectOf(entry)['name'], textOf(objectOf(objectOf(entry)['user'])['tokenFile'])]),
  );
  const absolute = (path: string | undefined): string | undefined => (path ? resolve(folder, path) : undefined);
  try {
    return {
      current: textOf(document['current-context']),
      contexts: newContexts(document['contexts']),
      clusters: newClusters(document['clusters']).map((cluster) => ({ ...cluster, caFile: absolute(cluster.caFile) })),
      users: newUsers(document['users']).map((user) => ({
        ...user,
        certFile: absolute(user.certFile),
        keyFile: absolute(user.keyFile),
        tokenFile: absolute(tokenFiles.get(user.name)),
      })),
    };
  } catch (error) {
    // The library says which field of which entry is missing.
    throw new Error(error instanceof Error && !(error instanceof TypeError) ? quote(error.message) : 'it is no kubeconfig');
  }
}

/** A YAML parser's own message shows the lines around the fault, which may be secrets. */
function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const line = error instanceof YAMLError ? error.linePos?.[0].line : undefined;
    throw new Error(line === undefined ? 'it is no YAML' : `it is no YAML (line ${line})`);
  }
}

function pick(contents: readonly Contents[]): CurrentContext {
  const name = contents.find(({ current }) => current !== undefined)?.current;
  const context = named(
    contents.flatMap(({ contexts }) => contexts),
    name,
  );
  const cluster = named(
    contents.flatMap(({ clusters }) => clusters),
    context?.cluster,
  );
  if (cluster === undefined) throw new Error('its current-context leads to no cluster');
  return {
    cluster,
    user: named(
      contents.flatMap(({ users }) => users),
      context?.user,
    ),
  };
}

function named<T extends { readonly name: string }>(entries: readonly T[], name: string | undefined): T | undefined {
  return entries.find((entry) => entry.name === name);
}
