import { describe, expect, it } from 'vitest';
import { trimPod } from '../../../src/discovery/kubernetes/trim-pod.ts';

const metadata = { name: 'triton-0', namespace: 'ml', uid: 'u1' };

/** A pod with what the API server adds to everything. */
const FULL = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: {
    ...metadata,
    resourceVersion: '7',
    labels: { app: 'triton', __proto__: null, zone: 'a' },
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8002', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'o0' },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'triton-1', uid: 'o1', controller: true, blockOwnerDeletion: true },
    ],
    managedFields: [{ manager: 'kubelet' }],
  },
  spec: {
    nodeName: 'node-1',
    hostNetwork: true,
    initContainers: [
      { name: 'prepare', ports: [{ containerPort: 1 }] },
      { name: 'sidecar', restartPolicy: 'Always', ports: [{ name: 'proxy', containerPort: 15_000, protocol: 'TCP' }] },
    ],
    containers: [
      {
        name: 'triton',
        image: 'triton',
        ports: [
          { name: 'http', containerPort: 8000, protocol: 'TCP' },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
          { containerPort: 8002 },
        ],
      },
      { name: 'log' },
    ],
  },
  status: {
    phase: 'Running',
    startTime: '2026-08-22T10:00:00Z',
    podIP: '10.1.0.7',
    podIPs: [{ ip: '10.1.0.7' }, { ip: 'fd00::7' }],
    conditions: [
      { type: 'Initialized', status: 'True', lastTransitionTime: '2026-08-22T10:00:01Z' },
      { type: 'Ready', status: 'True', lastTransitionTime: '2026-08-22T10:00:30Z' },
    ],
  },
};

it('keeps what is asked of a pod, and nothing more', () => {
  expect(trimPod(FULL)).toEqual({
    uid: 'u1',
    namespace: 'ml',
    name: 'triton-0',
    owner: { group: 'apps', kind: 'ReplicaSet', name: 'triton-1', uid: 'o1' },
    labels: new Map([
      ['app', 'triton'],
      ['zone', 'a'],
    ]),
    annotations: new Map([
      ['prometheus.io/scrape', 'true'],
      ['prometheus.io/port', '8002'],
    ]),
    node: 'node-1',
    ips: ['10.1.0.7', 'fd00::7'],
    hostNetwork: true,
    phase: 'Running',
    terminating: false,
    ready: true,
    readyChangedMs: Date.UTC(2026, 7, 22, 10, 0, 30),
    startedMs: Date.UTC(2026, 7, 22, 10, 0, 0),
    containers: [
      { name: 'sidecar', ports: [{ name: 'proxy', number: 15_000 }] },
      { name: 'triton', ports: [{ name: 'http', number: 8000 }, { number: 8002 }] },
      { name: 'log', ports: [] },
    ],
  });
});

it('knows a label of any name', () => {
  const labels = JSON.parse('{"__proto__": "a", "constructor": "b"}');
  expect([...trimPod({ metadata: { ...metadata, labels } }).labels]).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

describe('of a pod', () => {
  it.each<{ name: string; pod: Readonly<Record<string, unknown>>; trimmed: Readonly<Record<string, unknown>> }>([
    {
      name: 'that was only just made, everything else is unknown',
      pod: {},
      trimmed: {
        ips: [],
        phase: 'Unknown',
        ready: false,
        terminating: false,
        hostNetwork: false,
        containers: [],
        labels: new Map(),
        annotations: new Map(),
      },
    },
    {
      name: 'that is being deleted, the rest stays',
      pod: { metadata: { ...metadata, deletionTimestamp: '2026-08-22T10:00:00Z' }, status: { phase: 'Running' } },
      trimmed: { terminating: true, phase: 'Running' },
    },
    {
      name: 'with one address of the old field, it is the address',
      pod: { status: { podIP: 'fd00::1' } },
      trimmed: { ips: ['fd00::1'] },
    },
    {
      name: 'with addresses that are none, those are not there',
      pod: { status: { podIP: '', podIPs: [{ ip: 'localhost' }, {}, null, { ip: '10.0.0.1' }, { ip: '10.0.0.1' }] } },
      trimmed: { ips: ['10.0.0.1'] },
    },
    {
      name: 'that is not ready, it is known since when',
      pod: { status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-08-22T10:00:00Z' }] } },
      trimmed: { ready: false, readyChangedMs: Date.UTC(2026, 7, 22, 10) },
    },
    {
      name: 'whose readiness nobody knows, it is not ready',
      pod: { status: { phase: 'Strange', conditions: [{ type: 'Ready', status: 'Unknown', lastTransitionTime: 'yesterday' }] } },
      trimmed: { ready: false, phase: 'Unknown' },
    },
    {
      name: 'with ports that are none, those are not there',
      pod: {
        spec: {
          containers: [
            {
              name: 'a',
              ports: [
                { containerPort: 0 },
                { containerPort: 65_536 },
                { containerPort: '8002' },
                { containerPort: 80.5 },
                null,
                { name: 'sctp', containerPort: 1, protocol: 'SCTP' },
                { name: 5, containerPort: 8002 },
                { name: 'a port name that is no port', containerPort: 8003 },
              ],
            },
            { ports: [{ containerPort: 1 }] },
            'b',
          ],
        },
      },
      trimmed: { containers: [{ name: 'a', ports: [{ number: 8002 }, { name: 'a port name that is no port', number: 8003 }] }] },
    },
    {
      name: 'with fields of other types, those are not there',
      pod: {
        metadata: { ...metadata, labels: ['a'], annotations: { 'prometheus.io/port': 8002 }, ownerReferences: { controller: true } },
        spec: 'none',
        status: { podIPs: 'fd00::1', conditions: {}, startTime: 5, phase: 7 },
      },
      trimmed: { labels: new Map(), annotations: new Map(), ips: [], containers: [], phase: 'Unknown' },
    },
  ])('$name', ({ pod, trimmed }) => {
    const kept = trimPod({ metadata, ...pod });
    expect(kept).toMatchObject(trimmed);
    expect(Object.keys(kept).filter((field) => !(field in trimmed) && kept[field as keyof typeof kept] === undefined)).toEqual([]);
  });

  it('with ten containers, there are ten', () => {
    const containers = Array.from({ length: 10 }, (_, index) => ({ name: `triton-${index}`, ports: [{ containerPort: 8002 + index }] }));
    expect(trimPod({ metadata, spec: { containers } }).containers.map(({ ports }) => ports[0]?.number)).toEqual(
      containers.map((_, index) => 8002 + index),
    );
  });

  it.each([
    {
      owner: { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u', controller: true },
      kept: { group: '', kind: 'Node', name: 'n', uid: 'u' },
    },
    { owner: { kind: 'Odd', name: 'n', uid: 'u', controller: true }, kept: { group: '', kind: 'Odd', name: 'n', uid: 'u' } },
    { owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'n', controller: true }, kept: undefined },
    { owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'n', uid: 'u' }, kept: undefined },
    { owner: 'ReplicaSet', kept: undefined },
  ])('with the owner $owner, $kept is kept', ({ owner, kept }) => {
    expect(trimPod({ metadata: { ...metadata, ownerReferences: [owner] } }).owner).toEqual(kept);
  });

  it.each([['name'], ['namespace'], ['uid']])('without a %s, nothing can be kept', (field) => {
    const { [field as keyof typeof metadata]: _, ...rest } = metadata;
    expect(() => trimPod({ metadata: rest })).toThrow(`metadata has no ${field}`);
    expect(() => trimPod({ metadata: { ...metadata, [field]: 7 } })).toThrow(`metadata has no ${field}`);
  });
});
