// The shipped manifests in a cluster that has no network between its parts: the Service leads to a port of loopback.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../control-plane/control-plane.ts';

export interface Installation {
  /** Where Plimsoll is to listen for kube-apiserver. */
  readonly metricsApiPort: number;
  /** Of the Secret. */
  readonly certFile: string;
  readonly keyFile: string;
  /** A token of its service account. */
  readonly token: string;
  /** A token of somebody who may read `/metrics`. */
  readonly scraperToken: string;
}

const K8S = fileURLToPath(new URL('../../../../k8s', import.meta.url));
export const NAMESPACE = 'plimsoll';
/** Longer than any run. */
const TOKEN_DURATION = '24h';

/**
 * `kubectl apply -k k8s/base`, then the overlay with a certificate signed by the cluster's authority, on top of which the Service is an
 * ExternalName for localhost. That is the one difference: without a network no cluster IP leads anywhere.
 */
export async function install(controlPlane: ControlPlane, metricsApiPort: number): Promise<Installation> {
  const { kubectl, folder, authority, caPem } = controlPlane;
  await kubectl('apply', '-k', join(K8S, 'base'));
  const copy = join(folder, 'k8s');
  await cp(K8S, copy, { recursive: true });
  const own = join(copy, 'overlays', 'own-certificate');
  const { certPem, keyPem } = await authority.issue({ commonName: 'plimsoll', hosts: [`plimsoll.${NAMESPACE}.svc`] });
  const [certFile, keyFile] = [join(own, 'tls.crt'), join(own, 'tls.key')];
  await writeFile(join(own, 'ca.crt'), caPem);
  await writeFile(certFile, certPem);
  await writeFile(keyFile, keyPem, { mode: 0o600 });
  const overlay = join(copy, 'overlays', 'loopback');
  await mkdir(overlay);
  // JSON is YAML.
  await writeFile(join(overlay, 'kustomization.yaml'), JSON.stringify(loopbackOverlay(metricsApiPort)));
  await kubectl('apply', '-k', overlay);
  const tokenOf = async (account: string): Promise<string> =>
    (await kubectl('create', 'token', account, '--namespace', NAMESPACE, '--duration', TOKEN_DURATION)).trim();
  await kubectl('create', 'serviceaccount', 'scraper', '--namespace', NAMESPACE);
  // A role of every cluster: /metrics and the health checks.
  await kubectl('create', 'clusterrolebinding', 'scraper', '--clusterrole=system:monitoring', `--serviceaccount=${NAMESPACE}:scraper`);
  return { metricsApiPort, certFile, keyFile, token: await tokenOf('plimsoll'), scraperToken: await tokenOf('scraper') };
}

function loopbackOverlay(port: number): object {
  const replace = (path: string, value: unknown): object => ({ op: 'replace', path, value });
  const patch = (kind: string, ...operations: readonly object[]): object => ({ target: { kind }, patch: JSON.stringify(operations) });
  const service = { type: 'ExternalName', externalName: 'localhost', ports: [{ name: 'metrics-api', port, protocol: 'TCP' }] };
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['../own-certificate'],
    patches: [patch('Service', replace('/spec', service)), patch('APIService', replace('/spec/service/port', port))],
  };
}
