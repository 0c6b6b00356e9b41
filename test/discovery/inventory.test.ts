import { expect, it } from 'vitest';
import { staticInventory } from '../../src/discovery/inventory.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Target } from '../../src/model/target.ts';

function target(url: string, labels: Record<string, string>): Target {
  return { id: url, job: 'j', source: 'triton', url, labels: labelsOf(labels), honorLabels: false, intervalMs: 5000, timeoutMs: 2500 };
}

const TARGETS = [
  target('a:1', { pod: 'a', namespace: 'demo', deployment: 'triton', service: 'infer', node: 'n1', app: 'x', container: 'one' }),
  target('a:2', { pod: 'a', namespace: 'demo', container: 'two', tier: 'gold' }),
  target('b:1', { pod: 'b', namespace: 'demo', deployment: 'triton', node: 'n2', app: 'y' }),
  target('c:1', { pod: 'a', statefulset: 'set', node: 'n1' }),
  target('d:1', { node: 'n1' }),
  target('e:1', { pod: 'e', namespace: 'other', daemonset: 'dcgm', replicaset: 'rs' }),
];

const inventory = staticInventory({ targets: TARGETS, listedMs: 1000 });

it.each([
  { object: 'apps/deployments demo triton', pods: ['demo/a', 'demo/b'] },
  { object: 'apps/statefulsets default set', pods: ['default/a'] },
  { object: 'apps/daemonsets other dcgm', pods: ['other/e'] },
  { object: 'apps/replicasets other rs', pods: ['other/e'] },
  { object: '/services demo infer', pods: ['demo/a'] },
  { object: '/pods demo a', pods: ['demo/a'] },
  { object: '/nodes - n1', pods: ['demo/a', 'default/a'] },
  { object: '/nodes demo n1', pods: ['demo/a', 'default/a'] },
  { object: '/namespaces - demo', pods: ['demo/a', 'demo/b'] },
  { object: 'apps/deployments default triton', pods: undefined },
  { object: '/deployments demo triton', pods: undefined },
  { object: '/pods - a', pods: undefined },
])('knows the pods of $object', ({ object, pods }) => {
  const [kind = '', namespace = '', name = ''] = object.split(' ');
  const [group = '', resource = ''] = kind.split('/');
  const found = inventory.podsOf({ group, resource, name, ...(namespace === '-' ? {} : { namespace }) });
  expect(found?.map((pod) => `${pod.namespace}/${pod.name}`)).toEqual(pods);
});

it('makes one pod of several targets', () => {
  const [pod] = inventory.allPods();
  expect(inventory.allPods()).toHaveLength(4);
  expect(pod).toMatchObject({ namespace: 'demo', name: 'a', node: 'n1', ready: true, readySinceMs: 1000 });
  expect(pod?.labels.get('container')).toBe('one');
  expect(pod?.labels.get('tier')).toBe('gold');
});

it('leaves out what no label says', () => {
  expect(Object.keys(inventory.podsOf({ group: '', resource: 'pods', namespace: 'other', name: 'e' })?.[0] ?? {})).not.toContain('node');
});

it('selects pods of a namespace by their labels', () => {
  const names = (key: string, value: string): string[] =>
    inventory.podsIn('demo', [{ key, operator: 'In', values: [value] }]).map((pod) => pod.name);
  expect([names('app', 'x'), names('tier', 'gold'), names('namespace', 'demo'), names('app', 'z')]).toEqual([['a'], ['a'], ['a', 'b'], []]);
});

it('hands the same array to who asks again, and another to every other question', () => {
  const questions = (): (readonly Pod[])[] => [
    inventory.podsIn('demo', []),
    inventory.podsIn('other', []),
    inventory.podsIn('demo', [{ key: 'app', operator: 'Exists', values: [] }]),
    inventory.podsIn('demo', [{ key: 'app', operator: 'In', values: ['x', 'y'] }]),
    inventory.podsIn('demo', [{ key: 'app', operator: 'NotIn', values: ['x', 'y'] }]),
    inventory.podsIn('demo', [{ key: 'app', operator: 'In', values: ['x'] }]),
    inventory.podsIn('demo', [
      { key: 'app', operator: 'In', values: ['x'] },
      { key: 'tier', operator: 'Exists', values: [] },
    ]),
  ];
  const first = questions();
  expect(new Set(first).size).toBe(first.length);
  expect(questions().map((pods, index) => pods === first[index])).toEqual(first.map(() => true));
  expect(staticInventory({ targets: TARGETS, listedMs: 1000 }).podsIn('demo', [])).not.toBe(first[0]);
});

it.each([
  { kind: { group: '', resource: 'pods' }, names: ['a', 'b', 'a', 'e'] },
  { kind: { group: '', resource: 'pods', namespace: 'demo' }, names: ['a', 'b'] },
  { kind: { group: '', resource: 'nodes', namespace: 'demo' }, names: ['n1', 'n2'] },
  { kind: { group: 'apps', resource: 'deployments', namespace: 'other' }, names: [] },
  { kind: { group: 'batch', resource: 'jobs' }, names: [] },
])('lists $kind', ({ kind, names }) => {
  expect(inventory.objects(kind).map((object) => object.name)).toEqual(names);
});

it('makes no known pod new on a reload', () => {
  const again = staticInventory({ targets: [...TARGETS, target('f:1', { pod: 'f' })], listedMs: 9000, previous: inventory });
  expect(again.allPods().map((pod) => pod.readySinceMs)).toEqual([1000, 1000, 1000, 1000, 9000]);
});
