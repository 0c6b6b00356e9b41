import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, createCluster } from '../../../src/discovery/kubernetes/cluster.ts';
import type { OwnerResource } from '../../../src/discovery/kubernetes/objects.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { Meter } from '../../../src/model/meter.ts';
import { type Logged, recordingLog } from '../../app/support/log.ts';
import { ApiState } from '../../lib/kube/support/api-state.ts';
import { directClient } from '../../lib/kube/support/direct-client.ts';

const LWS: OwnerResource = { group: 'leaderworkerset.x-k8s.io', version: 'v1', resource: 'leaderworkersets', kind: 'LeaderWorkerSet' };
const PODS = '/api/v1/pods';
const NODES = '/api/v1/nodes';
const LWS_PATH = '/apis/leaderworkerset.x-k8s.io/v1/leaderworkersets';

let api: ApiState;
let clock: VirtualClock;
let logged: Logged[];
let counts: Map<string, number>;
let isDown: boolean;
let controller: AbortController;
let running: Promise<void> | undefined;
beforeEach(() => {
  api = new ApiState();
  clock = new VirtualClock();
  logged = [];
  counts = new Map();
  isDown = false;
  controller = new AbortController();
});
afterEach(async () => {
  controller.abort();
  await running;
});

const meter: Meter = {
  counter: ({ name }) => ({
    add: (amount, labels) => void counts.set(keyOf(name, labels), (counts.get(keyOf(name, labels)) ?? 0) + amount),
  }),
  gauge: ({ name }) => ({ set: (value, labels) => void counts.set(keyOf(name, labels), value) }),
  histogram: () => ({ observe: () => {} }),
};

function keyOf(name: string, labels: Readonly<Record<string, string>> = {}): string {
  return [name.replace('plimsoll_kubernetes_', ''), ...Object.values(labels)].join(' ');
}

function create({ namespaces = [], owners = [] }: { namespaces?: string[]; owners?: OwnerResource[] } = {}): Cluster {
  const client = directClient(api, () => isDown);
  const cluster = createCluster({ client, config: { namespaces, owners: [...owners] }, clock, log: recordingLog(logged), meter });
  running = undefined;
  return cluster;
}

async function started(config: Parameters<typeof create>[0] = {}): Promise<Cluster> {
  const cluster = create(config);
  running = cluster.start(controller.signal);
  await clock.advance(0);
  return cluster;
}

function pod(name: string, namespace = 'ml', fields: Readonly<Record<string, unknown>> = {}): void {
  api.put(PODS, { name, namespace, spec: { containers: [{ name: 'triton' }] }, ...fields });
}

