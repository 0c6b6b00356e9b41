import { describe, expect, it } from 'vitest';
import { staticInventory } from '../../../src/discovery/inventory.ts';
import { kubernetesInventory } from '../../../src/discovery/kubernetes/inventory.ts';
import type { ClusterSnapshot, KubePod } from '../../../src/discovery/kubernetes/objects.ts';
import type { Inventory, ObjectRef } from '../../../src/model/inventory.ts';
import { parseLabelSelector } from '../../../src/model/parse-label-selector.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { CUSTOM_OWNERS, kubeNode, kubeOwner, kubePod, kubeService, kubeSlice, ownedBy, snapshotOf } from './builders.ts';

function inventoryOf(objects: Partial<ClusterSnapshot>, previous?: Inventory): Inventory {
  return kubernetesInventory({ snapshot: snapshotOf(objects), owners: CUSTOM_OWNERS, previous });
}

/** `apps/deployments demo/triton`, `/nodes n1`. */
function objectNamed(text: string): ObjectRef {
  const [kind = '', place = ''] = text.split(' ');
  const [group = '', resource = ''] = kind.split('/');
  const [namespace, name] = place.includes('/') ? place.split('/') : [undefined, place];
  return { group, resource, name: name ?? '', ...(namespace === undefined ? {} : { namespace }) };
}

function names(pods: readonly Pod[] | undefined): string | undefined {
  return pods?.map(({ name }) => name).join(' ');
}

