// Who is scraped in a cluster: pods by their ports, labels and annotations, DCGM exporters, kubelets.
import { describe, expect, it } from 'vitest';
import type { KubePod } from '../../../src/discovery/kubernetes/objects.ts';
import { kubeNode, kubePod } from './builders.ts';
import { containers, found, type JobInput, type RoleInput, TRITON, urlsOf } from './finders.ts';

describe('a Triton', () => {
  it('is a pod that declares port 8002', () => {
    expect(found({}, { pods: [kubePod('a', { ...TRITON, uid: 'uid-a', ips: ['10.0.0.7', 'fd00::7'] })] })).toEqual([
      {
        id: 'job-0|uid-a|http://10.0.0.7:8002/metrics',
        job: 'job-0',
        source: 'triton',
        url: 'http://10.0.0.7:8002/metrics',
        apiUrl: 'http://10.0.0.7:8000',
        labels: new Map([
          ['job', 'job-0'],
          ['node', 'n1'],
          ['namespace', 'demo'],
          ['pod', 'a'],
          ['container', 'triton'],
          ['instance', '10.0.0.7:8002'],
        ]),
        honorLabels: false,
        intervalMs: 5000,
        timeoutMs: 2500,
      },
    ]);
  });

  it.each<{ name: string; pod: Parameters<typeof kubePod>[1]; isFound: boolean }>([
    { name: 'running, not ready yet', pod: { ready: false }, isFound: true },
    { name: 'on the network of its host', pod: { hostNetwork: true }, isFound: true },
    { name: 'pending', pod: { phase: 'Pending' }, isFound: false },
    { name: 'of which nobody hears', pod: { phase: 'Unknown' }, isFound: false },
    { name: 'that ended well', pod: { phase: 'Succeeded' }, isFound: false },
    { name: 'that failed', pod: { phase: 'Failed' }, isFound: false },
    { name: 'that ends', pod: { terminating: true }, isFound: false },
    { name: 'without an address', pod: { ips: [] }, isFound: false },
    { name: 'that declares no port', pod: containers('triton'), isFound: false },
    { name: 'that declares other ports', pod: containers('triton:8000', 'other:metrics=9090'), isFound: false },
  ])('$name: found is $isFound', ({ pod, isFound }) => {
    expect(urlsOf({}, [kubePod('a', { ...TRITON, ...pod })])).toHaveLength(isFound ? 1 : 0);
  });

  it('has a container and a node only where they are known', () => {
    const { node: _, ...pod } = kubePod('a', TRITON);
    const [target] = found(
      { kubernetes_sd_configs: [{ role: 'pod', ports: [9000], selectors: [{ role: 'pod', label: '' }] }] },
      { pods: [pod] },
    );
    expect([...(target?.labels.keys() ?? [])].sort()).toEqual(['instance', 'job', 'namespace', 'pod']);
  });

  it('has an address in brackets where it is of IPv6', () => {
    const [target] = found({}, { pods: [kubePod('a', { ...TRITON, ips: ['fd00::7', '10.0.0.7'] })] });
    expect([target?.url, target?.apiUrl, target?.labels.get('instance')]).toEqual([
      'http://[fd00::7]:8002/metrics',
      'http://[fd00::7]:8000',
      '[fd00::7]:8002',
    ]);
  });

  it('may have a name of 253 characters', () => {
    const name = 'a'.repeat(253);
    const [target] = found({}, { pods: [kubePod(name, TRITON)] });
    expect([target?.labels.get('pod'), target?.id]).toEqual([name, `job-0|uid-${name}|http://10.0.0.1:8002/metrics`]);
  });

  it('is read as its job says', () => {
    const job = { scheme: 'https', metrics_path: '/m', scrape_interval: '1s', honor_labels: true, triton_api: { port: 9000 } } as const;
    expect(found(job, { pods: [kubePod('a', TRITON)] })).toMatchObject([
      { url: 'https://10.0.0.1:8002/m', apiUrl: 'https://10.0.0.1:9000', intervalMs: 1000, timeoutMs: 500, honorLabels: true },
    ]);
    expect(found({ triton_api: { enabled: false } }, { pods: [kubePod('a', TRITON)] })[0]).not.toHaveProperty('apiUrl');
  });
});

