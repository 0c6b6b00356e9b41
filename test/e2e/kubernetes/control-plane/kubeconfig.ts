// A kubeconfig for one user of the cluster.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from './api.ts';

export interface KubeconfigSpec {
  readonly folder: string;
  readonly name: string;
  readonly server: string;
  readonly caPem: string;
  readonly credentials: Credentials;
}

/** Writes `NAME.kubeconfig` into the folder; returns its path. */
export async function writeKubeconfig({ folder, name, server, caPem, credentials }: KubeconfigSpec): Promise<string> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const user =
    'token' in credentials
      ? { token: credentials.token }
      : { 'client-certificate-data': base64(credentials.certPem), 'client-key-data': base64(credentials.keyPem) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server, 'certificate-authority-data': base64(caPem) } }],
    users: [{ name, user }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: name } }],
    'current-context': 'e2e',
  };
  const file = join(folder, `${name}.kubeconfig`);
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