describe('the pods behind an object', () => {
  const inventory = inventoryOf({
    pods: [
      kubePod('web-2', { owner: ownedBy('ReplicaSet', 'web-new'), labels: { app: 'web' } }),
      kubePod('web-1', { owner: ownedBy('ReplicaSet', 'web-old'), labels: { app: 'web', tier: 'gold' }, node: 'n2' }),
      kubePod('web-3', { owner: ownedBy('ReplicaSet', 'web-new'), labels: { app: 'web' }, terminating: true }),
      kubePod('isvc-1', { owner: ownedBy('ReplicaSet', 'isvc-rs'), ready: false, readyChangedMs: 0 }),
      kubePod('lws-0', { owner: ownedBy('StatefulSet', 'leaders') }),
      kubePod('lws-0-1', { owner: ownedBy('StatefulSet', 'workers') }),
      kubePod('exporter', { owner: ownedBy('DaemonSet', 'dcgm'), namespace: 'gpu' }),
      kubePod('batch-1', { owner: ownedBy('Job', 'nightly-1') }),
      kubePod('batch-2', { owner: ownedBy('Job', 'nightly-1'), phase: 'Succeeded' }),
      kubePod('batch-3', { owner: ownedBy('Job', 'nightly-2'), phase: 'Failed' }),
      kubePod('lonely', { phase: 'Unknown', owner: { group: 'x.org', kind: 'Thing', name: 'thing', uid: 'thing' } }),
      kubePod('homeless', { phase: 'Pending', namespace: 'other', ips: [] }),
    ],
    owners: [
      kubeOwner('Deployment', 'web'),
      kubeOwner('Deployment', 'empty'),
      kubeOwner('ReplicaSet', 'web-old', { owner: ownedBy('Deployment', 'web') }),
      kubeOwner('ReplicaSet', 'web-new', { owner: ownedBy('Deployment', 'web') }),
      kubeOwner('Deployment', 'isvc', { owner: ownedBy('InferenceService', 'llama') }),
      kubeOwner('ReplicaSet', 'isvc-rs', { owner: ownedBy('Deployment', 'isvc') }),
      kubeOwner('InferenceService', 'llama'),
      kubeOwner('StatefulSet', 'leaders', { owner: ownedBy('LeaderWorkerSet', 'lws') }),
      kubeOwner('StatefulSet', 'workers', { owner: ownedBy('Pod', 'lws-0') }),
      kubeOwner('DaemonSet', 'dcgm', { namespace: 'gpu' }),
      kubeOwner('Job', 'nightly-1', { owner: ownedBy('CronJob', 'nightly') }),
      kubeOwner('Job', 'nightly-2', { owner: ownedBy('CronJob', 'nightly') }),
    ],
    services: [
      kubeService('web', { app: 'web' }),
      kubeService('gold', { app: 'web', tier: 'gold' }),
      kubeService('nobody', { app: 'nobody' }),
      kubeService('by-hand'),
      kubeService('by-nobody'),
    ],
    endpointSlices: [
      kubeSlice('by-hand', ['web-2', 'gone', 'web-3']),
      kubeSlice('by-hand', ['isvc-1', 'web-2']),
      kubeSlice('web', ['lonely']),
      kubeSlice('by-hand', ['homeless'], { namespace: 'other' }),
    ],
    nodes: [kubeNode('n1'), kubeNode('n3')],
  });

  it.each([
    { object: 'apps/deployments demo/web', pods: 'web-1 web-2' },
    { object: 'apps/replicasets demo/web-new', pods: 'web-2' },
    { object: 'apps/deployments demo/empty', pods: '' },
    { object: 'apps/deployments other/web', pods: undefined },
    { object: 'apps/deployments web', pods: undefined },
    { object: '/deployments demo/web', pods: undefined },
    { object: 'apps/deployments demo/none', pods: undefined },
    { object: 'serving.kserve.io/inferenceservices demo/llama', pods: 'isvc-1' },
    { object: 'apps/deployments demo/isvc', pods: 'isvc-1' },
    { object: 'apps/statefulsets demo/workers', pods: 'lws-0-1' },
    { object: 'apps/statefulsets demo/leaders', pods: 'lws-0 lws-0-1' },
    // The object itself is not read, but for its name in a reference.
    { object: 'leaderworkerset.x-k8s.io/leaderworkersets demo/lws', pods: 'lws-0 lws-0-1' },
    { object: 'batch/cronjobs demo/nightly', pods: 'batch-1' },
    { object: 'apps/daemonsets gpu/dcgm', pods: 'exporter' },
    { object: 'batch/jobs demo/nightly-1', pods: 'batch-1' },
    { object: 'batch/jobs demo/nightly-2', pods: '' },
    { object: 'x.org/things demo/thing', pods: undefined },
    { object: '/pods demo/web-1', pods: 'web-1' },
    { object: '/pods demo/lws-0', pods: 'lws-0' },
    { object: '/pods demo/web-3', pods: undefined },
    { object: '/pods demo/batch-2', pods: undefined },
    { object: '/pods other/web-1', pods: undefined },
    { object: '/services demo/web', pods: 'web-1 web-2' },
    { object: '/services demo/gold', pods: 'web-1' },
    { object: '/services demo/nobody', pods: '' },
    { object: '/services demo/by-hand', pods: 'isvc-1 web-2' },
    { object: '/services demo/by-nobody', pods: '' },
    { object: '/services other/by-hand', pods: undefined },
    { object: '/nodes n2', pods: 'web-1' },
    // The HPA asks about a node inside its own namespace; n2 is known by its pod only.
    { object: '/nodes demo/n2', pods: 'web-1' },
    { object: '/nodes gpu/n1', pods: 'batch-1 isvc-1 lonely lws-0 lws-0-1 web-2 exporter homeless' },
    { object: '/nodes n3', pods: '' },
    { object: '/nodes n4', pods: undefined },
    { object: '/namespaces gpu', pods: 'exporter' },
    { object: '/namespaces other', pods: 'homeless' },
    { object: '/namespaces nowhere', pods: undefined },
  ])('$object: $pods', ({ object, pods }) => {
    expect(names(inventory.podsOf(objectNamed(object)))).toBe(pods);
  });

  it.each([
    { kind: '/pods', namespace: 'other', objects: 'other/homeless' },
    { kind: 'apps/deployments', namespace: 'demo', objects: 'demo/isvc demo/web' },
    { kind: 'apps/daemonsets', namespace: undefined, objects: 'gpu/dcgm' },
    { kind: 'batch/cronjobs', namespace: undefined, objects: 'demo/nightly' },
    { kind: 'leaderworkerset.x-k8s.io/leaderworkersets', namespace: 'demo', objects: 'demo/lws' },
    { kind: '/services', namespace: 'demo', objects: 'demo/by-hand demo/gold demo/web' },
    { kind: '/services', namespace: 'gpu', objects: '' },
    { kind: '/nodes', namespace: 'demo', objects: 'n1 n2' },
    { kind: '/namespaces', namespace: undefined, objects: 'demo gpu other' },
    { kind: 'x.org/things', namespace: undefined, objects: '' },
  ])('lists $kind of $namespace that have pods: $objects', ({ kind, namespace, objects }) => {
    const [group = '', resource = ''] = kind.split('/');
    const asked = { group, resource, ...(namespace === undefined ? {} : { namespace }) };
    const found = inventory.objects(asked);
    expect(found.map((object) => [object.namespace, object.name].filter(Boolean).join('/')).join(' ')).toBe(objects);
    expect(found.every((object) => object.group === group && object.resource === resource)).toBe(true);
    expect(inventory.objects(asked)).toEqual(found);
  });

  it.each([
    { selector: '', pods: 'batch-1 isvc-1 lonely lws-0 lws-0-1 web-1 web-2' },
    { selector: 'app=web', pods: 'web-1 web-2' },
    { selector: 'app=web,tier!=gold', pods: 'web-2' },
    { selector: 'tier in (gold,silver)', pods: 'web-1' },
    { selector: 'app=none', pods: '' },
    { selector: '!app', pods: 'batch-1 isvc-1 lonely lws-0 lws-0-1' },
  ])('selects by $selector: $pods', ({ selector, pods }) => {
    expect(names(inventory.podsIn('demo', parseLabelSelector(selector)))).toBe(pods);
    expect(inventory.podsIn('nowhere', parseLabelSelector(selector))).toEqual([]);
  });

  it('selects by more labels than it has room for', () => {
    for (let label = 0; label < 100; label += 1) expect(inventory.podsIn('demo', parseLabelSelector(`l${label}=x`))).toEqual([]);
    expect(names(inventory.podsIn('demo', parseLabelSelector('app=web')))).toBe('web-1 web-2');
  });

  it('has every pod that is there', () => {
    expect(names(inventory.allPods())).toBe('batch-1 isvc-1 lonely lws-0 lws-0-1 web-1 web-2 exporter homeless');
  });
});

