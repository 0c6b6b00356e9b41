// Targets as rules leave them, and from one snapshot to the next.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import type { ClusterSnapshot } from '../../../src/discovery/kubernetes/objects.ts';
import { TargetFinder } from '../../../src/discovery/kubernetes/targets.ts';
import type { Target } from '../../../src/model/target.ts';
import { kubeNode, kubePod, ownedBy, snapshotOf } from './builders.ts';
import { containers, finderOf, found, type JobInput, TRITON } from './finders.ts';

describe('an API that several would ask', () => {
  it('is asked by none, in one pod or on one host', () => {
    const pods = [
      kubePod('two', { ...containers('a:metrics=8002', 'b:metrics=8012'), ips: ['10.0.0.1'] }),
      kubePod('host-1', { ...containers('a:metrics=8002'), hostNetwork: true, ips: ['192.168.0.1'] }),
      kubePod('host-2', { ...containers('a:metrics=8012'), hostNetwork: true, ips: ['192.168.0.1'] }),
      kubePod('one', { ...containers('a:metrics=8002'), ips: ['10.0.0.2'] }),
    ];
    const finder = finderOf({ kubernetes_sd_configs: [{ role: 'pod', ports: ['metrics'] }] });
    const { targets } = finder.find(snapshotOf({ pods }));
    expect(targets.map(({ apiUrl }) => apiUrl)).toEqual([undefined, undefined, undefined, undefined, 'http://10.0.0.2:8000']);
    expect(targets[0]).not.toHaveProperty('apiUrl');
    expect(finder.find(snapshotOf({ pods, version: 1 })).targets).toBe(targets);
    // One of them is asked again once it is alone, and those that share one stay as they are.
    const after = finder.find(snapshotOf({ pods: pods.filter(({ name }) => name !== 'host-2') })).targets;
    expect(after.map(({ apiUrl }) => apiUrl)).toEqual([undefined, undefined, 'http://192.168.0.1:8000', 'http://10.0.0.2:8000']);
    expect([after[0] === targets[0], after[1] === targets[1], after[3] === targets[4]]).toEqual([true, true, true]);
  });

  it('is one server’s for two jobs that read it', () => {
    const targets = finderOf({}, {}).find(snapshotOf({ pods: [kubePod('a', TRITON)] })).targets;
    expect(targets.map(({ job, apiUrl }) => [job, apiUrl])).toEqual([
      ['job-0', 'http://10.0.0.1:8000'],
      ['job-1', 'http://10.0.0.1:8000'],
    ]);
  });
});

