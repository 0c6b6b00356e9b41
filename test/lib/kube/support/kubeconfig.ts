import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { KubeClient } from '../../../../src/lib/kube/client.ts';
import { createKubeClient, type KubeClientOptions } from '../../../../src/lib/kube/create-client.ts';

export interface ConfigParts {
  readonly server: string;
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
}

/** The text of a kubeconfig with one context. */
export function kubeconfigText({ server, cluster = {}, user = {} }: ConfigParts): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}

/** A client of what a kubeconfig says. */
export async function clientOf(parts: ConfigParts, options: Omit<KubeClientOptions, 'kubeconfigFile' | 'version'>): Promise<KubeClient> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-kubeconfig-'));
  const kubeconfigFile = join(folder, 'config');
  await writeFile(kubeconfigFile, kubeconfigText(parts));
  try {
    return await createKubeClient({ ...options, kubeconfigFile, version: '1.2.3' });
  } finally {
    await rm(folder, { recursive: true });
  }
}