describe('owners', () => {
  it.each([
    {
      name: 'that own each other',
      owners: [
        kubeOwner('Deployment', 'a', { owner: ownedBy('ReplicaSet', 'b') }),
        kubeOwner('ReplicaSet', 'b', { owner: ownedBy('Deployment', 'a') }),
      ],
      pods: [kubePod('p', { owner: ownedBy('ReplicaSet', 'b') })],
    },
    {
      name: 'that own themselves',
      owners: [kubeOwner('Deployment', 'a', { owner: ownedBy('Deployment', 'a') })],
      pods: [kubePod('p', { owner: ownedBy('Deployment', 'a') })],
    },
    {
      name: 'that a pod owns which they own',
      owners: [kubeOwner('Deployment', 'a', { owner: ownedBy('Pod', 'p') })],
      pods: [kubePod('p', { owner: ownedBy('Deployment', 'a') })],
    },
  ])('$name', ({ owners, pods }) => {
    const inventory = inventoryOf({ owners, pods });
    expect(names(inventory.podsOf(objectNamed('apps/deployments demo/a')))).toBe('p');
    expect(inventory.objects({ group: 'apps', resource: 'deployments' })).toHaveLength(1);
  });

  it('may be a thousand above one another', () => {
    const chain = Array.from({ length: 1000 }, (_, at) =>
      kubeOwner('ReplicaSet', `r${at}`, { owner: ownedBy('ReplicaSet', `r${at + 1}`) }),
    );
    const inventory = inventoryOf({ owners: chain, pods: [kubePod('p', { owner: ownedBy('ReplicaSet', 'r0') })] });
    expect(names(inventory.podsOf(objectNamed('apps/replicasets demo/r1000')))).toBe('p');
  });

  it('are told apart by uid where one is read, and are one by name where none is', () => {
    const pods = [
      kubePod('old', { owner: ownedBy('Deployment', 'web', 'uid-1') }),
      kubePod('new', { owner: ownedBy('Deployment', 'web', 'uid-2') }),
    ];
    const read = inventoryOf({ pods, owners: [kubeOwner('Deployment', 'web', { uid: 'uid-2' })] });
    expect(names(read.podsOf(objectNamed('apps/deployments demo/web')))).toBe('new');
    expect(names(inventoryOf({ pods }).podsOf(objectNamed('apps/deployments demo/web')))).toBe('new old');
  });

  it('may belong to the whole cluster', () => {
    const { namespace: _, ...llama } = kubeOwner('InferenceService', 'llama');
    const pods = ['a', 'b'].map((namespace) => kubePod(`of-${namespace}`, { namespace, owner: ownedBy('InferenceService', 'llama') }));
    const inventory = inventoryOf({ pods, owners: [llama, kubeOwner('Deployment', 'empty', { namespace: 'b' })] });
    const asked = ['serving.kserve.io/inferenceservices llama', 'serving.kserve.io/inferenceservices elsewhere/llama'];
    expect(asked.map((object) => names(inventory.podsOf(objectNamed(object))))).toEqual(['of-a of-b', 'of-a of-b']);
    const listed = { group: 'serving.kserve.io', resource: 'inferenceservices' };
    expect(inventory.objects({ ...listed, namespace: 'a' })).toEqual([{ ...listed, name: 'llama' }]);
  });
});

