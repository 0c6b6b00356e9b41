// The Secret, and everything that an API server can say about it.
import { expect, it } from 'vitest';
import { objectOf } from '../../src/lib/json.ts';
import { KubeUnreachable } from '../../src/lib/kube/client.ts';
import { CertificateSecret } from '../../src/tls/certificate-secret.ts';
import { freshCertificates, take } from '../../src/tls/rotation.ts';
import { type Interception, ObjectStore, status } from '../lib/kube/support/object-store.ts';

const situation = { nowMs: Date.UTC(2026, 0, 1), hosts: ['plimsoll.ns.svc'] };
const [shared, other] = await Promise.all([freshCertificates(situation), freshCertificates(situation)]);
const announced = await take('announce', shared, situation);
const PATH = '/api/v1/namespaces/ns/secrets/s';
const never = new AbortController().signal;

function secretOf(store: ObjectStore, intercept?: Interception): CertificateSecret {
  return new CertificateSecret({ client: store.client(intercept), namespace: 'ns', name: 's' });
}

it('is made by one, replaced in the state that was read, and remembered', async () => {
  const store = new ObjectStore();
  const [one, two] = [secretOf(store), secretOf(store)];
  expect(await one.read(never)).toEqual({ kind: 'missing' });
  expect([await one.create(shared, never), await two.create(other, never)]).toEqual([true, false]);
  expect([one.lastGood, two.lastGood]).toEqual([shared, undefined]);
  const state = await two.read(never);
  if (state.kind !== 'shared') throw new Error(state.kind);
  expect(state.shared.serving).toEqual(shared.serving);
  const { version } = state;
  expect(await two.replace(announced, { version, signal: never })).toBe(true);
  expect(await one.replace(other, { version, signal: never })).toBe(false);
  expect(Object.keys(objectOf(store.get(PATH)?.['data']))).toHaveLength(7);
  const promoted = await take('promote', announced, situation);
  const now = await one.read(never);
  if (now.kind !== 'shared') throw new Error(now.kind);
  await one.replace(promoted, { version: now.version, signal: never });
  expect(Object.keys(objectOf(store.get(PATH)?.['data']))).toHaveLength(5);
});

it('says what is damaged, with the state to replace', async () => {
  const store = new ObjectStore();
  store.put(PATH, { metadata: { name: 's' }, data: { 'tls.crt': 7 } });
  expect(await secretOf(store).read(never)).toEqual({ kind: 'damaged', why: 'tls.crt is missing', version: '1' });
});

it('is gone when it is replaced too late', async () => {
  expect(await secretOf(new ObjectStore()).replace(shared, { version: '1', signal: never })).toBe(false);
});

const REMEDY = 'apply the component self-made-certificate, or give the certificate in files';
it.each<[string, 'read' | 'create' | 'replace', Interception, string]>([
  ['may not be read', 'read', () => status(403, 'secrets is forbidden'), `cannot get the Secret ns/s: secrets is forbidden; ${REMEDY}`],
  [
    'may not be made',
    'create',
    () => status(403, 'secrets is forbidden'),
    `cannot create the Secret ns/s: secrets is forbidden; ${REMEDY}`,
  ],
  [
    'may not be written',
    'replace',
    () => ({ status: 500, json: undefined, bytes: 0 }),
    'cannot patch the Secret ns/s: the API server answered 500',
  ],
  [
    'is not answered',
    'read',
    () => {
      throw new KubeUnreachable('connection refused');
    },
    'cannot get the Secret ns/s: connection refused',
  ],
])('is an error in words when it %s', async (_, what, intercept, message) => {
  const secret = secretOf(new ObjectStore(), intercept);
  const work = {
    read: () => secret.read(never),
    create: () => secret.create(shared, never),
    replace: () => secret.replace(shared, { version: '1', signal: never }),
  };
  await expect(work[what]()).rejects.toThrow(new Error(message));
  expect(secret.lastGood).toBeUndefined();
});
