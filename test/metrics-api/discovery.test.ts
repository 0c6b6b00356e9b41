import { describe, expect, it } from 'vitest';
import { ask } from './world.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const METRICS = ['triton_inflight_requests', 'triton_queue_latency_seconds', 'GPU_Power'];
const CUSTOM_GROUP = {
  name: 'custom.metrics.k8s.io',
  versions: [
    { groupVersion: 'custom.metrics.k8s.io/v1beta2', version: 'v1beta2' },
    { groupVersion: 'custom.metrics.k8s.io/v1beta1', version: 'v1beta1' },
  ],
  preferredVersion: { groupVersion: 'custom.metrics.k8s.io/v1beta2', version: 'v1beta2' },
};
const EXTERNAL_VERSION = { groupVersion: 'external.metrics.k8s.io/v1beta1', version: 'v1beta1' };
const EXTERNAL_GROUP = { name: 'external.metrics.k8s.io', versions: [EXTERNAL_VERSION], preferredVersion: EXTERNAL_VERSION };

describe('documents', () => {
  it.each([
    ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: [CUSTOM_GROUP, EXTERNAL_GROUP] }],
    ['/apis/custom.metrics.k8s.io', { kind: 'APIGroup', apiVersion: 'v1', ...CUSTOM_GROUP }],
    ['/apis/external.metrics.k8s.io/', { kind: 'APIGroup', apiVersion: 'v1', ...EXTERNAL_GROUP }],
    ['/version', { major: '1', minor: '2', gitVersion: 'v1.2.3' }],
    ['/openapi/v2', { swagger: '2.0', info: { title: 'Plimsoll', version: 'v1.2.3' }, paths: {} }],
    ['/openapi/v3', { paths: {} }],
  ])('%s', async (target, document) => {
    const { code, headers, body } = await ask(target);
    expect(code).toBe(200);
    expect(headers).toMatchObject({ 'Content-Type': 'application/json', Vary: 'Accept' });
    expect(JSON.parse(body)).toEqual(document);
  });

  it.each(['v1beta1', 'v1beta2'])('lists the custom metrics of %s for each resource, one scope per resource', async (version) => {
    const groupVersion = `custom.metrics.k8s.io/${version}`;
    const document = JSON.parse((await ask(`/apis/${groupVersion}`)).body);
    expect(document).toMatchObject({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion });
    const scopes: Record<string, boolean> = {
      pods: true,
      services: true,
      'deployments.apps': true,
      'statefulsets.apps': true,
      'replicasets.apps': true,
      'daemonsets.apps': true,
      namespaces: false,
      nodes: false,
    };
    const expected = Object.entries(scopes).flatMap(([resource, namespaced]) =>
      METRICS.map((metric) => ({ name: `${resource}/${metric}`, singularName: '', namespaced, kind: 'MetricValueList', verbs: ['get'] })),
    );
    expect(document.resources).toEqual(expected);
  });

  it('lists the external metrics', async () => {
    const document = JSON.parse((await ask('/apis/external.metrics.k8s.io/v1beta1')).body);
    const resources = METRICS.map((name) => ({
      name,
      singularName: '',
      namespaced: true,
      kind: 'ExternalMetricValueList',
      verbs: ['get'],
    }));
    expect(document).toEqual({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'external.metrics.k8s.io/v1beta1', resources });
  });
});

describe('aggregated discovery', () => {
  it('holds both groups, with metrics as subresources that can only be got', async () => {
    const { headers, body } = await ask('/apis', { request: { accept: AGGREGATED } });
    expect(headers['Content-Type']).toBe(AGGREGATED);
    const document = JSON.parse(body);
    expect(document).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {} });
    const [custom, external] = document.items;
    expect(custom.metadata).toEqual({ name: 'custom.metrics.k8s.io' });
    expect(custom.versions.map(({ version }: { version: string }) => version)).toEqual(['v1beta2', 'v1beta1']);
    const responseKind = { group: '', version: '', kind: 'MetricValueList' };
    expect(custom.versions[0].resources[0]).toEqual({
      resource: 'pods',
      responseKind: { group: '', version: '', kind: '' },
      scope: 'Namespaced',
      singularResource: '',
      verbs: [],
      subresources: METRICS.map((subresource) => ({ subresource, responseKind, verbs: ['get'] })),
    });
    expect(custom.versions[0].resources.at(-1)).toMatchObject({ resource: 'nodes', scope: 'Cluster' });
    expect(external.versions[0].resources[2]).toEqual({
      resource: 'GPU_Power',
      responseKind: { group: '', version: '', kind: 'ExternalMetricValueList' },
      scope: 'Namespaced',
      singularResource: '',
      verbs: ['get'],
    });
  });

  it('answers 304 to who has it already', async () => {
    const first = await ask('/apis', { request: { accept: AGGREGATED } });
    expect(first.headers['ETag']).toMatch(/^"[0-9A-F]{64}"$/);
    const again = await ask('/apis', { request: { accept: AGGREGATED, ifNoneMatch: first.headers['ETag'] } });
    expect(again).toEqual({ code: 304, headers: first.headers, body: '' });
    const plain = await ask('/apis', { request: { accept: 'application/json', ifNoneMatch: first.headers['ETag'] } });
    expect(plain.code).toBe(200);
  });
});