describe('a pod', () => {
  function seen(pod: KubePod, previous?: Inventory): Pod | undefined {
    return inventoryOf({ pods: [pod] }, previous).allPods()[0];
  }

  it('is told with all that is known of it', () => {
    const kube = kubePod('p', { labels: { app: 'web' }, startedMs: 1000, readyChangedMs: 61_000 });
    expect(seen(kube)).toEqual({
      namespace: 'demo',
      name: 'p',
      labels: kube.labels,
      node: 'n1',
      ready: true,
      readySinceMs: 61_000,
      startedMs: 1000,
    });
  });

  it('is told without what is not known', () => {
    const { node: _, readyChangedMs: __, startedMs: ___, ...kube } = kubePod('p');
    expect(Object.keys(seen(kube) ?? {}).sort()).toEqual(['labels', 'name', 'namespace', 'ready']);
  });

  it.each([
    { name: 'ready', pod: kubePod('p', { readyChangedMs: 1000 }), starting: undefined },
    { name: 'not ready since its start', pod: kubePod('p', { ready: false, readyChangedMs: 1000 }), starting: true },
    { name: 'not ready, as late as the first time may be', pod: kubePod('p', { ready: false, readyChangedMs: 29_999 }), starting: true },
    { name: 'not ready any more', pod: kubePod('p', { ready: false, readyChangedMs: 30_000 }), starting: undefined },
    {
      name: 'not looked at yet',
      pod: (({ readyChangedMs: _, startedMs: __, ...pod }) => pod)(kubePod('p', { ready: false })),
      starting: true,
    },
  ])('$name: starting is $starting', ({ pod, starting }) => {
    expect(seen(pod)?.starting).toBe(starting);
    if (!pod.ready) expect(seen(pod)?.readySinceMs).toBeUndefined();
  });

  it('is starting no more once it was seen ready, through any number of inventories', () => {
    const young = { readyChangedMs: 1000, startedMs: 0 };
    let inventory = inventoryOf({ pods: [kubePod('p', young)] });
    for (let round = 0; round < 3; round += 1) inventory = inventoryOf({ pods: [kubePod('p', { ...young, ready: false })] }, inventory);
    expect(inventory.allPods()[0]?.starting).toBeUndefined();
    const replaced = inventoryOf({ pods: [kubePod('p', { ...young, ready: false, uid: 'another' })] }, inventory);
    expect(replaced.allPods()[0]?.starting).toBe(true);
  });
});

