// Client certificates of one authority, judged once a connection.
import { expect, it, onTestFinished } from 'vitest';
import { createCertificateAdmission } from '../../src/auth/certificate-admission.ts';
import { type Delegation, delegationOf, trustedBundle } from '../../src/auth/delegation.ts';
import { authTelemetry } from '../../src/auth/telemetry.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { authority, BROKEN_USAGES, client, type Made } from './support/authority.ts';
import { clientOf, listenFor } from './support/secure-face.ts';
import { keptMeter } from './support/world.ts';

const HOUR_MS = 3_600_000;
const [one, other] = await Promise.all([authority('one'), authority('other')]);

function trusting(made: Made): Delegation {
  return delegationOf({
    clients: trustedBundle({ option: 'client_ca_file', where: 'here', pem: made.certPem }),
    proxies: undefined,
    allowedNames: [],
    userHeaders: ['X-Remote-User'],
    uidHeaders: [],
    groupHeaders: [],
    extraPrefixes: [],
    problems: [],
    proxyOption: '',
  });
}

async function face(first: Delegation | undefined) {
  let current = first;
  const clock = new VirtualClock(Date.now());
  const { meter, values } = keptMeter();
  const admit = createCertificateAdmission({
    delegation: { current: () => current },
    clock,
    log: silentLog,
    telemetry: authTelemetry(meter),
  });
  const listener = await listenFor(admit);
  onTestFinished(() => listener.close(0));
  return {
    listener,
    clock,
    values,
    trust: (next: Delegation) => {
      current = next;
    },
  };
}

const REFUSED = {
  kind: 'refused',
  code: 401,
  message: 'Unauthorized: show a client certificate of an authority in telemetry.client_ca_file',
};
const admitted = (user: string) => ({ kind: 'admitted', user });
const METRICS = { path: '/metrics', headers: { 'X-Remote-User': 'admin' } };

it('lets in whoever shows one, whatever the headers say, and counts', async () => {
  const { listener, values } = await face(trusting(one));
  const middle = await authority('middle', { by: one });
  expect(await clientOf({ listener }, { shows: [await client(one, 'u')] }).ask(METRICS)).toEqual(admitted('u'));
  expect(await clientOf({ listener }, { shows: [await client(middle, 'v'), middle] }).ask(METRICS)).toEqual(admitted('v'));
  expect(await clientOf({ listener }, { shows: [await client(other, 'u')] }).ask(METRICS)).toEqual(REFUSED);
  expect(
    await clientOf({ listener }, { shows: [await client(one, 'u', { more: [BROKEN_USAGES], usages: undefined })] }).ask(METRICS),
  ).toEqual(REFUSED);
  expect(await clientOf({ listener }).ask(METRICS)).toEqual(REFUSED);
  expect(await clientOf({ listener }).ask({ path: '/readyz' })).toEqual(admitted('system:anonymous'));
  expect(Object.fromEntries(values)).toEqual({
    'plimsoll_authentication_attempts_total{client-certificate,success}': 2,
    'plimsoll_authentication_attempts_total{client-certificate,refused}': 2,
    'plimsoll_authentication_attempts_total{none,refused}': 1,
  });
});

it('cannot tell before the authorities are read, but for who shows none', async () => {
  const { listener, trust, values } = await face(undefined);
  const asking = clientOf({ listener }, { shows: [await client(one, 'u')] });
  const message = 'cannot authenticate the request: the authorities are not read yet; /readyz says why';
  expect(await asking.ask(METRICS)).toEqual({ kind: 'refused', code: 500, message });
  expect(await clientOf({ listener }).ask(METRICS)).toEqual(REFUSED);
  expect(values.get('plimsoll_authentication_attempts_total{client-certificate,failed}')).toBe(1);
  trust(trusting(one));
  expect(await asking.ask(METRICS)).toEqual(admitted('u'));
});

it('judges an open connection anew when others are trusted, and when its certificate ends', async () => {
  const { listener, trust, clock } = await face(trusting(one));
  const asking = clientOf({ listener }, { shows: [await client(one, 'u', { untilMs: HOUR_MS })] });
  expect(await asking.ask(METRICS)).toEqual(admitted('u'));
  trust(trusting(other));
  expect(await asking.ask(METRICS)).toEqual(REFUSED);
  trust(trusting(one));
  expect(await asking.ask(METRICS)).toEqual(admitted('u'));
  // The clock began before the certificate was made.
  await clock.advance(2 * HOUR_MS);
  expect(await asking.ask(METRICS)).toEqual(REFUSED);
});
