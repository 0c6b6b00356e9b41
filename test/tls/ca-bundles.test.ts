// What kube-apiserver is told to trust, and what is left alone.
import { expect, it } from 'vitest';
import { objectOf } from '../../src/lib/json.ts';
import { KubeUnreachable } from '../../src/lib/kube/client.ts';
import { publish } from '../../src/tls/ca-bundles.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { type Interception, status } from '../lib/kube/support/object-store.ts';
import { apiService, apiServicePath, withApiServices } from './support/replicas.ts';

const [A, B] = ['v1beta1.custom.metrics.k8s.io', 'v1beta2.custom.metrics.k8s.io'];
const never = new AbortController().signal;

function setUp(intercept?: Interception) {
  const store = withApiServices([A, B]);
  const lines: Logged[] = [];
  const options = { client: store.client(intercept), namespace: 'ns', service: 'plimsoll', apiServices: [A, B], log: recordingLog(lines) };
  return { store, lines, tell: (bundle: string) => publish(bundle, options, never) };
}

it('is written once, and told with what was there before', async () => {
  const { store, lines, tell } = setUp();
  store.put(apiServicePath(B), apiService(B, { insecureSkipTLSVerify: true }));
  expect([await tell('pem'), await tell('pem'), await tell('another')]).toEqual([false, true, false]);
  expect(store.written).toHaveLength(4);
  expect(objectOf(store.get(apiServicePath(B))?.['spec'])).toEqual({
    service: { namespace: 'ns', name: 'plimsoll', port: 443 },
    caBundle: Buffer.from('another').toString('base64'),
  });
  expect(lines.map(({ fields }) => [fields['apiService'], fields['had']])).toEqual([
    [A, 'nothing'],
    [B, 'no check at all'],
    [A, 'another bundle'],
    [B, 'another bundle'],
  ]);
});

it.each([
  ['in another namespace', { service: { namespace: 'other', name: 'plimsoll' } }],
  ['of another name', { service: { namespace: 'ns', name: 'adapter' } }],
  ['of none', { service: null }],
])('leaves an APIService alone that leads to a Service %s', async (_, spec) => {
  const { store, tell } = setUp();
  store.put(apiServicePath(A), apiService(A, spec));
  store.delete(apiServicePath(B));
  await tell('pem');
  expect(store.written).toEqual([]);
});

it.each<[string, Interception, string]>([
  ['may not be read', ({ method }) => (method === 'GET' ? status(403, 'forbidden') : undefined), 'forbidden'],
  ['may not be written', ({ method }) => (method === 'PATCH' ? status(403, 'forbidden') : undefined), 'forbidden'],
  [
    'was written meanwhile',
    ({ method }) => (method === 'PATCH' ? { status: 409, json: undefined, bytes: 0 } : undefined),
    'the API server answered 409',
  ],
  [
    'is not answered',
    () => {
      throw new KubeUnreachable('connection refused');
    },
    'connection refused',
  ],
])('names the APIService that %s, after the others were written', async (_, intercept, why) => {
  const { store, tell } = setUp((request) => (request.path.endsWith(A) ? intercept(request) : undefined));
  await expect(tell('pem')).rejects.toThrow(new Error(`cannot write caBundle of the APIService ${A}: ${why}`));
  expect(store.written).toEqual([`PATCH ${apiServicePath(B)}`]);
});

it('does not swallow what is a bug', async () => {
  const { tell } = setUp(() => {
    throw new TypeError('a bug');
  });
  await expect(tell('pem')).rejects.toThrow(TypeError);
});