describe('from one inventory to the next', () => {
  const web = ['a', 'b', 'c'].map((name) => kubePod(name, { labels: { app: 'web' }, owner: ownedBy('Deployment', 'web') }));
  const others = [kubePod('x', { namespace: 'other', node: 'n2' })];
  const services = [kubeService('web', { app: 'web' })];
  const QUESTIONS = ['apps/deployments demo/web', '/services demo/web', '/namespaces demo', '/nodes n1', '/nodes n2', '/namespaces other'];
  const answers = (inventory: Inventory): unknown[] => [
    ...QUESTIONS.map((object) => inventory.podsOf(objectNamed(object))),
    inventory.podsIn('demo', parseLabelSelector('app=web')),
    inventory.podsIn('demo', parseLabelSelector('app')),
    inventory.podsOf(objectNamed('/pods demo/a')),
    inventory.allPods(),
  ];
  const first = inventoryOf({ pods: [...web, ...others], services });
  const before = answers(first);

  function keptAfter(pods: readonly KubePod[]): boolean[] {
    const after = answers(inventoryOf({ pods, services }, first));
    return after.map((answer, at) => answer === before[at]);
  }

  it.each([
    { name: 'nothing', change: (pod: KubePod) => pod },
    { name: 'an equal object', change: (pod: KubePod) => ({ ...pod, labels: new Map(pod.labels) }) },
    { name: 'what questions do not see', change: (pod: KubePod) => ({ ...pod, annotations: new Map([['prometheus.io/port', '1']]) }) },
  ])('keeps every list when $name changed', ({ change }) => {
    const [one, ...rest] = web;
    expect(keptAfter([...(one === undefined ? [] : [change(one)]), ...rest, ...others])).not.toContain(false);
    expect(keptAfter([...others, ...web.toReversed()])).not.toContain(false);
  });

  it.each<Partial<KubePod>>([
    { ready: false },
    { readyChangedMs: 1 },
    { startedMs: 1 },
    { node: 'n3' },
    { labels: new Map([['app', 'wob']]) },
    { labels: new Map([['ap', 'web']]) },
    { labels: new Map() },
    { uid: 'another', ready: false, readyChangedMs: 1 },
  ])('tells a pod anew of which %j is new', (change) => {
    const [before] = inventoryOf({ pods: web }).allPods();
    const previous = inventoryOf({ pods: web });
    const after = inventoryOf({ pods: web.map((pod) => (pod.name === 'a' ? { ...pod, ...change } : pod)) }, previous);
    expect(after.allPods()[0]).not.toEqual(before);
    expect(after.allPods()[1]).toBe(previous.allPods()[1]);
  });

  it('keeps the lists that the changed pod is not in, and the other pods in the rest', () => {
    const [a, b, c] = web.map((pod) => (pod.name === 'b' ? { ...pod, ready: false } : pod));
    const pods = [a, b, c, ...others].filter((pod) => pod !== undefined);
    expect(keptAfter(pods)).toEqual([false, false, false, false, true, true, false, false, true, false]);
    const after = inventoryOf({ pods, services }, first).podsOf(objectNamed('apps/deployments demo/web'));
    const known = first.podsOf(objectNamed('apps/deployments demo/web'));
    expect(after?.map((pod, at) => pod === known?.[at])).toEqual([true, false, true]);
  });

  it.each<{ name: string; before: Partial<ClusterSnapshot>; after: Partial<ClusterSnapshot>; object: string }>([
    { name: 'a selector', before: { services }, after: { services: [kubeService('web', { app: 'x' })] }, object: '/services demo/web' },
    {
      name: 'a slice',
      before: { services: [kubeService('web')], endpointSlices: [kubeSlice('web', ['a', 'b'])] },
      after: { services: [kubeService('web')], endpointSlices: [kubeSlice('web', [])] },
      object: '/services demo/web',
    },
    {
      name: 'an owner',
      before: {},
      after: { owners: [kubeOwner('Deployment', 'web', { uid: 'another' })] },
      object: 'apps/deployments demo/web',
    },
    { name: 'a node', before: { nodes: [] }, after: { nodes: [kubeNode('n9')] }, object: '/nodes n9' },
  ])('sees $name alone change', ({ before: one, after: other, object }) => {
    const earlier = inventoryOf({ pods: web, ...one });
    const was = earlier.podsOf(objectNamed(object));
    expect(inventoryOf({ pods: web, ...other }, earlier).podsOf(objectNamed(object))).toEqual([]);
    expect(was).not.toEqual([]);
  });

  it('leaves the inventory before as it was', () => {
    inventoryOf({ pods: others }, first);
    expect(answers(first).map((answer, at) => answer === before[at])).not.toContain(false);
  });

  it('takes nothing over from other kinds of inventory, nor an answer about kinds that were others', () => {
    const fixed = staticInventory({ targets: [], listedMs: 0 });
    expect(names(inventoryOf({ pods: web }, fixed).allPods())).toBe('a b c');
    const asked = { group: 'x.org', resource: 'things', namespace: 'demo', name: 'web' };
    const snapshot = snapshotOf({ pods: [kubePod('p', { owner: { group: 'x.org', kind: 'Thing', name: 'web', uid: '1' } })] });
    const kindCalled = (kind: string, previous?: Inventory): Inventory =>
      kubernetesInventory({
        snapshot,
        owners: [{ group: 'x.org', version: 'v1', resource: 'things', kind }],
        previous,
      });
    const things = kindCalled('Thing');
    expect(names(things.podsOf(asked))).toBe('p');
    expect(kindCalled('Thang', things).podsOf(asked)).toBeUndefined();
  });
});
