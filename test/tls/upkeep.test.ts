// One replica looks after the certificates, and whoever no longer is that one, or comes too late, writes nothing.
import { expect, it, onTestFinished } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { CertificateSecret } from '../../src/tls/certificate-secret.ts';
import { freshCertificates } from '../../src/tls/rotation.ts';
import { Upkeep } from '../../src/tls/upkeep.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { type Interception, status } from '../lib/kube/support/object-store.ts';
import { useComputed } from './support/computed.ts';
import { DAY_MS, SECRET, withApiServices } from './support/replicas.ts';

const START_MS = Date.UTC(2026, 0, 1);
const HOSTS = ['plimsoll.ns.svc', 'plimsoll.ns', 'plimsoll'];
const computed = useComputed();
const API_SERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta2.custom.metrics.k8s.io';
const never = new AbortController().signal;

async function setUp({ isHolder = () => true, intercept }: { isHolder?: () => boolean; intercept?: Interception } = {}) {
  const store = withApiServices();
  const clock = new VirtualClock(START_MS + 70 * DAY_MS);
  await secretOf().create(await freshCertificates({ nowMs: START_MS, hosts: HOSTS }), never);
  store.written.length = 0;
  function secretOf(through?: Interception): CertificateSecret {
    return new CertificateSecret({ client: store.client(through), namespace: 'ns', name: 'certificate' });
  }
  const lines: Logged[] = [];
  const log = recordingLog(lines);
  const client = store.client(intercept);
  const bundles = { client, namespace: 'ns', service: 'plimsoll', apiServices: ['v1beta2.custom.metrics.k8s.io'], log };
  const upkeep = new Upkeep({ secret: secretOf(intercept), bundles, hosts: HOSTS, isHolder, clock, log });
  const stop = new AbortController();
  const ended = upkeep.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1_000);
      await computed();
    }
  };
  await computed();
  return { store, lines, pass, secretOf };
}

it('has trusted what is there, and renews what is due', async () => {
  const { store, pass, lines } = await setUp();
  await pass(1);
  expect(store.written).toEqual([`PATCH ${API_SERVICE}`, `PATCH ${SECRET}`]);
  expect(lines.map(({ said, fields }) => [said, fields['step']])).toEqual([
    ['info caBundle written', undefined],
    ['info shared serving certificates rotated', 'renew'],
  ]);
});

it.each([
  ['what is due', (store: ReturnType<typeof withApiServices>) => store],
  [
    'what is gone',
    (store: ReturnType<typeof withApiServices>) => {
      store.delete(SECRET);
      return store;
    },
  ],
])('writes nothing of %s into the Secret when it is no longer its turn', async (_, change) => {
  let asked = 0;
  const { store, pass } = await setUp({
    isHolder: () => {
      asked += 1;
      return asked % 2 === 0;
    },
  });
  change(store);
  store.written.length = 0;
  await pass(60);
  expect(store.written.filter((what) => what.includes('secrets'))).toEqual([]);
});

it('begins anew with what somebody else has written meanwhile', async () => {
  let refusals = 1;
  const { store, pass, lines } = await setUp({
    intercept: ({ method, path }) => {
      if (method !== 'PATCH' || path !== SECRET || refusals === 0) return undefined;
      refusals -= 1;
      return status(409, 'it was modified');
    },
  });
  await pass(1);
  expect(store.written).toEqual([`PATCH ${API_SERVICE}`]);
  await pass(10);
  expect(store.written[1]).toBe(`PATCH ${SECRET}`);
  expect(lines.map(({ said }) => said)).not.toContain('error serving certificates not looked after; it is tried again');
});

it('leaves a Secret to whoever made it sooner', async () => {
  const { store, pass, secretOf, lines } = await setUp({
    intercept: ({ method, path }) => (method === 'POST' && path.endsWith('/secrets') ? status(409, 'it exists') : undefined),
  });
  store.delete(SECRET);
  await pass(11);
  await secretOf().create(await freshCertificates({ nowMs: START_MS + 69 * DAY_MS, hosts: HOSTS }), never);
  await pass(11);
  expect(lines.map(({ said }) => said)).not.toContain('warn the Secret of the serving certificates was made anew');
  const state = await secretOf().read(never);
  expect(state.kind).toBe('shared');
});

it('makes nothing anew that nobody would trust', async () => {
  let isForbidden = true;
  const { store, pass, lines } = await setUp({
    intercept: ({ method, path }) =>
      isForbidden && method === 'PATCH' && path.includes('apiservices') ? status(403, 'forbidden') : undefined,
  });
  store.delete(SECRET);
  await pass(25);
  expect(store.get(SECRET)).toBeUndefined();
  expect(lines.at(-1)).toMatchObject({ said: 'error serving certificates not looked after; it is tried again' });
  isForbidden = false;
  await pass(10);
  expect(store.get(SECRET)).toBeDefined();
});