describe('ports', () => {
  it('by number or name, at whatever containers have them', () => {
    const pod = kubePod('a', containers('one:metrics=9001', 'two:8000,metrics=9002', 'three:9003'));
    expect(urlsOf({ ports: ['metrics'] }, [pod])).toEqual(['http://10.0.0.1:9001/metrics', 'http://10.0.0.1:9002/metrics']);
    expect(urlsOf({ ports: [9003, 'none', 9002, 9002] }, [pod])).toEqual(['http://10.0.0.1:9003/metrics', 'http://10.0.0.1:9002/metrics']);
  });

  it('name the container that has them', () => {
    const pod = kubePod('a', containers('one:metrics=9001', 'two:metrics=9002', 'copy:metrics=9001'));
    const targets = found({ kubernetes_sd_configs: [{ role: 'pod', ports: ['metrics'] }] }, { pods: [pod] });
    expect(targets.map(({ labels }) => labels.get('container'))).toEqual(['one', 'two']);
  });

  it('need no declaration where somebody chose the pods, unless they are named', () => {
    const pods = [kubePod('a', { labels: { app: 'triton' } }), kubePod('b', { labels: { app: 'web' }, ...TRITON, ips: ['10.0.0.2'] })];
    const selectors = [{ role: 'pod' as const, label: 'app=triton' }];
    expect(urlsOf({ selectors }, pods)).toEqual(['http://10.0.0.1:8002/metrics']);
    expect(urlsOf({ selectors, ports: ['metrics', 8003] }, pods)).toEqual(['http://10.0.0.1:8003/metrics']);
  });

  it('are not guessed beside those that a pod declares, nor on the network of its host', () => {
    const selectors = [{ role: 'pod' as const, label: '' }];
    expect(urlsOf({ selectors, ports: [8002, 8012] }, [kubePod('a', TRITON)])).toEqual(['http://10.0.0.1:8002/metrics']);
    expect(urlsOf({ selectors }, [kubePod('a', { hostNetwork: true })])).toEqual([]);
    expect(urlsOf({ selectors }, [kubePod('a', { ...TRITON, hostNetwork: true })])).toEqual(['http://10.0.0.1:8002/metrics']);
  });

  it('are of ten containers too', () => {
    const pod = kubePod('a', containers(...Array.from({ length: 10 }, (_, at) => `c${at}:${9000 + at}`)));
    expect(urlsOf({ ports: [9009, 9000] }, [pod])).toEqual(['http://10.0.0.1:9009/metrics', 'http://10.0.0.1:9000/metrics']);
  });
});

describe('selectors and namespaces', () => {
  const pods = ['a', 'b', 'c'].map((name, at) =>
    kubePod(name, { ...TRITON, labels: { app: name }, namespace: `ns-${name}`, ips: [`10.0.0.${at}`] }),
  );
  const namesBy = (role: Partial<RoleInput>): string =>
    urlsOf(role, pods)
      .map((url) => 'abc'[Number(/10\.0\.0\.(\d)/.exec(url)?.[1])])
      .join('');

  it.each([
    { role: {}, names: 'abc' },
    { role: { namespaces: { names: ['ns-b', 'ns-c', 'nowhere'] } }, names: 'bc' },
    { role: { selectors: [{ role: 'pod', label: 'app in (a,c)' }] }, names: 'ac' },
    {
      role: {
        selectors: [
          { role: 'pod', label: 'app=a' },
          { role: 'pod', label: 'app=b' },
        ],
      },
      names: 'ab',
    },
    { role: { selectors: [{ role: 'pod', label: 'app=d' }] }, names: '' },
    { role: { selectors: [{ role: 'pod', label: 'app!=a' }], namespaces: { names: ['ns-b'] } }, names: 'b' },
  ] as const)('$role: $names', ({ role, names }) => {
    expect(namesBy(role as unknown as Partial<RoleInput>)).toBe(names);
  });

  it('of two roles that find one endpoint there is one target', () => {
    const roles = [{ role: 'pod' as const }, { role: 'pod' as const, namespaces: { names: ['ns-a'] }, ports: ['metrics', 8000] }];
    expect(found({ kubernetes_sd_configs: roles }, { pods: pods.slice(0, 1) }).map(({ url }) => url)).toEqual([
      'http://10.0.0.0:8002/metrics',
      'http://10.0.0.0:8000/metrics',
    ]);
  });
});

