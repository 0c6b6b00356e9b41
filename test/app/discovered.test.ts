// Who is scraped and which pods there are, from one look to the next.
import { describe, expect, it } from 'vitest';
import { type Discovered, Discovery } from '../../src/app/discovered.ts';
import type { Settings } from '../../src/app/settings.ts';
import type { ClusterSnapshot, OwnerResource } from '../../src/discovery/kubernetes/objects.ts';
import { silentLog } from '../../src/model/log.ts';
import { CUSTOM_OWNERS, kubeOwner, kubePod, ownedBy, snapshotOf } from '../discovery/kubernetes/builders.ts';
import { type Logged, recordingLog } from './support/log.ts';
import { discoveredTritons, tritons } from './support/world.ts';

const TRITON = { containers: [{ name: 'triton', ports: [{ number: 8002 }] }] };
const STATIC = { static_configs: [{ targets: ['edge:8002'], labels: { pod: 'edge' } }] };

function looker(
  log = silentLog,
  owners: readonly OwnerResource[] = [],
): (settings: Settings, objects?: Partial<ClusterSnapshot>, atMs?: number) => Discovered {
  const discovery = new Discovery({ log, owners: [...owners] });
  return (settings, objects, atMs = 0) => discovery.look({ settings, snapshot: objects && snapshotOf(objects), atMs });
}

function urls({ targets }: Discovered): string[] {
  return targets.map(({ url }) => url);
}

describe('without a cluster', () => {
  it('targets and pods are those of the configuration', () => {
    const look = looker();
    const settings = tritons('a', 'b');
    const first = look(settings, undefined, 1000);
    expect(first.targets).toBe(settings.targets);
    expect(first.inventory.allPods().map(({ name, readySinceMs }) => [name, readySinceMs])).toEqual([
      ['a', 1000],
      ['b', 1000],
    ]);
    const second = look(tritons('b', 'c'), undefined, 2000);
    expect(second.inventory.allPods().map(({ name, readySinceMs }) => [name, readySinceMs])).toEqual([
      ['b', 1000],
      ['c', 2000],
    ]);
  });
});

describe('with a cluster', () => {
  const pods = [kubePod('a', { ...TRITON, ips: ['10.0.0.1'] }), kubePod('b')];

  it('targets of the configuration come first, and pods are the cluster’s', () => {
    const discovered = looker()(discoveredTritons(STATIC), { pods });
    expect(urls(discovered)).toEqual(['http://edge:8002/metrics', 'http://10.0.0.1:8002/metrics']);
    expect(discovered.inventory.allPods().map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('lists and objects that did not change are the same ones', () => {
    const look = looker();
    const settings = discoveredTritons(STATIC);
    const first = look(settings, { pods });
    const second = look(settings, { pods: pods.map((pod) => (pod.name === 'b' ? { ...pod, ready: false } : pod)), version: 1 });
    expect(second.targets).toBe(first.targets);
    expect(second.inventory.allPods().map((pod, at) => pod === first.inventory.allPods()[at])).toEqual([true, false]);
    const third = look(settings, { pods: [...pods, kubePod('c', { ...TRITON, ips: ['10.0.0.3'] })], version: 2 });
    expect(third.targets.map((target, at) => target === first.targets[at])).toEqual([true, true, false]);
  });

  it('other settings find other targets, and know the same pods', () => {
    const look = looker();
    const known = look(discoveredTritons(), { pods }).inventory.allPods();
    const second = look(discoveredTritons({ metrics_path: '/m' }), { pods });
    expect(urls(second)).toEqual(['http://10.0.0.1:8002/m']);
    expect(second.inventory.allPods().map((pod, at) => pod === known[at])).toEqual([true, true]);
    const equal = look(discoveredTritons({ metrics_path: '/m' }), { pods });
    expect(equal.targets).not.toBe(second.targets);
    expect(equal.targets).toEqual(second.targets);
  });

  it('custom owners are those of the configuration', () => {
    const settings = discoveredTritons();
    const owners = [kubeOwner('Deployment', 'd', { owner: ownedBy('InferenceService', 'llama') })];
    const owned = pods.map((pod) => ({ ...pod, owner: ownedBy('Deployment', 'd') }));
    const object = { group: 'serving.kserve.io', resource: 'inferenceservices', namespace: 'demo', name: 'llama' };
    const { config } = settings;
    const configured = { ...settings, config: { ...config, kubernetes: { ...config.kubernetes, owners: CUSTOM_OWNERS } } };
    expect(looker()(settings, { pods: owned, owners }).inventory.podsOf(object)).toBeUndefined();
    expect(looker(silentLog, CUSTOM_OWNERS)(configured, { pods: owned, owners }).inventory.podsOf(object)).toHaveLength(2);
    // They are followed, and listed by the metrics API, as at the start.
    expect(looker()(configured, { pods: owned, owners }).inventory.podsOf(object)).toBeUndefined();
  });
});

describe('endpoints that rules leave unusable', () => {
  const settings = discoveredTritons({
    relabel_configs: [{ source_labels: ['__meta_kubernetes_pod_label_to'], regex: '(.+)', target_label: '__address__' }],
  });
  const bad = (name: string, to = name) => kubePod(name, { ...TRITON, labels: { to } });
  const good = kubePod('good', TRITON);

  it('are told of once, and again when they come back', () => {
    const logged: Logged[] = [];
    const look = looker(recordingLog(logged));
    look(settings, { pods: [good] });
    expect(logged).toEqual([]);
    look(settings, { pods: [bad('x'), good, bad('y')], version: 1 });
    look(settings, { pods: [bad('x'), good], version: 2 });
    expect(logged).toEqual([
      {
        said: 'warn some endpoints of the cluster are not scraped as relabel_configs say',
        fields: { first: expect.stringMatching(/^cannot read target "x": it is not host:port/), others: 1 },
      },
    ]);
    look(settings, { pods: [bad('z')], version: 3 });
    look(settings, { pods: [good], version: 4 });
    look(settings, { pods: [bad('z')], version: 5 });
    expect(logged.map(({ fields }) => String(fields['first']).slice(0, 22))).toEqual([
      'cannot read target "x"',
      'cannot read target "z"',
      'cannot read target "z"',
    ]);
  });
});
