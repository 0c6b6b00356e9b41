import { describe, expect, it } from 'vitest';
import { type ApiPath, parsePath } from '../../src/metrics-api/paths.ts';
import { resourcesWith } from '../../src/metrics-api/resources.ts';
import { StatusError } from '../../src/metrics-api/status.ts';
import { OWNERS } from './world.ts';

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const LONG = 'n'.repeat(253);
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';

const RESOURCES = resourcesWith(OWNERS);

function parse(path: string): ApiPath {
  return parsePath(path, RESOURCES);
}

describe('parsePath', () => {
  it.each([
    ['/apis', { kind: 'groups' }],
    ['/apis/', { kind: 'groups' }],
    ['/apis/custom.metrics.k8s.io', { kind: 'group', group: 'custom.metrics.k8s.io' }],
    [CUSTOM, { kind: 'resources', group: 'custom.metrics.k8s.io', version: 'v1beta2' }],
    [`${EXTERNAL}/`, { kind: 'resources', group: 'external.metrics.k8s.io', version: 'v1beta1' }],
    ['/version', { kind: 'version' }],
    ['/version/', { kind: 'version' }],
    ['/openapi/v2', { kind: 'openapi v2' }],
    ['/openapi/v3', { kind: 'openapi v3 index' }],
    ['/openapi/v3/apis/external.metrics.k8s.io/v1beta1', { kind: 'openapi v3', group: 'external.metrics.k8s.io', version: 'v1beta1' }],
    [`${EXTERNAL}/namespaces/ns/Some_Metric`, { kind: 'external', namespace: 'ns', metric: 'Some_Metric' }],
    [`${EXTERNAL}/namespaces/a%20b/m%3a.${LONG}`, { kind: 'external', namespace: 'a b', metric: `m:.${LONG}` }],
  ])('%s', (path, expected) => {
    expect(parse(path)).toEqual(expected);
  });

  it.each([
    ['/namespaces/ns/pods/*/m', 'pods', { namespace: 'ns', metric: 'm' }],
    ['/namespaces/ns/pods/%2A/m', 'pods', { namespace: 'ns', metric: 'm' }],
    ['/namespaces/ns/pods/triton-0/M%5f1', 'pods', { namespace: 'ns', name: 'triton-0', metric: 'M_1' }],
    ['/namespaces/ns/services/s/m', 'services', { namespace: 'ns', name: 's', metric: 'm' }],
    ['/namespaces/ns/deployments.apps/d/m/', 'deployments', { namespace: 'ns', name: 'd', metric: 'm' }],
    ['/namespaces/ns/replicasets.apps/*/m', 'replicasets', { namespace: 'ns', metric: 'm' }],
    ['/namespaces/ns/jobs.batch/j.k/m', 'jobs', { namespace: 'ns', name: 'j.k', metric: 'm' }],
    ['/namespaces/ns/inferenceservices.serving.kserve.io/i/m', 'inferenceservices', { namespace: 'ns', name: 'i', metric: 'm' }],
    [`/namespaces/NS/pods/${LONG}/m/`, 'pods', { namespace: 'NS', name: LONG, metric: 'm' }],
    ['/namespaces/ns/nodes/n/m', 'nodes', { name: 'n', metric: 'm' }],
    ['/nodes/n/m', 'nodes', { name: 'n', metric: 'm' }],
    ['/nodes/*/m', 'nodes', { metric: 'm' }],
    ['/namespaces/ns/metrics/m', 'namespaces', { name: 'ns', metric: 'm' }],
    ['/namespaces/*/metrics/m', 'namespaces', { metric: 'm' }],
    ['/namespaces/ns/m', 'namespaces', { name: 'ns', metric: 'm' }],
    ['/namespaces/%2A/m', 'namespaces', { metric: 'm' }],
  ])('custom %s', (path, resource, expected) => {
    expect(parse(CUSTOM + path)).toMatchObject({ kind: 'custom', version: 'v1beta2', resource: { name: resource }, ...expected });
    expect(Object.keys(parse(CUSTOM + path))).toHaveLength(3 + Object.keys(expected).length);
  });

  it('tells the versions apart', () => {
    expect(parse('/apis/custom.metrics.k8s.io/v1beta1/nodes/n/m')).toMatchObject({ version: 'v1beta1' });
  });

  it.each([
    '/',
    '',
    '/api',
    '/version/x',
    '/openapi',
    '/openapi/v1',
    '/openapi/v2/x',
    '/openapi/v3/apis',
    '/openapi/v3/apis/custom.metrics.k8s.io',
    '/openapi/v3/apis/custom.metrics.k8s.io/v1',
    '/openapi/v3/apis/custom.metrics.k8s.io/v1beta1/x',
    '//apis',
    '/apis//',
    '/apis//custom.metrics.k8s.io',
    `${CUSTOM}//nodes/foo/m`,
    `${CUSTOM}/namespaces/*/pods/*/m`,
    `${EXTERNAL}/namespaces/*/m`,
    `${EXTERNAL}/namespaces/%2A/m`,
    'http://host/apis',
    `*${CUSTOM}/nodes/foo/m`,
    `x${CUSTOM}/namespaces/foo/pods/*/m`,
    'apis',
    '/apis/metrics.k8s.io',
    '/apis/custom.metrics.k8s.io/v1',
    '/apis/external.metrics.k8s.io/v1beta2',
    `${CUSTOM}/nodes/foo`,
    `${CUSTOM}/namespaces`,
    `${CUSTOM}/namespaces/ns/pods/bar`,
    `${CUSTOM}/namespaces/ns/pods/bar/m/n`,
    `${CUSTOM}/namespaces/ns/namespaces/other/m`,
    `${CUSTOM}/namespaces/ns/namespaces/*/m`,
    `${CUSTOM}/namespaces/ns/pods//m`,
    `${CUSTOM}/pods/*/m`,
    `${CUSTOM}/namespaces/ns/pod/bar/m`,
    `${CUSTOM}/namespaces/ns/deployments/bar/m`,
    `${CUSTOM}/x/ns/pods/bar/m`,
    `${EXTERNAL}/namespaces/foo`,
    `${EXTERNAL}/namespaces//m`,
    `${EXTERNAL}/namespaces/foo/group/metric`,
    `${EXTERNAL}/nodes/foo/m`,
  ])('has nothing at %s', (path) => {
    expect(() => parse(path)).toThrow(expect.objectContaining({ code: 404 }));
  });

  it.each([
    [`${CUSTOM}/namespaces/ns/pods/%zz/m`, 'cannot read path segment "%zz": it is not valid percent-encoding of UTF-8; write % as %25'],
    [
      `${CUSTOM}/namespaces/ns%2Fpods/x/y/m`,
      'cannot read path segment "ns%2Fpods": no name holds "/" or "%", or is "." or ".."; check the path',
    ],
    [`${EXTERNAL}/namespaces/ns/m%2525`, 'cannot read path segment "m%2525": no name holds "/" or "%", or is "." or ".."; check the path'],
    ['/apis/../apis', 'cannot read path segment "..": no name holds "/" or "%", or is "." or ".."; check the path'],
    [`${CUSTOM}/namespaces/%2e/pods/x/m`, 'cannot read path segment "%2e": no name holds "/" or "%", or is "." or ".."; check the path'],
    ['/apis/%ff', 'cannot read path segment "%ff": it is not valid percent-encoding of UTF-8; write % as %25'],
  ])('refuses %s', (path, message) => {
    expect(() => parse(path)).toThrow(new StatusError(400, message));
    expect(() => parse(path)).toThrow(expect.objectContaining({ code: 400 }));
  });

  it('names the resources there are', () => {
    expect(() => parse(`${CUSTOM}/namespaces/ns/cronjobs.batch/j/m`)).toThrow(
      'there is no resource "cronjobs.batch"; the resources are pods, services, deployments.apps, statefulsets.apps, replicasets.apps, daemonsets.apps, jobs.batch, namespaces, nodes, inferenceservices.serving.kserve.io',
    );
  });
});
