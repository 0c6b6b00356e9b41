// The objects of the cluster that both adapters serve: what there is to ask about.
import * as z from 'zod';
import type { Api } from '../../kubernetes/control-plane/api.ts';
import { createNamespace } from '../../kubernetes/rig/workloads.ts';

/** What is asked about, by the resource as a path names it. */
export interface Named {
  readonly resource: string;
  /** Undefined for what has no namespace. */
  readonly namespace?: string;
  readonly name: string;
}

interface PodSpec {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly node: string;
}

export const NAMESPACES = ['serving', 'batch'] as const;
const NODES = ['gpu-a', 'gpu-b'] as const;

export const PODS: readonly PodSpec[] = [
  { namespace: 'serving', name: 'triton-0', app: 'triton', node: 'gpu-a' },
  { namespace: 'serving', name: 'triton-1', app: 'triton', node: 'gpu-b' },
  { namespace: 'serving', name: 'gateway-0', app: 'gateway', node: 'gpu-b' },
  { namespace: 'batch', name: 'triton-0', app: 'triton', node: 'gpu-b' },
  // Of it nothing is known.
  { namespace: 'batch', name: 'silent-0', app: 'silent', node: 'gpu-a' },
];

/** Services and Deployments; their pods are those with their name as `app`. */
const WORKLOADS = [
  { namespace: 'serving', name: 'triton' },
  { namespace: 'serving', name: 'gateway' },
  { namespace: 'batch', name: 'triton' },
] as const;

const VOLUME = 'models';

/** One that no cluster has stands for those that are gone. */
const NOBODY = 'nobody';

/** Everything that may be asked about by its name, and one of each kind that does not exist. */
export const OBJECTS: readonly Named[] = [
  ...PODS.map(({ namespace, name }) => ({ resource: 'pods', namespace, name })),
  ...WORKLOADS.map((workload) => ({ resource: 'services', ...workload })),
  ...WORKLOADS.map((workload) => ({ resource: 'deployments.apps', ...workload })),
  ...['pods', 'services', 'deployments.apps'].map((resource) => ({ resource, namespace: 'serving', name: NOBODY })),
  // The label that Prometheus gives every series.
  { resource: 'jobs.batch', namespace: 'serving', name: 'samples' },
  ...[...NODES, NOBODY].map((name) => ({ resource: 'nodes', name })),
  ...[VOLUME, NOBODY].map((name) => ({ resource: 'persistentvolumes', name })),
];

/** Settles when all of them are in the API, and the pods are ready. */
export async function createObjects(api: Api): Promise<void> {
  const post = (path: string, body: object): Promise<unknown> => api.ok({ method: 'POST', path, body });
  for (const name of NODES) await post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { pool: name } } });
  await post('/api/v1/persistentvolumes', volume());
  for (const namespace of NAMESPACES) await createNamespace(api, namespace);
  for (const [index, pod] of PODS.entries()) await createPod(api, pod, `127.1.0.${index + 1}`);
  for (const workload of WORKLOADS) await createWorkload(api, workload);
}

const created = z.object({ metadata: z.object({ uid: z.string() }) });

/** A Service, and a Deployment whose pods are there already: controllers adopt them and have nothing to do. */
async function createWorkload(api: Api, { namespace, name }: (typeof WORKLOADS)[number]): Promise<void> {
  const labels = { app: name };
  const service = { selector: labels, ports: [{ port: 8000 }] };
  await api.ok({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/services`,
    body: { apiVersion: 'v1', kind: 'Service', metadata: { name, labels }, spec: service },
  });
  const spec = {
    replicas: PODS.filter((pod) => pod.namespace === namespace && pod.app === name).length,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: containers() },
  };
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels }, spec: { ...spec, paused: true } };
  const { uid } = created.parse(await api.ok({ method: 'POST', path: `${apps}/deployments`, body: deployment })).metadata;
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true };
  const metadata = { name: `${name}-1`, labels, ownerReferences: [owner] };
  await api.ok({ method: 'POST', path: `${apps}/replicasets`, body: { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec } });
}

async function createPod(api: Api, { namespace, name, app, node }: PodSpec, ip: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const metadata = { name, labels: { app } };
  await api.ok({ method: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: node, ...containers() } } });
  const now = new Date().toISOString();
  const types = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'];
  const status = {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    startTime: now,
    conditions: types.map((type) => ({ type, status: 'True', lastTransitionTime: now })),
  };
  await api.ok({ method: 'PATCH', path: `${path}/${name}/status`, body: { status } });
}

function containers(): object {
  return { containers: [{ name: 'main', image: 'none' }] };
}

function volume(): object {
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadOnlyMany'], hostPath: { path: '/models' } };
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: VOLUME, labels: { app: 'triton' } }, spec };
}
