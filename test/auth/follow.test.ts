// The settings of the cluster over time: late, renewed, withdrawn.
import { expect, it } from 'vitest';
import { createFollowedDelegation } from '../../src/auth/follow.ts';
import { authTelemetry } from '../../src/auth/telemetry.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { answer, apiServer, type Script, silent, status, unreachable } from './support/api-server.ts';
import { authority } from './support/authority.ts';
import { keptMeter } from './support/world.ts';

const [one, other] = await Promise.all([authority('one'), authority('other')]);
const configMap =
  (pem: string): Script =>
  () =>
    answer(200, { data: { 'client-ca-file': pem, 'requestheader-client-ca-file': other.certPem } });
const WHERE = 'kube-system/extension-apiserver-authentication';
const FORBIDDEN = `cannot read the ConfigMap ${WHERE}: the right is missing; bind the Role extension-apiserver-authentication-reader of the namespace kube-system to the service account of Plimsoll`;

function follow(script: Script) {
  const server = apiServer(script);
  const clock = new VirtualClock();
  const lines: Logged[] = [];
  const { meter, values } = keptMeter();
  const followed = createFollowedDelegation({
    client: server,
    clock,
    log: recordingLog(lines),
    telemetry: authTelemetry(meter),
    random: () => 0,
  });
  const stop = new AbortController();
  const ended = followed.follow(stop.signal);
  const subjects = () => followed.current()?.clientAuthorities.map(({ x509 }) => x509.subject);
  const said = () => lines.map((line) => line.said);
  return {
    ...followed,
    server,
    clock,
    lines,
    said,
    subjects,
    readable: () => values.get('plimsoll_authentication_settings_readable{}'),
    stop,
    ended,
  };
}

it('are not there before they were read', async () => {
  const { subjects, state, clock, readable, said } = follow(configMap(one.certPem));
  expect([subjects(), state()]).toEqual([undefined, { ok: false, why: 'it was not read yet' }]);
  await clock.advance(0);
  expect([subjects(), state()]).toEqual([['CN=one'], { ok: true, why: 'the settings of the cluster are read' }]);
  expect([readable(), said()]).toEqual([1, ['info authentication settings of the cluster read']]);
});

it('are asked for again until they may be read: after 1, 2, 4 … 30 seconds', async () => {
  const { server, clock, state, lines, subjects, readable } = follow(() => status(403, 'no'));
  await clock.advance(0);
  expect(state()).toEqual({ ok: false, why: FORBIDDEN });
  expect([readable(), lines.map(({ fields }) => fields)]).toEqual([0, [{ why: FORBIDDEN, kept: false }]]);
  const counts: number[] = [];
  for (const stepMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    await clock.advance(stepMs);
    counts.push(server.asked.length);
  }
  expect(counts).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect(lines).toHaveLength(1);
  server.script = configMap(one.certPem);
  await clock.advance(30_000);
  expect([subjects(), state().ok]).toEqual([['CN=one'], true]);
});

it('are read again every minute, and are the same object while nothing changed', async () => {
  const { server, clock, current, subjects } = follow(configMap(one.certPem));
  await clock.advance(0);
  const first = current();
  await clock.advance(60_000);
  expect(server.asked).toHaveLength(2);
  expect(current()).toBe(first);
  server.script = configMap(`${one.certPem}\n${one.certPem}`);
  await clock.advance(59_999);
  expect(current()).toBe(first);
  await clock.advance(1);
  expect(subjects()).toEqual(['CN=one', 'CN=one']);
});

it('are kept while they cannot be read', async () => {
  const { server, clock, state, subjects, said, readable } = follow(configMap(one.certPem));
  await clock.advance(0);
  server.script = unreachable;
  await clock.advance(60_000);
  const why = `cannot read the ConfigMap ${WHERE}: cannot ask https://cluster: connection refused; check the way to https://cluster`;
  expect([subjects(), state()]).toEqual([['CN=one'], { ok: true, why: `the settings read before are kept: ${why}` }]);
  expect(readable()).toBe(0);
  await clock.advance(3_000);
  server.script = configMap(one.certPem);
  await clock.advance(30_000);
  expect(state()).toEqual({ ok: true, why: 'the settings of the cluster are read' });
  expect(said()).toEqual([
    'info authentication settings of the cluster read',
    'error authentication settings of the cluster not read',
    'info authentication settings of the cluster read',
  ]);
});

it('tell each problem once', async () => {
  const { clock, lines } = follow(configMap('nothing'));
  await clock.advance(180_000);
  expect(lines.filter(({ said }) => said.startsWith('error')).map(({ fields }) => fields['problem'])).toEqual([
    `cannot use client-ca-file of ${WHERE}: it holds no certificate in PEM`,
  ]);
});

it('are given up after ten seconds, and asked for again', async () => {
  const { server, clock, state } = follow(silent);
  await clock.advance(10_999);
  expect(server.asked).toHaveLength(1);
  expect(state().why).toMatch(/given up/);
  await clock.advance(1);
  expect(server.asked).toHaveLength(2);
});

it('are no longer followed once stopped, in the middle of a question too', async () => {
  const { clock, stop, ended, said, server } = follow(silent);
  await clock.advance(0);
  stop.abort();
  await ended;
  await clock.advance(120_000);
  expect([said(), server.asked.length]).toEqual([[], 1]);
});
