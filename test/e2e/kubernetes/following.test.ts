// What Plimsoll knows of a real cluster equals what the cluster says, whatever happens between the two.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, createCluster } from '../../../src/discovery/kubernetes/cluster.ts';
import { PODS, pathOf, SERVICES } from '../../../src/discovery/kubernetes/resources.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { listOf, objectOf } from '../../../src/lib/json.ts';
import type { KubeClient } from '../../../src/lib/kube/client.ts';
import { createKubeClient } from '../../../src/lib/kube/create-client.ts';
import { type Meter, nullMeter } from '../../../src/model/meter.ts';
import { type Logged, recordingLog } from '../../app/support/log.ts';
import { type FaultProxy, NO_FAULT, startFaultProxy } from '../../faults/fault-proxy.ts';
import { kubeconfigText } from '../../lib/kube/support/kubeconfig.ts';
import { until } from '../wait.ts';
import type { Api } from './control-plane/api.ts';
import { type ControlPlane, startControlPlane } from './control-plane/control-plane.ts';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { createNamespace } from './rig/workloads.ts';
import { currentRun, isFull } from './run-folder.ts';

/** Within which everything is as the server has it again. */
const RECOVERY_MS = 10_000;
const LOOK_MS = 20;
const OUTAGE_MS = isFull() ? 60_000 : 12_000;
const NAMESPACE = 'following';
const PODS_PATH = `/api/v1/namespaces/${NAMESPACE}/pods`;
const ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/follower';
const READ = ['list', 'watch'];
const GROUP = 'example.plimsoll.test';
const OWNER = { group: GROUP, version: 'v1', resource: 'crews', kind: 'Crew' };

let controlPlane: ControlPlane;
let api: Api;
let proxy: FaultProxy;
let client: KubeClient;
let cluster: Cluster;
let running: Promise<void>;
const stop = new AbortController();
const logged: Logged[] = [];
const recoveries: string[][] = [];
/** Why watches were opened again. */
const restarts: string[] = [];
const meter: Meter = {
  ...nullMeter,
  counter: ({ name }) => ({
    add: (_amount, labels) => {
      if (name === 'plimsoll_kubernetes_watch_restarts_total') restarts.push(String(labels?.['reason']));
    },
  }),
};

beforeAll(async () => {
  const { programs, folder } = currentRun();
  controlPlane = await startControlPlane({ programs, folder: join(folder, 'following') });
  ({ api } = controlPlane);
  proxy = await startFaultProxy({ toPort: Number(new URL(controlPlane.server).port) });
  await createNamespace(api, NAMESPACE);
  const kubeconfigFile = await followerConfig();
  for (let index = 0; index < 150; index += 1) await createPod(`old-${index}`);
  client = await createKubeClient({ kubeconfigFile, clock: systemClock(), version: 'e2e' });
  const config = { namespaces: [], owners: [OWNER] };
  cluster = createCluster({ client, config, clock: systemClock(), log: recordingLog(logged), meter });
  running = cluster.start(stop.signal);
});

afterAll(async () => {
  stop.abort();
  await running;
  await client?.close();
  await proxy?.[Symbol.asyncDispose]();
  await controlPlane?.[Symbol.asyncDispose]();
  await writePart({
    key: '1b following',
    title: '1. Following a cluster',
    text: `A service account's view of the cluster beside a fresh list, after each fault.\n\n${table(['fault', 'equal after'], recoveries)}`,
  });
});