describe('annotations', () => {
  const annotated = (said: Readonly<Record<string, string>>, rest: Parameters<typeof kubePod>[1] = {}): KubePod => {
    const annotations = Object.fromEntries(Object.entries(said).map(([name, value]) => [`prometheus.io/${name}`, value]));
    return kubePod('a', { annotations, ...rest });
  };
  const BY_DEFAULT = 'http://10.0.0.1:8002/metrics';

  it.each([
    { name: 'a pod that wants it', said: { scrape: 'true' }, rest: {}, urls: [BY_DEFAULT] },
    { name: 'all of them', said: { scrape: 'true', port: '9', path: '/m', scheme: 'https' }, rest: TRITON, urls: ['https://10.0.0.1:9/m'] },
    { name: 'a pod that does not want it', said: { scrape: 'false' }, rest: TRITON, urls: [] },
    { name: 'a pod that says nothing', said: {}, rest: TRITON, urls: [BY_DEFAULT] },
    { name: 'a pod that says nothing and declares nothing', said: {}, rest: {}, urls: [] },
    { name: 'a port of a pod that did not say whether', said: { port: '9' }, rest: TRITON, urls: [BY_DEFAULT] },
    { name: 'a path of a pod that did not say whether', said: { path: '/m' }, rest: TRITON, urls: ['http://10.0.0.1:8002/m'] },
    { name: 'neither true nor false', said: { scrape: 'True' }, rest: {}, urls: [] },
    { name: 'neither true nor false, of a pod that declares', said: { scrape: 'yes' }, rest: TRITON, urls: [BY_DEFAULT] },
    { name: 'what is no path or scheme', said: { scrape: 'true', path: 'm', scheme: 'ftp' }, rest: {}, urls: [BY_DEFAULT] },
  ])('$name', ({ said, rest, urls }) => {
    expect(urlsOf({ annotations: true }, [annotated(said, rest)])).toEqual(urls);
  });

  it.each(['', '0', '65536', '-1', '8002.5', '0x1F42', '8e3', ' 8002', 'metrics'])('a port of %j is none', (port) => {
    expect(urlsOf({ annotations: true }, [annotated({ scrape: 'true', port }, containers('c:8000'))])).toEqual([BY_DEFAULT]);
  });

  it('mean nothing unless they are asked for', () => {
    expect(urlsOf({}, [annotated({ scrape: 'true', port: '9' }), annotated({ scrape: 'false' }, TRITON)])).toEqual([BY_DEFAULT]);
  });
});

describe('DCGM exporters', () => {
  const declared = containers('exporter:metrics=9400');

  it.each([
    { labels: { app: 'nvidia-dcgm-exporter' }, isFound: true },
    { labels: { app: 'dcgm-exporter' }, isFound: true },
    { labels: { 'app.kubernetes.io/name': 'dcgm-exporter' }, isFound: true },
    { labels: { 'app.kubernetes.io/name': 'gke-managed-dcgm-exporter' }, isFound: true },
    { labels: { app: 'node-exporter' }, isFound: false },
    { labels: {}, isFound: false },
  ])('with the labels $labels: found is $isFound', ({ labels, isFound }) => {
    const pod = kubePod('a', { ...declared, labels: labels as Readonly<Record<string, string>> });
    expect(urlsOf({}, [pod], { source: 'dcgm' })).toEqual(isFound ? ['http://10.0.0.1:9400/metrics'] : []);
  });

  it('leave pods to their lines', () => {
    const pod = kubePod('a', { ...declared, labels: { app: 'dcgm-exporter' } });
    expect(found({ source: 'dcgm' }, { pods: [pod] })[0]?.labels).toEqual(
      new Map([
        ['job', 'job-0'],
        ['node', 'n1'],
        ['instance', '10.0.0.1:9400'],
      ]),
    );
  });

  it('on nodes are found at their usual port, whatever labels nodes have', () => {
    expect(found({ source: 'dcgm', kubernetes_sd_configs: [{ role: 'node' }] }, { nodes: [kubeNode('n1')] })).toMatchObject([
      { url: 'http://192.168.0.1:9400/metrics', source: 'dcgm' },
    ]);
  });
});

describe('kubelets', () => {
  const KUBELET: JobInput = { source: 'kubelet', kubernetes_sd_configs: [{ role: 'node' }] };

  it('are found at their port, with the name and the cores of their node', () => {
    const nodes = [kubeNode('n1', { uid: 'uid-n1', kubeletPort: 10_251, cpuCores: 3.92 }), kubeNode('n2', { addresses: [] })];
    expect(found(KUBELET, { nodes, pods: [kubePod('a', TRITON)] })).toEqual([
      {
        id: 'job-0|uid-n1|https://192.168.0.1:10251/metrics/resource',
        job: 'job-0',
        source: 'kubelet',
        url: 'https://192.168.0.1:10251/metrics/resource',
        labels: new Map([
          ['job', 'job-0'],
          ['node', 'n1'],
          ['instance', 'n1'],
        ]),
        facts: [{ labels: new Map([['__name__', 'node_cpu_cores']]), value: 3.92 }],
        honorLabels: false,
        intervalMs: 15_000,
        timeoutMs: 7500,
      },
    ]);
  });

  it('are selected by labels of nodes, and have other ports where that is said', () => {
    const nodes = [kubeNode('n1', { labels: { gpu: 'yes' }, addresses: ['fd00::1', 'host'] }), kubeNode('n2')];
    const role = { role: 'node', ports: [9100, 'metrics'], selectors: [{ role: 'node', label: 'gpu' }] } as const;
    const targets = found(
      { ...KUBELET, kubernetes_sd_configs: [{ ...role, ports: [...role.ports], selectors: [...role.selectors] }] },
      { nodes },
    );
    expect(targets.map(({ url }) => url)).toEqual(['https://[fd00::1]:9100/metrics/resource']);
    expect(targets[0]).not.toHaveProperty('facts');
  });
});
