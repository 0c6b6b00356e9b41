// The settings of the cluster over time: late, renewed, withdrawn.
import { expect, it, vi } from 'vitest';
import { followCluster } from '../../src/auth/follow-cluster.ts';
import { KubeUnreachable } from '../../src/lib/kube/client.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { answer, apiServer, configMapEvent, configMaps, type Script, silent, status, unreachable } from './support/api-server.ts';
import { authority } from './support/authority.ts';

const [one, other] = await Promise.all([authority('one'), authority('other')]);
const dataOf = (pem: string) => ({ 'client-ca-file': pem, 'requestheader-client-ca-file': other.certPem });
const published =
  (pem: string): Script =>
  () =>
    configMaps(dataOf(pem));
const WHERE = 'kube-system/extension-apiserver-authentication';
const FORBIDDEN = `cannot read the ConfigMap ${WHERE}: the right is missing; bind the Role extension-apiserver-authentication-reader of the namespace kube-system to the service account of Plimsoll`;
const READ = { ok: true, why: 'the settings of the cluster are read' };

function follow(script: Script) {
  const server = apiServer(script);
  const clock = new VirtualClock();
  const lines: Logged[] = [];
  const looks: boolean[] = [];
  const followed = followCluster({
    client: server,
    clock,
    log: recordingLog(lines),
    readable: (isReadable) => void looks.push(isReadable),
    random: () => 0,
  });
  const stop = new AbortController();
  const changed = vi.fn();
  const ended = followed.follow(changed, stop.signal);
  const subjects = () => followed.current()?.clientAuthorities.map(({ x509 }) => x509.subject);
  const said = () => lines.map((line) => line.said);
  return { ...followed, server, clock, lines, said, subjects, readable: () => looks.at(-1), changed, stop, ended };
}

it('are not there before they were read', async () => {
  const { subjects, state, clock, readable, said, changed } = follow(published(one.certPem));
  expect([subjects(), state()]).toEqual([undefined, { ok: false, why: 'it was not read yet' }]);
  await clock.advance(0);
  expect([subjects(), state()]).toEqual([['CN=one'], READ]);
  expect([readable(), said()]).toEqual([true, ['info authentication settings read']]);
  expect(changed).not.toHaveBeenCalled();
});

it('are the one object that may be read', async () => {
  const { clock, server } = follow(published(one.certPem));
  await clock.advance(0);
  const path = '/api/v1/namespaces/kube-system/configmaps?fieldSelector=metadata.name%3Dextension-apiserver-authentication';
  expect(server.asked.map((asked) => asked.path)).toEqual([expect.stringContaining(`${path}&`)]);
  expect(server.watched.map((watched) => watched.path)).toEqual([
    expect.stringMatching(/^\S+configmaps\?fieldSelector=metadata\.name%3Dextension-apiserver-authentication&watch=true&/),
  ]);
});

it('are asked for again until they may be read, every four seconds at least', async () => {
  const { server, clock, state, lines, subjects, readable } = follow(() => status(403, 'no'));
  await clock.advance(0);
  expect(state()).toEqual({ ok: false, why: FORBIDDEN });
  expect([readable(), lines.map(({ fields }) => fields)]).toEqual([false, [{ why: FORBIDDEN, kept: false }]]);
  const counts: number[] = [];
  for (const stepMs of [250, 500, 1_000, 2_000, 4_000, 4_000]) {
    await clock.advance(stepMs);
    counts.push(server.asked.length);
  }
  expect(counts).toEqual([2, 3, 4, 5, 6, 7]);
  expect(lines).toHaveLength(1);
  server.script = published(one.certPem);
  await clock.advance(4_000);
  expect([subjects(), state().ok]).toEqual([['CN=one'], true]);
});

it('are in force as soon as they change, and are the same object while nothing did', async () => {
  const { server, clock, current, subjects, changed, said } = follow(published(one.certPem));
  await clock.advance(0);
  const first = current();
  server.tell(configMapEvent(dataOf(one.certPem), { version: '2' }));
  await clock.advance(0);
  expect([current() === first, changed.mock.calls.length]).toEqual([true, 0]);
  server.tell(configMapEvent(dataOf(`\n${one.certPem}\n\n`), { version: '3' }));
  await clock.advance(0);
  expect([current() === first, changed.mock.calls.length]).toEqual([true, 0]);
  server.tell(configMapEvent(dataOf(`${one.certPem}\n${one.certPem}`), { version: '4' }));
  await clock.advance(0);
  expect([subjects(), changed.mock.calls.length]).toEqual([['CN=one', 'CN=one'], 1]);
  expect(said()).toEqual(['info authentication settings read', 'info authentication settings changed']);
  expect(server.asked).toHaveLength(1);
});