/** The kubeconfig of a service account that may read pods, services, slices and workloads, but no nodes. */
async function followerConfig(): Promise<string> {
  const account = { kind: 'ServiceAccount', name: 'follower', namespace: NAMESPACE };
  const rbac = 'rbac.authorization.k8s.io';
  await api.ok({ method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, body: { metadata: { name: account.name } } });
  await api.ok({
    method: 'POST',
    path: `/apis/${rbac}/v1/clusterroles`,
    body: {
      metadata: { name: 'follower' },
      rules: [
        {
          apiGroups: ['', 'apps', 'batch', 'discovery.k8s.io', GROUP],
          resources: ['pods', 'services', 'endpointslices', 'deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs', 'crews'],
          verbs: READ,
        },
      ],
    },
  });
  await api.ok({
    method: 'POST',
    path: `/apis/${rbac}/v1/clusterrolebindings`,
    body: { metadata: { name: 'follower' }, roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'follower' }, subjects: [account] },
  });
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/follower/token`;
  const { status } = objectOf(await api.ok({ method: 'POST', path, body: { spec: {} } }));
  const authority = { 'certificate-authority-data': Buffer.from(controlPlane.caPem).toString('base64') };
  const user = { token: String(objectOf(status)['token']) };
  const folder = join(controlPlane.folder, 'follower');
  await mkdir(folder);
  await writeFile(join(folder, 'config'), kubeconfigText({ server: `https://127.0.0.1:${proxy.port}`, cluster: authority, user }));
  return join(folder, 'config');
}

async function createPod(name: string, labels = {}): Promise<void> {
  const spec = { containers: [{ name: 'triton', image: 'triton', ports: [{ name: 'metrics', containerPort: 8002 }] }] };
  await api.ok({ method: 'POST', path: PODS_PATH, body: { metadata: { name, labels }, spec } });
}

async function label(name: string, value: string): Promise<void> {
  await api.ok({ method: 'PATCH', path: `${PODS_PATH}/${name}`, body: { metadata: { labels: { round: value } } } });
}

async function deletePod(name: string): Promise<void> {
  await api.ok({ method: 'DELETE', path: `${PODS_PATH}/${name}?gracePeriodSeconds=0` });
}

let round = 0;
/** Adds, changes and deletes pods, and gives one a new uid under its old name. */
async function change(): Promise<void> {
  round += 1;
  for (let index = 0; index < 5; index += 1) {
    await createPod(`new-${round}-${index}`);
    await label(`old-${10 + round * 5 + index}`, String(round));
    await deletePod(`old-${149 - round * 5 - index}`);
  }
  await deletePod('old-0');
  await createPod('old-0', { round: String(round) });
}

/** What a fresh list says, kept as the cluster keeps it. */
async function fresh(): Promise<unknown> {
  const [pods, services] = await Promise.all([PODS, SERVICES].map((resource) => api.get(pathOf(resource, undefined))));
  return ordered({ pods: itemsOf(pods).map(PODS.trim), services: itemsOf(services).map(SERVICES.trim) });
}

function itemsOf(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  return listOf(objectOf(list)['items']).map(objectOf);
}

function ordered(kept: { readonly pods: readonly unknown[]; readonly services: readonly unknown[] }): unknown {
  const texts = (objects: readonly unknown[]): string[] =>
    objects.map((object) => JSON.stringify(object, (_, value: unknown) => (value instanceof Map ? [...value] : value))).toSorted();
  return { pods: texts(kept.pods), services: texts(kept.services) };
}

/** Milliseconds until what is known equals a fresh list. */
async function agreement(fault: string): Promise<number> {
  const startMs = performance.now();
  const wanted = await fresh();
  await until({
    ask: async () => (JSON.stringify(ordered(cluster.snapshot())) === JSON.stringify(wanted) ? true : undefined),
    withinMs: 3 * RECOVERY_MS,
    everyMs: LOOK_MS,
    failure: () => `what is known of the cluster is not what a fresh list says, ${fault}`,
  });
  const ms = performance.now() - startMs;
  recoveries.push([fault, `${(ms / 1000).toFixed(2)} s`]);
  return ms;
}

