// What k8s.io/apiserver makes of the same requests (pkg/endpoints/request/requestinfo.go).
import { describe, expect, it } from 'vitest';
import { requestAttributes } from '../../src/auth/request-attributes.ts';

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';

function said(method: string, target: string): string {
  const attributes = requestAttributes(method, target);
  if (attributes.kind === 'path') return `${attributes.verb} path ${attributes.path}`;
  const { verb, group, version, namespace, resource, subresource, name } = attributes;
  return `${verb} ${group}/${version} ns=${namespace} ${resource}/${subresource} name=${name}`;
}

describe('of the metrics', () => {
  it.each([
    [`${CUSTOM}/namespaces/ns/pods/*/m`, 'get custom.metrics.k8s.io/v1beta2 ns=ns pods/m name=*'],
    [`${CUSTOM}/namespaces/ns/pods/%2A/m?labelSelector=a%3Db`, 'get custom.metrics.k8s.io/v1beta2 ns=ns pods/m name=*'],
    [`${CUSTOM}/namespaces/ns/deployments.apps/d/m`, 'get custom.metrics.k8s.io/v1beta2 ns=ns deployments.apps/m name=d'],
    [`${CUSTOM}/namespaces/ns/metrics/M`, 'get custom.metrics.k8s.io/v1beta2 ns=ns metrics/ name=M'],
    [`${CUSTOM}/namespaces/*/metrics/M`, 'get custom.metrics.k8s.io/v1beta2 ns=* metrics/ name=M'],
    [`${CUSTOM}/nodes/n/m`, 'get custom.metrics.k8s.io/v1beta2 ns= nodes/m name=n'],
    [`${CUSTOM}/namespaces/ns/pods/p/m/`, 'get custom.metrics.k8s.io/v1beta2 ns=ns pods/m name=p'],
    [`${CUSTOM}/namespaces/ns/pods/p/m/more/still`, 'get custom.metrics.k8s.io/v1beta2 ns=ns pods/m name=p'],
    [`${CUSTOM}/namespaces/ns/pods/p`, 'get custom.metrics.k8s.io/v1beta2 ns=ns pods/ name=p'],
    [`${EXTERNAL}/namespaces/ns/m`, 'list external.metrics.k8s.io/v1beta1 ns=ns m/ name='],
    [`${EXTERNAL}/namespaces/ns/m?labelSelector=a`, 'list external.metrics.k8s.io/v1beta1 ns=ns m/ name='],
    [`${EXTERNAL}/namespaces/ns/m/n`, 'get external.metrics.k8s.io/v1beta1 ns=ns m/ name=n'],
    [`${EXTERNAL}/namespaces/ns/m?watch=1`, 'watch external.metrics.k8s.io/v1beta1 ns=ns m/ name='],
    [`${EXTERNAL}/namespaces/ns/m?watch`, 'watch external.metrics.k8s.io/v1beta1 ns=ns m/ name='],
    [`${EXTERNAL}/namespaces/ns/m?watch=0`, 'list external.metrics.k8s.io/v1beta1 ns=ns m/ name='],
    [`${EXTERNAL}/namespaces/ns/m?watch=False`, 'list external.metrics.k8s.io/v1beta1 ns=ns m/ name='],
    [`${CUSTOM}/namespaces/ns/pods/p/m?watch=1`, 'get custom.metrics.k8s.io/v1beta2 ns=ns pods/m name=p'],
  ])('GET %s: %s', (target, expected) => {
    expect(said('GET', target)).toBe(expected);
    expect(said('HEAD', target)).toBe(expected);
  });
});

describe('of a node, which has no namespace', () => {
  it('is one at the scope of the cluster, whatever namespace the path says', () => {
    expect(said('GET', `${CUSTOM}/namespaces/ns/nodes/n/m`)).toBe('get custom.metrics.k8s.io/v1beta2 ns= nodes/m name=n');
    expect(said('GET', `${CUSTOM}/namespaces/ns/nodes/*/m`)).toBe('get custom.metrics.k8s.io/v1beta2 ns= nodes/m name=*');
    expect(said('GET', `${EXTERNAL}/namespaces/ns/nodes`)).toBe('list external.metrics.k8s.io/v1beta1 ns=ns nodes/ name=');
  });
});

describe('of a namespace itself', () => {
  it.each([
    [`${CUSTOM}/namespaces`, 'list custom.metrics.k8s.io/v1beta2 ns= namespaces/ name='],
    [`${CUSTOM}/namespaces/ns`, 'get custom.metrics.k8s.io/v1beta2 ns=ns namespaces/ name=ns'],
    [`${EXTERNAL}/namespaces/ns/status`, 'get external.metrics.k8s.io/v1beta1 ns=ns namespaces/status name=ns'],
    [`${EXTERNAL}/namespaces/ns/finalize`, 'get external.metrics.k8s.io/v1beta1 ns=ns namespaces/finalize name=ns'],
  ])('GET %s: %s', (target, expected) => {
    expect(said('GET', target)).toBe(expected);
  });
});

