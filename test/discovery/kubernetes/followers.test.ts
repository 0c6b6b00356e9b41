// Whose question is it: from what was asked to the autoscalers that ask it.
import { describe, expect, it } from 'vitest';
import { type FollowedMetric, type KubeAutoscaler, trimAutoscaler } from '../../../src/discovery/kubernetes/autoscalers.ts';
import { followersOf } from '../../../src/discovery/kubernetes/followers.ts';
import { kubernetesInventory } from '../../../src/discovery/kubernetes/inventory.ts';
import type { AskedMetric } from '../../../src/model/answer-recorder.ts';
import { parseLabelSelector } from '../../../src/model/parse-label-selector.ts';
import { CUSTOM_OWNERS, kubeOwner, kubePod, ownedBy, snapshotOf } from './builders.ts';

const inventory = kubernetesInventory({
  snapshot: snapshotOf({
    pods: [
      kubePod('triton-a', { labels: { app: 'triton', tier: 'a' }, owner: ownedBy('ReplicaSet', 'triton-1') }),
      kubePod('bert-a', { labels: { app: 'bert' }, owner: ownedBy('ReplicaSet', 'bert-1') }),
      kubePod('group-0', { labels: { app: 'group' }, owner: ownedBy('LeaderWorkerSet', 'group') }),
    ],
    owners: [
      kubeOwner('Deployment', 'triton'),
      kubeOwner('Deployment', 'bert'),
      kubeOwner('Deployment', 'idle'),
      kubeOwner('LeaderWorkerSet', 'group'),
      kubeOwner('ReplicaSet', 'triton-1', { owner: ownedBy('Deployment', 'triton') }),
      kubeOwner('ReplicaSet', 'bert-1', { owner: ownedBy('Deployment', 'bert') }),
    ],
  }),
  owners: CUSTOM_OWNERS,
});

interface Given extends Partial<Pick<KubeAutoscaler, 'namespace' | 'target'>> {
  readonly name: string;
  readonly metric: Partial<FollowedMetric> & Pick<FollowedMetric, 'type'>;
}

function autoscaler({
  name,
  metric,
  namespace = 'demo',
  target = { group: 'apps', kind: 'Deployment', name: 'triton' },
}: Given): KubeAutoscaler {
  return { uid: `uid-${name}`, namespace, name, target, metrics: [{ name: 'm', selector: [], ...metric }] };
}

function followers(asked: Partial<AskedMetric>, ...given: readonly Given[]): string[] {
  const question: AskedMetric = { api: 'custom', metric: 'm', namespace: 'demo', labelSelector: '', metricLabelSelector: '', ...asked };
  return followersOf(question, { autoscalers: given.map(autoscaler), inventory, owners: CUSTOM_OWNERS }).map(({ name }) => name);
}

describe('a question about pods', () => {
  const object = { group: '', resource: 'pods' };
  const metric = { type: 'pods' } as const;
  const scaling = (kind: string, name: string, group = 'apps') => ({ target: { group, kind, name } });
  const all: readonly Given[] = [
    { name: 'triton', metric },
    { name: 'bert', metric, ...scaling('Deployment', 'bert') },
    { name: 'idle', metric, ...scaling('Deployment', 'idle') },
    { name: 'group', metric, ...scaling('LeaderWorkerSet', 'group', 'leaderworkerset.x-k8s.io') },
    { name: 'unheard', metric, ...scaling('Thing', 'triton', 'example.org') },
    { name: 'elsewhere', metric, namespace: 'other' },
    { name: 'other metric', metric: { ...metric, name: 'M' } },
    { name: 'of a model', metric: { ...metric, selector: parseLabelSelector('model=a') } },
    { name: 'of an object', metric: { type: 'object', described: { group: '', kind: 'Pod', name: '*' } } },
    { name: 'external', metric: { type: 'external' } },
  ];

  it.each([
    ['app=triton', ['triton']],
    ['tier=a,app in (triton)', ['triton']],
    ['app in (triton,bert)', ['triton', 'bert']],
    ['app=group', ['group']],
    ['', ['triton', 'bert', 'group']],
    ['app=nobody', ['idle', 'unheard']],
    ['app=(', []],
  ])('is of those who scale one of the pods, or none where there is none: %s', (labelSelector, names) => {
    expect(followers({ object, labelSelector }, ...all)).toEqual(names);
  });

  it('is of those who select the same series', () => {
    expect(followers({ object, labelSelector: 'app=triton', metricLabelSelector: 'model=a' }, ...all)).toEqual(['of a model']);
  });

  it('is nobody’s when it is about all objects of another kind', () => {
    expect(followers({ object: { group: 'apps', resource: 'deployments' } }, ...all)).toEqual([]);
    expect(followers({ object: { group: 'x', resource: 'pods' } }, ...all)).toEqual([]);
  });
});