it('is synced without what it may not read and what is not installed, and names both once', async () => {
  await until({
    ask: async () => (cluster.isSynced() ? true : undefined),
    withinMs: 20_000,
    everyMs: LOOK_MS,
    failure: () => `not synced: ${JSON.stringify(cluster.unreadable())}`,
  });
  expect(await agreement('at the start')).toBeLessThan(RECOVERY_MS);
  expect(cluster.unreadable().map(({ resource, kind }) => `${resource} ${kind}`)).toEqual(['nodes refused', `crews.${GROUP} refused`]);
  expect(logged.map(({ said, fields }) => `${said}: ${fields['resource']} ${fields['reason']}`).toSorted()).toEqual([
    `warn resource of the cluster may not be read, trying again: crews.${GROUP} missing`,
    'warn resource of the cluster may not be read, trying again: nodes forbidden',
  ]);
  const why = cluster.unreadable()[0]?.why;
  expect(why).toContain('User "system:serviceaccount:following:follower" cannot list resource "nodes"');
});

it('is told of changes at once', async () => {
  await change();
  expect(await agreement('no fault')).toBeLessThan(2_000);
});

it('is right again after its connections were cut', async () => {
  proxy.reset();
  await change();
  expect(await agreement('connections cut')).toBeLessThan(RECOVERY_MS);
});

it('is right again after an outage', async () => {
  await proxy.use({ kind: 'refuse' });
  await change();
  await setTimeout(OUTAGE_MS);
  expect(cluster.unreadable().every(({ why }) => why.includes('connection refused') || why.includes('cannot list'))).toBe(true);
  await proxy.use(NO_FAULT);
  expect(await agreement(`an outage of ${OUTAGE_MS / 1000} s`)).toBeLessThan(RECOVERY_MS);
});

it('is right again after an outage in which the server forgot its history', async () => {
  await proxy.use({ kind: 'refuse' });
  await change();
  await controlPlane.restartApiServer();
  await change();
  restarts.length = 0;
  await proxy.use(NO_FAULT);
  expect(await agreement('an API server that was restarted out of sight')).toBeLessThan(RECOVERY_MS);
  expect(restarts).toContain('expired');
});

it('reads what it is granted later', async () => {
  await api.ok({
    method: 'POST',
    path: '/api/v1/nodes',
    body: { metadata: { name: 'node-1' }, status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] } },
  });
  const role = objectOf(await api.get(ROLE));
  const rules = [...listOf(role['rules']), { apiGroups: [''], resources: ['nodes'], verbs: READ }];
  const startMs = performance.now();
  await api.ok({ method: 'PUT', path: ROLE, body: { ...role, rules } });
  await until({
    ask: async () => cluster.snapshot().nodes.find(({ name }) => name === 'node-1'),
    withinMs: RECOVERY_MS,
    everyMs: LOOK_MS,
    failure: () => `nodes are not read: ${JSON.stringify(cluster.unreadable())}`,
  });
  recoveries.push(['nodes granted', `${((performance.now() - startMs) / 1000).toFixed(2)} s`]);
});

it('reads a custom resource that is installed later', async () => {
  const schema = { openAPIV3Schema: { type: 'object' } };
  await api.ok({
    method: 'POST',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: {
      metadata: { name: `crews.${GROUP}` },
      spec: {
        group: GROUP,
        scope: 'Namespaced',
        names: { plural: 'crews', singular: 'crew', kind: 'Crew' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
  });
  const path = `/apis/${GROUP}/v1/namespaces/${NAMESPACE}/crews`;
  const body = { apiVersion: `${GROUP}/v1`, kind: 'Crew', metadata: { name: 'crew-1' } };
  await until({
    ask: async () => ((await api.request({ method: 'POST', path, body })).status === 201 ? true : undefined),
    withinMs: 20_000,
    everyMs: 100,
    failure: () => 'the custom resource cannot be made',
  });
  await until({
    ask: async () => cluster.snapshot().owners.find(({ name }) => name === 'crew-1'),
    withinMs: RECOVERY_MS,
    everyMs: LOOK_MS,
    failure: () => `crews are not read: ${JSON.stringify(cluster.unreadable())}`,
  });
  expect(cluster.snapshot().owners.find(({ name }) => name === 'crew-1')).toMatchObject({ group: GROUP, resource: 'crews', kind: 'Crew' });
  expect(cluster.unreadable()).toEqual([]);
});
