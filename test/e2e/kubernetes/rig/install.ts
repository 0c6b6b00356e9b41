// The shipped manifests, changed in nothing but what a cluster without nodes and their network cannot have.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../control-plane/control-plane.ts';

export interface Installation {
  /** Where Plimsoll is to listen on loopback for kube-apiserver, where it has no pods. */
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
 * `loopback`: with a certificate signed by the cluster's authority, and the Service is an ExternalName for localhost, as without a network no
 * cluster IP leads anywhere. `pods`: with the certificate that they make, two of them with the component for that, and they are put on a node,
 * as there is no scheduler.
 */
export type Place =
  | { readonly kind: 'loopback'; readonly port: number }
  | { readonly kind: 'pods'; readonly replicas: 1 | 2; readonly node: string };

/** `kubectl apply -k`, with an overlay in which the place is the one difference. */
export async function install(controlPlane: ControlPlane, place: Place): Promise<Installation> {
  const { kubectl, folder, authority, caPem } = controlPlane;
  // As somebody would who finds out about the certificate afterwards; of pods that would be a rollout.
  if (place.kind === 'loopback') await kubectl('apply', '-k', join(K8S, 'base'));
  const copy = join(folder, 'k8s');
  await cp(K8S, copy, { recursive: true });
  const own = join(copy, 'overlays', 'own-certificate');
  const { certPem, keyPem } = await authority.issue({ commonName: 'plimsoll', hosts: [`plimsoll.${NAMESPACE}.svc`] });
  const [certFile, keyFile] = [join(own, 'tls.crt'), join(own, 'tls.key')];
  await writeFile(join(own, 'ca.crt'), caPem);
  await writeFile(certFile, certPem);
  await writeFile(keyFile, keyPem, { mode: 0o600 });
  const overlay = join(copy, 'overlays', place.kind);
  await mkdir(overlay);
  // JSON is YAML.
  await writeFile(
    join(overlay, 'kustomization.yaml'),
    JSON.stringify(place.kind === 'pods' ? podsOverlay(place) : loopbackOverlay(place.port)),
  );
  await kubectl('apply', '-k', overlay);
  const tokenOf = async (account: string): Promise<string> =>
    (await kubectl('create', 'token', account, '--namespace', NAMESPACE, '--duration', TOKEN_DURATION)).trim();
  await kubectl('create', 'serviceaccount', 'scraper', '--namespace', NAMESPACE);
  // A role of every cluster: /metrics and the health checks.
  await kubectl('create', 'clusterrolebinding', 'scraper', '--clusterrole=system:monitoring', `--serviceaccount=${NAMESPACE}:scraper`);
  const metricsApiPort = place.kind === 'pods' ? 0 : place.port;
  return { metricsApiPort, certFile, keyFile, token: await tokenOf('plimsoll'), scraperToken: await tokenOf('scraper') };
}

function loopbackOverlay(port: number): object {
  const service = { type: 'ExternalName', externalName: 'localhost', ports: [{ name: 'metrics-api', port, protocol: 'TCP' }] };
  const resources = ['../own-certificate'];
  return overlayOf(
    { resources },
    patch('Service', ['replace', '/spec', service]),
    patch('APIService', ['replace', '/spec/service/port', port]),
  );
}

function podsOverlay({ replicas, node }: { readonly replicas: 1 | 2; readonly node: string }): object {
  const components = ['../../components/external-metrics', ...(replicas === 2 ? ['../../components/high-availability'] : [])];
  return overlayOf({ resources: ['../../base'], components }, patch('Deployment', ['add', '/spec/template/spec/nodeName', node]));
}

function patch(kind: string, ...operations: readonly (readonly [op: string, path: string, value: unknown])[]): object {
  return { target: { kind }, patch: JSON.stringify(operations.map(([op, path, value]) => ({ op, path, value }))) };
}

function overlayOf(parts: object, ...patches: readonly object[]): object {
  return { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...parts, patches };
}