it('are kept while they cannot be read', async () => {
  const { server, clock, state, subjects, said, readable, changed } = follow(published(one.certPem));
  await clock.advance(60_000);
  server.script = unreachable;
  server.tell(new KubeUnreachable('cannot ask https://cluster: connection reset'));
  await clock.advance(10_000);
  const why = `cannot read the ConfigMap ${WHERE}: cannot ask https://cluster: connection refused; check the way to https://cluster`;
  expect([subjects(), state()]).toEqual([['CN=one'], { ok: true, why: `the settings read before are kept: ${why}` }]);
  expect(readable()).toBe(false);
  server.script = published(one.certPem);
  await clock.advance(4_000);
  expect([state(), readable()]).toEqual([READ, true]);
  expect(said()).toEqual([
    'info authentication settings read',
    'error authentication settings not read',
    'info authentication settings read',
  ]);
  expect(changed).not.toHaveBeenCalled();
});

it('are kept when they go away, and are others when they come back so', async () => {
  const { server, clock, state, subjects, changed } = follow(published(one.certPem));
  await clock.advance(0);
  server.tell(configMapEvent(dataOf(one.certPem), { type: 'DELETED', version: '2' }));
  await clock.advance(0);
  const why = `cannot read the ConfigMap ${WHERE}: there is none; check that this is the cluster that aggregates the metrics API`;
  expect([subjects(), state()]).toEqual([['CN=one'], { ok: true, why: `the settings read before are kept: ${why}` }]);
  server.tell(configMapEvent(dataOf(one.certPem), { type: 'ADDED', version: '3' }));
  await clock.advance(0);
  expect([state(), changed.mock.calls.length]).toEqual([READ, 0]);
  server.tell(configMapEvent(dataOf(other.certPem), { version: '4' }));
  await clock.advance(0);
  expect([subjects(), changed.mock.calls.length]).toEqual([[], 1]);
});

it('tell each problem once, and again with others that have it', async () => {
  const { clock, lines, server } = follow(published('nothing'));
  await clock.advance(180_000);
  const problems = () => lines.filter(({ said }) => said.startsWith('error')).map(({ fields }) => fields['problem']);
  const problem = `cannot use client-ca-file of ${WHERE}: it holds no certificate in PEM`;
  expect(problems()).toEqual([problem]);
  server.tell(configMapEvent(dataOf('nothing else'), { version: '2' }));
  await clock.advance(0);
  expect(problems()).toEqual([problem]);
  server.tell(configMapEvent(dataOf(one.certPem), { version: '3' }));
  server.tell(configMapEvent(dataOf('nothing'), { version: '4' }));
  await clock.advance(0);
  expect(problems()).toEqual([problem, problem]);
});

it.each<[string, Script, string]>([
  ['nobody who is known asks', () => status(401, 'no'), 'the API server does not know who asks; check the credentials of Plimsoll'],
  ['there is no such resource', () => status(404, 'no'), 'there is none; check that this is the cluster that aggregates the metrics API'],
  [
    'it was not published',
    () => answer(200, { metadata: { resourceVersion: '1' }, items: [] }),
    'there is none; check that this is the cluster that aggregates the metrics API',
  ],
  ['it is something else', () => configMaps(7), 'the answer is no ConfigMap; check that this is the address of a Kubernetes API server'],
  ['the server has failed', () => status(500, 'etcd is away'), 'etcd is away; check the way to https://cluster'],
  ['nobody answers', unreachable, 'cannot ask https://cluster: connection refused; check the way to https://cluster'],
])('say why they are not read: %s', async (_, script, why) => {
  const { clock, state } = follow(script);
  await clock.advance(1_000);
  expect(state()).toEqual({ ok: false, why: `cannot read the ConfigMap ${WHERE}: ${why}` });
});

it('hide no mistake of ours', async () => {
  const { ended } = follow(() => {
    throw new TypeError('BUG');
  });
  await expect(ended).rejects.toThrow(TypeError);
});

it.each<[string, Script]>([
  ['in the middle of a question', silent],
  ['in the middle of a watch', published(one.certPem)],
])('are no longer followed once stopped, %s', async (_, script) => {
  const { clock, stop, ended, server, lines } = follow(script);
  await clock.advance(0);
  const before = lines.length;
  stop.abort();
  await ended;
  await clock.advance(120_000);
  expect([lines.length, server.asked.length]).toEqual([before, 1]);
});
