// Everything around Plimsoll restarts or gets other certificates, and so does Plimsoll: the HPA goes on, and nothing wrong is said meanwhile.
import { X509Certificate } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { type Credentials, createApi } from './control-plane/api.ts';
import { type Authority, createAuthority } from './control-plane/pki.ts';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { becomeAvailable, trust } from './rig/api-services.ts';
import { conditionOf, type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { pace } from './rig/pace.ts';
import { type Plimsoll, startPlimsoll } from './rig/plimsoll.ts';
import { objectPath } from './rig/questions.ts';
import { useRig } from './rig/use-rig.ts';
import { failures, type Sighting, type Witness, witness } from './rig/witness.ts';
import { AT_ONCE, createHpa, createWorkload, objectMetric, QUICK_TRITON } from './rig/workloads.ts';

const NAMESPACE = 'restarts';
const NAME = 'triton';
const REPLICAS = 2;
const INFLIGHT = 12;
/** Two pods for anything above 8 and up to 16 in flight. */
const PER_POD = '8';
const { settings: SETTINGS, readyMs: READY_MS, syncMs: SYNC_MS, tolerance: TOLERANCE } = pace();
/** A sync begins a period after the end of the one before, on a machine that has other things to do. */
const SYNC_SLACK_MS = 2000;
const POLL_MS = 100;
const SERVER_NAME = 'plimsoll.plimsoll.svc';
const PATH = objectPath('triton_inflight_requests', { namespace: NAMESPACE, resource: 'deployments.apps', name: NAME });
const about = { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME };

/** Signs the serving certificate when the first authority goes. */
let nextAuthority: Authority;
let hpas: HpaWatch;
let plimsoll: Plimsoll;
const witnesses: Witness[] = [];
const clients = new AsyncDisposableStack();
const rows: string[][] = [];

const rig = useRig({ name: 'restarts', syncPeriodSeconds: SYNC_MS / 1000, settings: SETTINGS }, async (started) => {
  const { controlPlane, kubelets } = started;
  ({ plimsoll } = started);
  nextAuthority = await createAuthority('the next authority');
  await createWorkload(controlPlane.api, { namespace: NAMESPACE, name: NAME, replicas: REPLICAS, triton: QUICK_TRITON });
  await kubelets.setLoad(`${NAMESPACE}/${NAME}`, { kind: 'inflight', requests: INFLIGHT });
  await plimsoll.ready(READY_MS);
  await becomeAvailable(controlPlane.api, { wanted: true, withinMs: 60_000, hurried: true });
});

beforeAll(async () => {
  const { controlPlane } = rig();
  const { api, admin, frontProxy, server } = controlPlane;
  const metric = objectMetric('triton_inflight_requests', about, { type: 'AverageValue', averageValue: PER_POD });
  await createHpa(api, { name: NAME, namespace: NAMESPACE, minReplicas: 1, maxReplicas: 8, metric, behavior: AT_ONCE });
  hpas = watchHpas(api);
  const forged = { credentials: frontProxy.client, headers: { 'x-remote-user': 'e2e-admin', 'x-remote-group': 'system:masters' } };
  watch('through kube-apiserver', { url: server, credentials: admin });
  watch('directly', { url: plimsoll.metricsApiUrl, credentials: admin });
  watch('directly, nobody', { url: plimsoll.metricsApiUrl });
  watch('directly, as the first front proxy', { url: plimsoll.metricsApiUrl, ...forged });
  await firstAnswer(Date.now(), 90_000);
  const isActive = { test: (state: Parameters<typeof conditionOf>[0]) => conditionOf(state, 'ScalingActive')?.status === 'True' };
  await hpas.becomes({ namespace: NAMESPACE, name: NAME }, { ...isActive, withinMs: 30_000 });
});

afterAll(async () => {
  for (const one of witnesses) await one[Symbol.asyncDispose]();
  await clients.disposeAsync();
  await hpas?.[Symbol.asyncDispose]();
});

interface WatchSpec {
  readonly url: string;
  readonly credentials?: Credentials;
  readonly headers?: Readonly<Record<string, string>>;
}

function watch(title: string, { url, headers, ...spec }: WatchSpec): void {
  const serverName = url === plimsoll.metricsApiUrl ? SERVER_NAME : 'localhost';
  const caPem = bundle(rig().controlPlane.caPem, nextAuthority.certPem);
  const api = clients.use(createApi(url, { caPem, serverName, patienceMs: 10_000, ...spec }));
  witnesses.push(witness({ title, api, path: PATH, everyMs: POLL_MS, ...(headers === undefined ? {} : { headers }) }));
}

function bundle(...authorities: readonly string[]): string {
  return authorities.join('\n');
}

function sightingsOf(title: string, sinceMs: number): readonly Sighting[] {
  return witnesses.find((one) => one.title === title)?.since(sinceMs) ?? [];
}

/** Of the HPA controller, asked from then on. */
async function firstAnswer(sinceMs: number, withinMs: number): Promise<number> {
  const { controlPlane } = rig();
  return await until({
    ask: async () => (await controlPlane.syncs(NAMESPACE)).find(({ askedMs, status }) => askedMs >= sinceMs && status === 200)?.askedMs,
    withinMs,
    everyMs: 100,
    failure: () => `the HPA is not answered within ${withinMs} ms`,
  });
}

interface Episode {
  readonly title: string;
  /** When it began, and when everything said that it was ready again. */
  readonly sinceMs: number;
  readonly readyMs: number;
}

/** Within one sync the HPA is answered, and again one sync later; and what was said since the beginning was right or nothing. */
async function expectRecovery({ title, sinceMs, readyMs }: Episode): Promise<void> {
  const firstMs = await firstAnswer(readyMs, 4 * SYNC_MS + 30_000);
  await setTimeout(SYNC_MS + SYNC_SLACK_MS);
  const after = (await rig().controlPlane.syncs(NAMESPACE)).filter(({ askedMs }) => askedMs > firstMs);
  const silence = witnesses.slice(0, 2).map((one) => longestSilence(one, sinceMs).toFixed(1));
  rows.push([title, ((readyMs - sinceMs) / 1000).toFixed(1), ((firstMs - readyMs) / 1000).toFixed(1), ...silence]);
  expectNothingWrong(sinceMs);
  expect(firstMs - readyMs, 'the HPA is answered within one sync').toBeLessThanOrEqual(SYNC_MS + SYNC_SLACK_MS);
  expect(after.map(({ status }) => status)).toEqual(after.map(() => 200));
  expect(after.length).toBeGreaterThan(0);
}

/** Seconds from one list, or from the beginning, to the next. */
function longestSilence(one: Witness, sinceMs: number): number {
  const times = one.since(sinceMs).flatMap(({ answer, atMs }) => (answer.kind === 'items' ? [atMs] : []));
  return Math.max(...times.map((atMs, index) => (atMs - (times[index - 1] ?? sinceMs)) / 1000));
}

function expectNothingWrong(sinceMs: number): void {
  const values = ['through kube-apiserver', 'directly', 'directly, as the first front proxy']
    .flatMap((title) => sightingsOf(title, sinceMs))
    .flatMap(({ answer }) => (answer.kind === 'items' ? [answer.items] : []));
  expect(values.length).toBeGreaterThan(0);
  expect(values.filter((items) => items.length !== 1 || !(Math.abs((items[0]?.value ?? 0) - INFLIGHT) <= TOLERANCE * INFLIGHT))).toEqual(
    [],
  );
  const ofNobody = sightingsOf('directly, nobody', sinceMs).filter(({ answer }) => answer.kind !== 'unreachable');
  for (const { answer } of ofNobody) expect(answer).toMatchObject({ kind: 'refusal', status: 401 });
  const states = hpas.of(NAMESPACE, NAME).filter(({ atMs }) => atMs >= sinceMs);
  expect(states.filter(({ current, desired }) => current !== REPLICAS || desired !== REPLICAS)).toEqual([]);
}

/** Nobody noticed. */
function expectNoFailure(sinceMs: number): void {
  for (const title of ['through kube-apiserver', 'directly']) {
    expect([title, [...failures(sightingsOf(title, sinceMs))]]).toEqual([title, []]);
  }
}

/** By others in one step each, as a mounted Secret changes. */
async function install({ certPem, keyPem }: { readonly certPem: string; readonly keyPem: string }): Promise<void> {
  const { certFile, keyFile } = rig().installation;
  for (const [file, text] of [
    [keyFile, keyPem],
    [certFile, certPem],
  ] as const) {
    await writeFile(`${file}.next`, text, { mode: 0o600 });
    await rename(`${file}.next`, file);
  }
}

/** Settles when new connections get this certificate. */
async function served(certPem: string): Promise<void> {
  const wanted = new X509Certificate(certPem).fingerprint256;
  await until({
    ask: async () => ((await shownCertificate()) === wanted ? true : undefined),
    withinMs: 20_000,
    everyMs: 100,
    failure: () => 'the serving certificate is still the one before',
  });
}

function shownCertificate(): Promise<string | undefined> {
  const { hostname, port } = new URL(plimsoll.metricsApiUrl);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), servername: SERVER_NAME, rejectUnauthorized: false });
    const end = (fingerprint: string | undefined): void => {
      socket.destroy();
      resolve(fingerprint);
    };
    socket.on('secureConnect', () => end(socket.getPeerX509Certificate()?.fingerprint256)).on('error', () => end(undefined));
  });
}