describe('of no resource', () => {
  it.each([
    ['GET', '/', 'get path /'],
    ['GET', '/apis', 'get path /apis'],
    ['GET', '/apis/custom.metrics.k8s.io', 'get path /apis/custom.metrics.k8s.io'],
    ['GET', CUSTOM, `get path ${CUSTOM}`],
    ['GET', `${CUSTOM}/`, `get path ${CUSTOM}/`],
    ['GET', '/api', 'get path /api'],
    ['GET', '/api/v1', 'get path /api/v1'],
    ['GET', '/openapi/v3/apis/custom.metrics.k8s.io/v1beta2?hash=A', 'get path /openapi/v3/apis/custom.metrics.k8s.io/v1beta2'],
    ['GET', '/version', 'get path /version'],
    ['GET', '/metrics', 'get path /metrics'],
    ['GET', '/%6Detrics', 'get path /metrics'],
    ['GET', '/%zz', 'get path /%zz'],
    ['GET', 'http://10.0.0.1:9410/metrics', 'get path /metrics'],
    ['HEAD', '/openapi/v2', 'head path /openapi/v2'],
    ['OPTIONS', '/apis', 'options path /apis'],
    ['DELETE', '/version', 'delete path /version'],
    // Paths of telemetry, where kube-apiserver has its core API.
    ['GET', '/api/v1/query?query=up', 'get path /api/v1/query'],
    ['POST', '/api/v1/query_range', 'post path /api/v1/query_range'],
    ['GET', '/api/v1/label/__name__/values', 'get path /api/v1/label/__name__/values'],
    ['GET', '/api/plimsoll/explain?metric=m', 'get path /api/plimsoll/explain'],
  ])('%s %s: %s', (method, target, expected) => {
    expect(said(method, target)).toBe(expected);
  });
});

describe('verbs', () => {
  it.each([
    ['POST', `${CUSTOM}/namespaces/ns/pods`, 'create custom.metrics.k8s.io/v1beta2 ns=ns pods/ name='],
    ['PUT', `${CUSTOM}/namespaces/ns/pods/p`, 'update custom.metrics.k8s.io/v1beta2 ns=ns pods/ name=p'],
    ['PATCH', `${CUSTOM}/namespaces/ns/pods/p`, 'patch custom.metrics.k8s.io/v1beta2 ns=ns pods/ name=p'],
    ['DELETE', `${CUSTOM}/namespaces/ns/pods/p`, 'delete custom.metrics.k8s.io/v1beta2 ns=ns pods/ name=p'],
    ['DELETE', `${CUSTOM}/namespaces/ns/pods`, 'deletecollection custom.metrics.k8s.io/v1beta2 ns=ns pods/ name='],
    ['OPTIONS', `${CUSTOM}/namespaces/ns/pods/p`, ' custom.metrics.k8s.io/v1beta2 ns=ns pods/ name=p'],
    ['GET', '/apis/g/v/watch/namespaces/ns/pods', 'watch g/v ns=ns pods/ name='],
    ['GET', '/apis/g/v/proxy/namespaces/ns/pods/p/x', 'proxy g/v ns=ns pods/ name=p'],
    ['GET', '/apis/g/v/watch', 'watch g/v ns= / name='],
  ])('%s %s: %s', (method, target, expected) => {
    expect(said(method, target)).toBe(expected);
  });
});

describe('a list of one object by its name', () => {
  it.each([
    ['fieldSelector=metadata.name%3Dx', 'x'],
    ['fieldSelector=metadata.name==x', 'x'],
    ['fieldSelector=metadata.namespace%3Dns,metadata.name%3Dx', 'x'],
    ['fieldSelector=metadata.name!%3Dx', ''],
    ['fieldSelector=metadata.name%3D..', ''],
    ['fieldSelector=metadata.name%3Da%2Fb', ''],
    ['fieldSelector=spec.name%3Dx', ''],
    ['fieldSelector=', ''],
  ])('%s: %s', (query, name) => {
    expect(requestAttributes('GET', `${EXTERNAL}/namespaces/ns/m?${query}`)).toMatchObject({ verb: 'list', name });
  });
});

describe('segments are what they are when they are answered', () => {
  it.each([
    ['an encoded slash', `${EXTERNAL}/namespaces/a%2Fb/m`, { namespace: 'a/b', resource: 'm' }],
    ['an encoded word', `${EXTERNAL}/n%61mespaces/ns/m`, { namespace: 'ns', resource: 'm' }],
    ['what is no escape', `${EXTERNAL}/namespaces/%zz/m`, { namespace: '%zz', resource: 'm' }],
    ['slashes around', `//${EXTERNAL.slice(1)}/namespaces/ns/m//`, { namespace: 'ns', resource: 'm' }],
    ['a hole', `${CUSTOM}/namespaces//pods/p/m`, { namespace: '', resource: 'pods', name: 'p' }],
  ])('%s', (_, target, expected) => {
    expect(requestAttributes('GET', target)).toMatchObject(expected);
  });
});