describe('a question about an object', () => {
  const described = (kind: string, name: string, group = '') => ({ type: 'object', described: { group, kind, name } }) as const;
  const all: readonly Given[] = [
    { name: 'deployment', metric: described('Deployment', 'triton', 'apps') },
    { name: 'other group', metric: described('Deployment', 'triton', 'x') },
    { name: 'service', metric: described('Service', 'triton') },
    { name: 'node', metric: described('Node', 'n1') },
    { name: 'namespace', metric: described('Namespace', 'whatever') },
    { name: 'group', metric: described('LeaderWorkerSet', 'triton', 'leaderworkerset.x-k8s.io') },
    { name: 'pod', metric: described('Pod', 'triton-a') },
    { name: 'elsewhere', metric: described('Deployment', 'triton', 'apps'), namespace: 'other' },
    { name: 'node elsewhere', metric: described('Node', 'n1'), namespace: 'other' },
    { name: 'pods', metric: { type: 'pods' } },
  ];

  it.each<[AskedMetric['object'], string | undefined, string[]]>([
    [{ group: 'apps', resource: 'deployments', name: 'triton' }, 'demo', ['deployment']],
    [{ group: 'apps', resource: 'deployments', name: 'triton' }, 'other', ['elsewhere']],
    [{ group: 'apps', resource: 'deployments', name: 'bert' }, 'demo', []],
    [{ group: '', resource: 'services', name: 'triton' }, 'demo', ['service']],
    [{ group: '', resource: 'pods', name: 'triton-a' }, 'demo', ['pod']],
    [{ group: '', resource: 'nodes', name: 'n1' }, undefined, ['node', 'node elsewhere']],
    [{ group: '', resource: 'namespaces', name: 'demo' }, undefined, ['namespace']],
    [{ group: '', resource: 'namespaces', name: 'other' }, undefined, []],
    [{ group: 'leaderworkerset.x-k8s.io', resource: 'leaderworkersets', name: 'triton' }, 'demo', ['group']],
    [{ group: 'example.org', resource: 'things', name: 'triton' }, 'demo', []],
  ])('is of those who describe it: %j in %s', (object, namespace, names) => {
    expect(followers({ object, namespace }, ...all)).toEqual(names);
  });
});

describe('a question about an external metric', () => {
  const selecting = (text: string, name = 'M_x'): Given['metric'] => ({ type: 'external', name, selector: parseLabelSelector(text) });
  const all: readonly Given[] = [
    { name: 'one', metric: selecting('a=1,b in (x,y)') },
    { name: 'other', metric: selecting('a=2') },
    { name: 'elsewhere', metric: selecting('a=2'), namespace: 'other' },
    { name: 'another', metric: selecting('a=2', 'M_y') },
    { name: 'pods', metric: { type: 'pods', name: 'm_x' } },
  ];

  it.each([
    ['b in (y,x),a=1', ['one']],
    ['a==2', ['other']],
    ['a', []],
    ['', []],
  ])('is of those who select the same, in whatever order and case: %s', (labelSelector, names) => {
    expect(followers({ api: 'external', metric: 'm_X', labelSelector }, ...all)).toEqual(names);
  });
});

it('is the question that the controller makes of a selector', () => {
  const selector = { matchLabels: { model: 'a' }, matchExpressions: [{ key: 'version', operator: 'NotIn', values: ['2', '1'] }] };
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'triton' },
    metrics: [{ type: 'External', external: { metric: { name: 'm', selector } } }],
  };
  const kept = trimAutoscaler({ metadata: { name: 'triton', namespace: 'demo', uid: 'u' }, spec });
  const asked: AskedMetric = {
    api: 'external',
    metric: 'm',
    namespace: 'demo',
    labelSelector: 'model=a,version notin (1,2)',
    metricLabelSelector: '',
  };
  expect(followersOf(asked, { autoscalers: kept === undefined ? [] : [kept], inventory, owners: [] })).toEqual([kept]);
});