describe('rules', () => {
  const pod = kubePod('a', {
    ...TRITON,
    uid: 'uid-a',
    labels: { app: 'web', 'x.org/tier-2': 'gold' },
    annotations: { 'prometheus.io/interval': '1s' },
    owner: ownedBy('ReplicaSet', 'web-1'),
    ips: ['10.0.0.7'],
  });
  const seenBy = (names: readonly string[], objects: Partial<ClusterSnapshot>, job: JobInput = {}): string | undefined =>
    found({ ...job, relabel_configs: [{ source_labels: [...names], separator: '|', target_label: 'seen' }] }, objects)[0]?.labels.get(
      'seen',
    );

  it('see what Prometheus tells of a pod', () => {
    const names = [
      'namespace',
      ...['name', 'uid', 'ip', 'node_name', 'phase', 'ready', 'controller_kind', 'controller_name'].map((one) => `pod_${one}`),
    ];
    const meta = names.map((name) => `__meta_kubernetes_${name}`);
    expect(seenBy(meta, { pods: [pod] })).toBe('demo|a|uid-a|10.0.0.7|n1|Running|true|ReplicaSet|web-1');
    const port = ['name', 'port_name', 'port_number', 'port_protocol'].map((name) => `__meta_kubernetes_pod_container_${name}`);
    expect(seenBy(port, { pods: [pod] })).toBe('triton|metrics|8002|TCP');
    const undeclared = { kubernetes_sd_configs: [{ role: 'pod' as const, ports: [9], selectors: [{ role: 'pod' as const, label: '' }] }] };
    expect(seenBy(port, { pods: [pod] }, undeclared)).toBe('|||');
    const labels = [
      'label_app',
      'labelpresent_app',
      'label_x_org_tier_2',
      'annotation_prometheus_io_interval',
      'annotationpresent_prometheus_io_interval',
    ];
    expect(
      seenBy(
        labels.map((name) => `__meta_kubernetes_pod_${name}`),
        { pods: [pod] },
      ),
    ).toBe('web|true|gold|1s|true');
  });

  it('see what Prometheus tells of a node', () => {
    const nodes = [kubeNode('n1', { labels: { 'gpu.product': 'L4' } })];
    const names = [
      'instance',
      '__meta_kubernetes_node_name',
      '__meta_kubernetes_node_label_gpu_product',
      '__meta_kubernetes_node_labelpresent_gpu_product',
    ];
    expect(seenBy(names, { nodes }, { source: 'kubelet', kubernetes_sd_configs: [{ role: 'node' }] })).toBe('n1|n1|L4|true');
  });

  it('leave nothing of it behind', () => {
    const [target] = found({ relabel_configs: [{ action: 'labelmap', regex: '__meta_kubernetes_pod_label_(.+)' }] }, { pods: [pod] });
    expect([...(target?.labels ?? [])].slice(5)).toEqual([
      ['app', 'web'],
      ['x_org_tier_2', 'gold'],
      ['instance', '10.0.0.7:8002'],
    ]);
  });

  it.each([
    { rule: { action: 'drop', source_labels: ['__meta_kubernetes_pod_label_app'], regex: 'web' }, expected: [] },
    {
      rule: { action: 'keep', source_labels: ['__meta_kubernetes_namespace'], regex: 'demo' },
      expected: [['http://10.0.0.7:8002/metrics', 5000]],
    },
    {
      rule: { source_labels: ['__meta_kubernetes_pod_ip'], target_label: '__address__', replacement: '$1:9000' },
      expected: [['http://10.0.0.7:9000/metrics', 5000]],
    },
    { rule: { target_label: '__scheme__', replacement: 'https' }, expected: [['https://10.0.0.7:8002/metrics', 5000]] },
    { rule: { target_label: '__metrics_path__', replacement: '/m' }, expected: [['http://10.0.0.7:8002/m', 5000]] },
    { rule: { target_label: '__scrape_interval__', replacement: '30s' }, expected: [['http://10.0.0.7:8002/metrics', 30_000]] },
  ] as const)('$rule', ({ rule, expected }) => {
    const relabel_configs = [rule as unknown as NonNullable<JobInput['relabel_configs']>[number]];
    expect(found({ relabel_configs }, { pods: [pod] }).map(({ url, intervalMs }) => [url, intervalMs])).toEqual(expected);
  });

  it('that leave an endpoint unusable cost it alone, and are told of', () => {
    const relabel_configs = [{ source_labels: ['pod'], regex: 'bad', target_label: '__address__', replacement: 'nowhere' }];
    const other = kubePod('bad', { ...TRITON, ips: ['10.0.0.8'] });
    const finder = finderOf({ relabel_configs });
    const { targets, problems } = finder.find(snapshotOf({ pods: [pod, other] }));
    expect(targets.map(({ labels }) => labels.get('pod'))).toEqual(['a']);
    expect(problems).toEqual([expect.stringMatching(/^cannot read target "nowhere": it is not host:port/)]);
    expect(finder.find(snapshotOf({ pods: [pod, other], version: 2 })).problems).toBe(problems);
    expect(finder.find(snapshotOf({ pods: [pod] })).problems).toEqual([]);
  });

  it('that take a label of the source leave the target without it', () => {
    const relabel_configs = [{ target_label: 'model', replacement: 'm' }];
    const { targets, problems } = finderOf({ relabel_configs }).find(snapshotOf({ pods: [pod] }));
    expect(targets[0]?.labels.has('model')).toBe(false);
    expect(problems).toEqual([expect.stringMatching(/^cannot give a triton target the label "model"/)]);
  });
});