describe('the HPA is answered within one sync, and nothing wrong is said, when', () => {
  it('kube-apiserver restarts', async () => {
    const sinceMs = Date.now();
    await rig().controlPlane.restartApiServer();
    await expectRecovery({ title: 'kube-apiserver restarts', sinceMs, readyMs: Date.now() });
    // What is asked past the aggregator by certificate needs no API server.
    expect([...failures(sightingsOf('directly', sinceMs))]).toEqual([]);
  });

  it('etcd restarts', async () => {
    const sinceMs = Date.now();
    await rig().controlPlane.restartEtcd();
    await expectRecovery({ title: 'etcd restarts', sinceMs, readyMs: Date.now() });
    expect([...failures(sightingsOf('directly', sinceMs))]).toEqual([]);
  });

  it('Plimsoll is killed and starts again', async () => {
    const { controlPlane, installation } = rig();
    const sinceMs = Date.now();
    await plimsoll.daemon.stop(0);
    plimsoll = await startPlimsoll({ controlPlane, installation, settings: SETTINGS });
    await plimsoll.ready(READY_MS);
    // In a cluster the EndpointSlice that changes with readiness makes kube-apiserver look; an ExternalName has none.
    await becomeAvailable(controlPlane.api, { wanted: true, withinMs: 10_000, hurried: true });
    await expectRecovery({ title: 'Plimsoll is killed and starts again', sinceMs, readyMs: Date.now() });
  });

  it('the serving certificate is renewed', async () => {
    const { authority } = rig().controlPlane;
    const sinceMs = Date.now();
    const renewed = await authority.issue({ commonName: 'plimsoll', hosts: [SERVER_NAME] });
    await install(renewed);
    await served(renewed.certPem);
    await expectRecovery({ title: 'the serving certificate is renewed', sinceMs, readyMs: Date.now() });
    expectNoFailure(sinceMs);
  });

  it('the serving certificate comes from another authority, which is trusted before', async () => {
    const { api, caPem } = rig().controlPlane;
    const sinceMs = Date.now();
    const renewed = await nextAuthority.issue({ commonName: 'plimsoll', hosts: [SERVER_NAME] });
    await trust(api, bundle(caPem, nextAuthority.certPem));
    await install(renewed);
    await served(renewed.certPem);
    await trust(api, nextAuthority.certPem);
    await expectRecovery({ title: 'its authority is another one', sinceMs, readyMs: Date.now() });
    expectNoFailure(sinceMs);
  });

  it('kube-apiserver gets another front proxy, and then the first one is withdrawn', async () => {
    const { api } = rig().controlPlane;
    const ofFirst = (): Sighting | undefined => sightingsOf('directly, as the first front proxy', 0).at(-1);
    expect(ofFirst()?.answer).toMatchObject({ kind: 'items' });
    const sinceMs = Date.now();
    await rig().controlPlane.replaceFrontProxy();
    await expectRecovery({ title: 'kube-apiserver gets another front proxy', sinceMs, readyMs: Date.now() });
    // It adds its authority to those that were published before: others of its kind may still have them.
    expect(ofFirst()?.answer).toMatchObject({ kind: 'items' });

    const withdrawnMs = Date.now();
    // With the line break that kube-apiserver, which looks every minute, would add.
    const data = { 'requestheader-client-ca-file': `${rig().controlPlane.frontProxy.authority.certPem}\n` };
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
    await api.ok({ method: 'PATCH', path, body: { data } });
    await until({
      ask: async () => (ofFirst()?.answer.kind === 'refusal' ? true : undefined),
      withinMs: 10_000,
      everyMs: 50,
      failure: () => 'the first front proxy is still believed',
    });
    expect(ofFirst()?.answer).toMatchObject({ status: 401 });
    await expectRecovery({ title: 'the first front proxy is withdrawn', sinceMs: withdrawnMs, readyMs: Date.now() });
    // A question may have met the end of a connection.
    const lastOfFirst = sightingsOf('directly, as the first front proxy', Date.now() - SYNC_MS);
    expect(lastOfFirst.filter(({ answer }) => answer.kind === 'items')).toEqual([]);
    // Connections are ended when others are trusted; one question may meet its end.
    const ended = [...failures(sightingsOf('directly', sinceMs)).keys()].filter((words) => !/closed|ECONNRESET/.test(words));
    expect(ended).toEqual([]);
  });
});

describe('the report', () => {
  it('tells it', async () => {
    const asked = witnesses.map(({ title, seen }) => [
      title,
      String(seen.length),
      String(seen.filter(({ answer }) => answer.kind === 'items').length),
      [...failures(seen)].map(([words, count]) => `${count} × ${words}`).join('; '),
    ]);
    const text = [
      `Asked every ${POLL_MS} ms, the HPA every ${SYNC_MS / 1000} s; the true value is ${INFLIGHT}. Seconds:`,
      table(['what', 'until ready', 'until the HPA is answered', 'longest without a value, through kube-apiserver', 'directly'], rows),
      'All that was said:',
      table(['asked', 'questions', 'lists, all of them right', 'else'], asked),
    ].join('\n');
    await writePart({ key: '7 restarts', title: '7. Restarts and rotations', text });
  });
});
