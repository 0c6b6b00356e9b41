import { describe, expect, it } from 'vitest';
import { trimOwner } from '../../../src/discovery/kubernetes/trim-metadata.ts';
import { trimEndpointSlice, trimNode, trimService } from '../../../src/discovery/kubernetes/trim-objects.ts';

const metadata = { name: 'x', namespace: 'ml', uid: 'u1' };

describe('a service', () => {
  it.each<{ name: string; spec: unknown; selector: ReadonlyMap<string, string> | undefined }>([
    { name: 'with a selector', spec: { selector: { app: 'triton' } }, selector: new Map([['app', 'triton']]) },
    { name: 'without one', spec: { clusterIP: 'None' }, selector: undefined },
    { name: 'with an empty one', spec: { selector: {} }, selector: undefined },
    { name: 'that is a name elsewhere', spec: { type: 'ExternalName', selector: { app: 'triton' } }, selector: undefined },
    { name: 'without a spec', spec: undefined, selector: undefined },
  ])('$name', ({ spec, selector }) => {
    const service = trimService({ metadata, spec });
    expect(service).toEqual({ uid: 'u1', namespace: 'ml', name: 'x', ...(selector === undefined ? {} : { selector }) });
    expect('selector' in service).toBe(selector !== undefined);
  });
});

describe('a slice of endpoints', () => {
  const labels = { 'kubernetes.io/service-name': 'triton' };

  it('names the pods it points to, each once', () => {
    const endpoints = [
      { addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', name: 'a', namespace: 'ml' } },
      { addresses: ['fd00::1'], targetRef: { kind: 'Pod', name: 'a' } },
      { addresses: ['10.0.0.2'], conditions: { ready: false }, targetRef: { kind: 'Pod', name: 'b' } },
      { addresses: ['10.0.0.3'], targetRef: { kind: 'Node', name: 'n' } },
      { addresses: ['192.0.2.1'] },
      null,
    ];
    expect(trimEndpointSlice({ metadata: { ...metadata, labels }, endpoints })).toEqual({
      uid: 'u1',
      namespace: 'ml',
      name: 'x',
      service: 'triton',
      pods: ['a', 'b'],
    });
  });

  it('may be empty, and is nothing to us without a service', () => {
    expect(trimEndpointSlice({ metadata: { ...metadata, labels }, endpoints: null })?.pods).toEqual([]);
    expect(trimEndpointSlice({ metadata })).toBeUndefined();
  });
});

describe('a node', () => {
  const node = { name: 'n', uid: 'u2' };

  it('has its internal address first, its kubelet and its cores', () => {
    const status = {
      addresses: [
        { type: 'Hostname', address: 'n.example' },
        { type: 'ExternalIP', address: '192.0.2.1' },
        { type: 'InternalIP', address: '10.0.0.1' },
        { type: 'InternalIP', address: 'fd00::1' },
        { type: 'InternalDNS', address: 'n.example' },
        { type: 'InternalIP' },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10_255 } },
      allocatable: { cpu: '3920m' },
    };
    expect(trimNode({ metadata: { ...node, labels: { zone: 'a' } }, status })).toEqual({
      uid: 'u2',
      name: 'n',
      labels: new Map([['zone', 'a']]),
      addresses: ['10.0.0.1', 'fd00::1', 'n.example', '192.0.2.1'],
      kubeletPort: 10_255,
      cpuCores: 3.92,
    });
  });

  it('may say nothing', () => {
    expect(trimNode({ metadata: node })).toEqual({ uid: 'u2', name: 'n', labels: new Map(), addresses: [], kubeletPort: 10_250 });
    expect(trimNode({ metadata: node, status: { daemonEndpoints: { kubeletEndpoint: { Port: 0 } } } }).kubeletPort).toBe(10_250);
  });

  it.each([
    ['4', 4],
    ['0.5', 0.5],
    ['64.', 64],
    ['100m', 0.1],
    ['1500000000n', 1.5],
    ['250000u', 0.25],
    ['4k', undefined],
    ['-1', undefined],
    ['', undefined],
    [4, undefined],
  ])('has of %j cores %j', (cpu, cores) => {
    expect(trimNode({ metadata: node, status: { allocatable: { cpu } } }).cpuCores).toEqual(
      cores === undefined ? undefined : expect.closeTo(cores, 12),
    );
  });
});

it('keeps of an owner its own owner', () => {
  const ownerReferences = [{ apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet', name: 'l', uid: 'u3', controller: true }];
  const kind = { group: 'apps', version: 'v1', resource: 'statefulsets', kind: 'StatefulSet' };
  expect(trimOwner({ kind: 'PartialObjectMetadata', metadata: { ...metadata, ownerReferences } }, kind)).toEqual({
    uid: 'u1',
    namespace: 'ml',
    name: 'x',
    owner: { group: 'leaderworkerset.x-k8s.io', kind: 'LeaderWorkerSet', name: 'l', uid: 'u3' },
    group: 'apps',
    resource: 'statefulsets',
    kind: 'StatefulSet',
  });
  expect(() => trimOwner({}, kind)).toThrow('metadata has no uid');
});