describe('from one snapshot to the next', () => {
  const pods = ['a', 'b', 'c'].map((name, at) => kubePod(name, { ...TRITON, ips: [`10.0.0.${at}`] }));
  const nodes = [kubeNode('n1')];
  const firstLook = (): { finder: TargetFinder; targets: readonly Target[] } => {
    const finder = finderOf({}, { source: 'kubelet', kubernetes_sd_configs: [{ role: 'node' }] });
    return { finder, targets: finder.find(snapshotOf({ pods, nodes })).targets };
  };

  it.each([
    { name: 'nothing', change: () => pods },
    { name: 'a pod that is no target', change: () => [...pods, kubePod('d')] },
    { name: 'the readiness of one', change: () => pods.map((pod) => (pod.name === 'b' ? { ...pod, ready: false } : pod)) },
    { name: 'every object, to an equal one', change: () => pods.map((pod) => ({ ...pod })) },
  ])('the list is the same when $name changed', ({ change }) => {
    const { finder, targets } = firstLook();
    expect(targets).toHaveLength(4);
    expect(finder.find(snapshotOf({ pods: change(), nodes })).targets).toBe(targets);
  });

  it('an object that did not change is not looked at again', () => {
    let looks = 0;
    const seldom = {
      ...kubePod('a'),
      get containers() {
        looks += 1;
        return TRITON.containers;
      },
    };
    const finder = finderOf({});
    for (let version = 0; version < 3; version += 1) finder.find(snapshotOf({ pods: [seldom], version }));
    expect(looks).toBe(1);
  });

  it.each([
    { name: 'another pod in its place', change: { uid: 'another' }, isSameId: false },
    { name: 'another address', change: { ips: ['10.0.0.9'] }, isSameId: false },
    { name: 'another container that has the port', change: containers('server:metrics=8002'), isSameId: true },
    { name: 'another node', change: { node: 'n9' }, isSameId: true },
  ])('$name is another target, and the others stay', ({ change, isSameId }) => {
    const { finder, targets } = firstLook();
    const after = finder.find(snapshotOf({ pods: pods.map((pod) => (pod.name === 'b' ? { ...pod, ...change } : pod)), nodes })).targets;
    expect(after.map((target, at) => target === targets[at])).toEqual([true, false, true, true]);
    expect(after[1]?.id === targets[1]?.id).toBe(isSameId);
  });

  it('a target of a pod that goes is gone, and is another when it is back', () => {
    const { finder, targets } = firstLook();
    const without = finder.find(snapshotOf({ pods: pods.filter(({ name }) => name !== 'a'), nodes })).targets;
    expect(without).toEqual(targets.slice(1));
    expect(without.every((target, at) => target === targets[at + 1])).toBe(true);
    expect(finder.find(snapshotOf({ pods, nodes })).targets).toEqual(targets);
  });

  it('whatever happens the targets are those that a finder without a past finds', () => {
    const pod = fc
      .record({
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        round: fc.integer({ min: 0, max: 1 }),
        host: fc.integer({ min: 1, max: 2 }),
        port: fc.constantFrom(8000, 8002, 8012),
        hasChanged: fc.boolean(),
        to: fc.constantFrom('', 'nowhere', '10.0.0.9:1'),
      })
      .map(({ name, round, host, port, hasChanged, to }) =>
        kubePod(name, {
          uid: `${name}-${round}`,
          ips: [`10.0.0.${host}`],
          ready: hasChanged,
          labels: { to },
          ...containers(`c:metrics=${port}`),
        }),
      );
    const relabel_configs = [{ source_labels: ['__meta_kubernetes_pod_label_to'], regex: '(.+)', target_label: '__address__' }];
    const jobs: readonly JobInput[] = [
      { relabel_configs, kubernetes_sd_configs: [{ role: 'pod', ports: ['metrics'] }] },
      { kubernetes_sd_configs: [{ role: 'pod' }] },
    ];
    const history = fc.array(fc.uniqueArray(pod, { selector: ({ name }) => name }), { maxLength: 8 });
    fc.assert(
      fc.property(history, (steps) => {
        const finder = finderOf(...jobs);
        for (const step of steps)
          expect(finder.find(snapshotOf({ pods: step }))).toEqual(finderOf(...jobs).find(snapshotOf({ pods: step })));
      }),
    );
  });

  it('jobs without a cluster are left to others', () => {
    const config = configSchema.parse({ scrape_configs: [{ job_name: 'a', static_configs: [{ targets: ['a:1'] }] }] });
    expect(new TargetFinder(config).find(snapshotOf({ pods, nodes }))).toEqual({ targets: [], problems: [] });
  });
});