function names(objects: readonly { readonly namespace?: string; readonly name: string }[]): string[] {
  return objects.map(({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`));
}

const settle = () => clock.advance(0);

it('asks nothing before it is started', async () => {
  pod('a');
  const cluster = create();
  await clock.advance(60_000);
  expect(api.asked).toEqual([]);
  expect(cluster.isSynced()).toBe(false);
  expect(cluster.snapshot()).toEqual({ version: 0, pods: [], services: [], endpointSlices: [], nodes: [], owners: [] });
});

it('follows what the inventory needs: whole objects where their fields matter, else metadata alone', async () => {
  pod('a');
  api.put('/api/v1/services', { name: 's', namespace: 'ml', spec: { selector: { app: 'a' } } });
  api.put('/apis/discovery.k8s.io/v1/endpointslices', {
    name: 'e',
    namespace: 'ml',
    metadata: { labels: { 'kubernetes.io/service-name': 's' } },
  });
  api.put(NODES, { name: 'n' });
  for (const [group, resource] of [
    ['apps', 'deployments'],
    ['apps', 'replicasets'],
    ['apps', 'statefulsets'],
    ['apps', 'daemonsets'],
    ['batch', 'jobs'],
    ['leaderworkerset.x-k8s.io', 'leaderworkersets'],
  ]) {
    api.put(`/apis/${group}/v1/${resource}`, { name: 'o', namespace: 'ml' });
  }
  const cluster = await started({ owners: [LWS] });
  expect(cluster.isSynced()).toBe(true);
  expect(cluster.unreadable()).toEqual([]);
  const { pods, services, endpointSlices, nodes, owners } = cluster.snapshot();
  expect([pods, services, endpointSlices, nodes].map(names)).toEqual([['ml/a'], ['ml/s'], ['ml/e'], ['n']]);
  expect(owners.map(({ group, resource, kind }) => `${resource}.${group} ${kind}`)).toEqual([
    'deployments.apps Deployment',
    'replicasets.apps ReplicaSet',
    'statefulsets.apps StatefulSet',
    'daemonsets.apps DaemonSet',
    'jobs.batch Job',
    'leaderworkersets.leaderworkerset.x-k8s.io LeaderWorkerSet',
  ]);
  const whole = api.asked.filter(({ kind, accept }) => kind === 'list' && accept === 'application/json').map(({ path }) => path);
  expect(whole).toEqual([PODS, '/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices', NODES]);
  expect(counts.get('objects pods')).toBe(1);
  expect(counts.get('lists_total jobs.batch')).toBe(1);
  expect(logged).toEqual([]);
});

it('watches an owner once that is a workload already', async () => {
  await started({ owners: [{ group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment' }, LWS, LWS] });
  expect(api.asked.filter(({ kind }) => kind === 'list')).toHaveLength(4 + 5 + 1);
});

describe('a snapshot', () => {
  it('is the same until something changes, and holds the same objects and lists where nothing did', async () => {
    pod('a');
    pod('b');
    api.put('/apis/apps/v1/deployments', { name: 'd', namespace: 'ml' });
    const cluster = await started();
    const before = cluster.snapshot();
    expect(cluster.snapshot()).toBe(before);
    pod('a', 'ml', { status: { message: 'nothing that is kept' } });
    await settle();
    expect(cluster.snapshot()).toBe(before);
    pod('b', 'ml', { status: { phase: 'Running' } });
    await settle();
    const after = cluster.snapshot();
    expect(after.version).toBeGreaterThan(before.version);
    expect(after.pods).not.toBe(before.pods);
    expect(after.pods[0]).toBe(before.pods[0]);
    expect(after.pods[1]?.phase).toBe('Running');
    expect(after.services).toBe(before.services);
    expect(after.owners).toBe(before.owners);
    api.delete(PODS, 'ml/a');
    api.put('/apis/apps/v1/replicasets', { name: 'r', namespace: 'ml' });
    await settle();
    expect(names(cluster.snapshot().pods)).toEqual(['ml/b']);
    expect(names(cluster.snapshot().owners)).toEqual(['ml/d', 'ml/r']);
    expect(before.pods).toHaveLength(2);
    expect(counts.get('objects pods')).toBe(1);
  });

  it('can be waited for', async () => {
    const cluster = await started();
    const { version } = cluster.snapshot();
    const woken: string[] = [];
    const stop = new AbortController();
    const waits = [
      cluster.changedSince(version, controller.signal).then(() => woken.push('changed')),
      cluster.changedSince(version, stop.signal).then(() => woken.push('stopped')),
    ];
    await cluster.changedSince(version - 1, controller.signal);
    await cluster.changedSince(version, AbortSignal.abort());
    expect(woken).toEqual([]);
    stop.abort();
    await waits[1];
    expect(woken).toEqual(['stopped']);
    pod('a');
    await settle();
    expect(woken).toEqual(['stopped', 'changed']);
    await Promise.all(waits);
  });
});

describe('namespaces', () => {
  it('are watched one by one, without rights in the whole cluster', async () => {
    for (const namespace of ['a', 'b', 'c']) pod('p', namespace);
    api.refuse(NODES, { kind: 'list', status: 403 });
    const cluster = await started({ namespaces: ['a', 'b', 'a'] });
    expect(cluster.isSynced()).toBe(true);
    expect(names(cluster.snapshot().pods)).toEqual(['a/p', 'b/p']);
    expect(api.asked.filter(({ path }) => !/\/namespaces\/[ab]\//.test(path)).map(({ path }) => path)).toEqual([NODES]);
    expect(cluster.unreadable()).toEqual([{ resource: 'nodes', kind: 'refused', why: `scripted 403 for ${NODES}` }]);
    expect(logged.map(({ said, fields }) => [said, fields['resource']])).toEqual([
      ['info resource of the cluster may not be read, trying again', 'nodes'],
    ]);
    pod('q', 'b');
    pod('q', 'c');
    await settle();
    expect(names(cluster.snapshot().pods)).toEqual(['a/p', 'b/p', 'b/q']);
  });

  it('are named where something in them may not be read', async () => {
    api.refuse('/api/v1/services', { kind: 'list', status: 403 });
    const cluster = await started({ namespaces: ['a'] });
    expect(cluster.unreadable()).toMatchObject([{ resource: 'services', namespace: 'a' }]);
    expect(logged.map(({ said, fields }) => [said, fields['resource'], fields['namespace'], fields['reason']])).toEqual([
      ['warn resource of the cluster may not be read, trying again', 'services', 'a', 'forbidden'],
    ]);
  });
});

describe('what may not be read', () => {
  it('does not hold up the rest, is said once, and is read when it may be', async () => {
    pod('a');
    api.refuse(LWS_PATH, { kind: 'list', status: 404 });
    api.refuse(NODES, { kind: 'list', status: 403 });
    api.put(NODES, { name: 'n' });
    const cluster = await started({ owners: [LWS] });
    expect(cluster.isSynced()).toBe(true);
    const { version } = cluster.snapshot();
    await clock.advance(60_000);
    isDown = true;
    api.endWatches('killed');
    await clock.advance(60_000);
    isDown = false;
    await clock.advance(10_000);
    expect(
      logged.filter(({ said }) => said.startsWith('warn resource')).map(({ fields }) => [fields['resource'], fields['reason']]),
    ).toEqual([
      ['nodes', 'forbidden'],
      ['leaderworkersets.leaderworkerset.x-k8s.io', 'missing'],
    ]);
    api.allow(NODES);
    api.allow(LWS_PATH);
    api.put(LWS_PATH, { name: 'l', namespace: 'ml' });
    await clock.advance(10_000);
    expect(names(cluster.snapshot().nodes)).toEqual(['n']);
    expect(names(cluster.snapshot().owners)).toEqual(['ml/l']);
    expect(cluster.snapshot().version).toBeGreaterThan(version);
    expect(cluster.unreadable()).toEqual([]);
    expect(logged.filter(({ said }) => said === 'info resource of the cluster may be read now')).toHaveLength(2);
    expect(counts.get('list_failures_total nodes forbidden')).toBeGreaterThan(10);
  });

  it('because of a wrong token is waited for', async () => {
    api.refuse(PODS, { kind: 'list', status: 401, times: 3 });
    const cluster = await started();
    expect(cluster.isSynced()).toBe(false);
    expect(cluster.unreadable()).toMatchObject([{ resource: 'pods', kind: 'refused' }]);
    await clock.advance(10_000);
    expect(cluster.isSynced()).toBe(true);
  });
});

describe('an API server that is gone', () => {
  it('is said once, however many resources were read from it, and what was known stays', async () => {
    pod('a');
    const cluster = await started();
    isDown = true;
    api.endWatches('killed');
    await clock.advance(60_000);
    expect(cluster.unreadable()).toHaveLength(9);
    expect(cluster.isSynced()).toBe(true);
    expect(names(cluster.snapshot().pods)).toEqual(['ml/a']);
    isDown = false;
    pod('b');
    await clock.advance(10_000);
    expect(names(cluster.snapshot().pods)).toEqual(['ml/a', 'ml/b']);
    expect(cluster.unreadable()).toEqual([]);
    expect(logged.map(({ said }) => said)).toEqual(['warn cluster is not followed, trying again', 'info cluster is followed again']);
    expect(counts.get('watch_restarts_total pods connection')).toBeGreaterThan(5);
  });

  it('is waited for at the start', async () => {
    isDown = true;
    const cluster = await started();
    await clock.advance(60_000);
    expect(cluster.isSynced()).toBe(false);
    isDown = false;
    await clock.advance(10_000);
    expect(cluster.isSynced()).toBe(true);
    expect(logged.map(({ said }) => said)).toEqual(['warn cluster is not followed, trying again', 'info cluster is followed again']);
  });
});

it('leaves out an object that cannot be read, and counts it', async () => {
  pod('a');
  api.put(PODS, { name: 'b', namespace: 'ml', metadata: { uid: 7 } });
  api.put('/apis/discovery.k8s.io/v1/endpointslices', { name: 'of-nobody', namespace: 'ml' });
  const cluster = await started();
  expect(names(cluster.snapshot().pods)).toEqual(['ml/a']);
  expect(cluster.snapshot().endpointSlices).toEqual([]);
  expect(counts.get('unreadable_objects_total pods')).toBe(1);
  expect(counts.get('unreadable_objects_total endpointslices.discovery.k8s.io')).toBeUndefined();
});

it('counts what watches say', async () => {
  await started();
  pod('a');
  pod('a');
  api.delete(PODS, 'ml/a');
  await settle();
  expect(['added', 'modified', 'deleted'].map((type) => counts.get(`events_total pods ${type}`))).toEqual([1, 1, 1]);
  expect(counts.get('objects pods')).toBe(0);
});
