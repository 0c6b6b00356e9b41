// The certificate that replicas make, share and renew, and kube-apiserver trusting it whatever happens to it.
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { freePorts } from '../ports.ts';
import { until } from '../wait.ts';
import { Daemons } from './control-plane/daemons.ts';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { NAMESPACE } from './rig/install.ts';
import { type Plimsoll, startPlimsoll } from './rig/plimsoll.ts';
import { type Cluster, startCluster } from './rig/rig.ts';

const API_SERVICE = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta2.custom.metrics.k8s.io';
const SECRET = `/api/v1/namespaces/${NAMESPACE}/secrets/plimsoll-managed-certificate`;
const LEASE = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/plimsoll-managed-certificate`;
/** Answered by Plimsoll, as all below the group's version is. */
const THROUGH = '/apis/custom.metrics.k8s.io/v1beta2';
const MERGE = 'application/merge-patch+json';
const CORRECTED_MS = 60_000;
/** Not of files, as the rig has it otherwise: undefined is no setting. */
const MANAGED = { metrics_api: { tls_cert_file: undefined, tls_key_file: undefined, managed_certificate: { namespace: NAMESPACE } } };

const apiServiceSchema = z.object({ spec: z.object({ caBundle: z.string().default('') }) });
const secretSchema = z.object({ data: z.record(z.string(), z.string()) });
const leaseSchema = z.object({ spec: z.object({ holderIdentity: z.string().default(''), leaseTransitions: z.number() }) });

const measured: [string, string][] = [];
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

let cluster: Cluster | undefined;
const resources = new AsyncDisposableStack();
const replicas: Plimsoll[] = [];
beforeAll(async () => {
  cluster = resources.use(await startCluster({ name: 'certificates' }));
  // The first is the one that the Service leads to.
  replicas.push(await replica('one', cluster.installation.metricsApiPort));
  const [port = 0] = await freePorts(1);
  replicas.push(await replica('two', port));
});
afterAll(() => resources.disposeAsync());

function started(): Cluster {
  if (cluster === undefined) throw new Error('the cluster did not start');
  return cluster;
}

async function replica(name: string, metricsApiPort: number): Promise<Plimsoll> {
  const { controlPlane, installation } = started();
  const folder = join(controlPlane.folder, name);
  await mkdir(folder);
  const daemons = resources.use(new Daemons(folder));
  return startPlimsoll({
    controlPlane: { ...controlPlane, folder, daemons },
    installation: { ...installation, metricsApiPort },
    settings: MANAGED,
  });
}

const bundle = async (): Promise<string> => apiServiceSchema.parse(await started().controlPlane.api.get(API_SERVICE)).spec.caBundle;
const shared = async (): Promise<Record<string, string>> => secretSchema.parse(await started().controlPlane.api.get(SECRET)).data;
const served = async (): Promise<readonly string[]> => Promise.all(replicas.map(fingerprint));

/** Of the certificate that a replica shows; undefined while it does not listen. */
async function fingerprint({ metricsApiUrl }: Plimsoll): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(metricsApiUrl).port), rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate()?.fingerprint256 ?? '';
  } finally {
    socket.destroy();
  }
}

/** Settles with the milliseconds until `isSo`. */
async function took(what: string, isSo: () => Promise<boolean>): Promise<number> {
  const startMs = performance.now();
  const ask = async (): Promise<true | undefined> => (await isSo().catch(() => false)) || undefined;
  await until({ ask, withinMs: CORRECTED_MS, everyMs: 50, failure: () => `${what}: not within ${CORRECTED_MS} ms` });
  return performance.now() - startMs;
}

/** Statuses of kube-apiserver’s answers while `work` goes on, each with how often it came. */
async function askedDuring(work: () => Promise<void>): Promise<Record<string, number>> {
  const { api } = started().controlPlane;
  const statuses: Record<string, number> = {};
  const stop = new AbortController();
  const asking = (async () => {
    while (!stop.signal.aborted) {
      const { status } = await api.request({ method: 'GET', path: THROUGH });
      statuses[status] = (statuses[status] ?? 0) + 1;
      await setTimeout(50);
    }
  })();
  await work();
  stop.abort();
  await asking;
  return statuses;
}

it('is trusted soon after the start, and the same at both replicas', async () => {
  const { api } = started().controlPlane;
  const ms = await took(
    'an answer through kube-apiserver',
    async () => (await api.request({ method: 'GET', path: THROUGH })).status === 200,
  );
  measured.push(['start to the first answer through kube-apiserver', seconds(ms)]);
  const [one, two] = await served();
  expect(one).toBe(two);
  expect(await bundle()).toBe((await shared())['ca.crt']);
});

describe('a caBundle', () => {
  it.each([
    ['reset', null],
    ['overwritten', Buffer.from('-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n').toString('base64')],
  ])('that is %s is right again within a minute', async (how, caBundle) => {
    const { api } = started().controlPlane;
    const good = await bundle();
    await api.ok({ method: 'PATCH', path: API_SERVICE, body: { spec: { caBundle } }, contentType: MERGE }).catch((error: unknown) => {
      // Newer versions do not take what is no certificate.
      if (how !== 'overwritten') throw error;
    });
    const ms = await took('the right caBundle', async () => (await bundle()) === good);
    measured.push([`caBundle ${how} to right`, seconds(ms)]);
  });
});

describe('a Secret', () => {
  it.each([
    ['that is damaged', { method: 'PATCH', path: SECRET, body: { data: { 'tls.key': 'bm9uc2Vuc2U=' } }, contentType: MERGE }],
    ['that is deleted', { method: 'DELETE', path: SECRET }],
  ] as const)('%s is made anew, and no question goes unanswered', async (how, damage) => {
    const { api } = started().controlPlane;
    const [before] = await served();
    let ms = 0;
    const statuses = await askedDuring(async () => {
      await api.ok(damage);
      ms = await took('another certificate at both', async () => {
        const [one, two] = await served();
        return one !== before && one === two;
      });
      await setTimeout(2000);
    });
    measured.push([`Secret ${how} to another certificate at both replicas`, `${seconds(ms)}; answers ${JSON.stringify(statuses)}`]);
    expect(Object.keys(statuses)).toEqual(['200']);
    expect(await bundle()).toBe((await shared())['ca.crt']);
  });
});

it('is looked after by the other when the one that did has gone without a word', async () => {
  const { api } = started().controlPlane;
  const before = leaseSchema.parse(await api.get(LEASE)).spec;
  const logs = await Promise.all(replicas.map(({ daemon }) => readFile(daemon.logFile, 'utf8')));
  const holder = logs.findIndex((log) => log.includes('"msg":"looking after the shared serving certificates"'));
  const [killed] = replicas.splice(holder, 1);
  if (holder === -1 || killed === undefined) throw new Error('nobody said that it looks after them');
  process.kill(killed.daemon.pid, 'SIGKILL');
  const ms = await took(
    'another holder',
    async () => leaseSchema.parse(await api.get(LEASE)).spec.leaseTransitions > before.leaseTransitions,
  );
  measured.push(['the holder killed to another holder', seconds(ms)]);
  expect(ms).toBeLessThan(25_000);
  const good = await bundle();
  await api.ok({ method: 'PATCH', path: API_SERVICE, body: { spec: { caBundle: null } }, contentType: MERGE });
  await took('the right caBundle', async () => (await bundle()) === good);
});

it('needs no rights but those that the manifests give, and gives the Lease back at the end', async () => {
  const { api, kubectl } = started().controlPlane;
  const [left] = replicas;
  const words = (await left?.daemon.lastWords()) ?? '';
  expect(words).not.toMatch(/forbidden/i);
  const can = async (...question: string[]): Promise<string> =>
    (await kubectl.run('auth', 'can-i', ...question, '--as=system:serviceaccount:plimsoll:plimsoll')).stdout.trim();
  expect(await can('get', 'secrets/plimsoll-managed-certificate', '--namespace', NAMESPACE)).toBe('yes');
  expect(await can('get', 'secrets/another', '--namespace', NAMESPACE)).toBe('no');
  expect(await can('patch', 'apiservices.apiregistration.k8s.io/v1beta1.metrics.k8s.io')).toBe('no');
  expect(await left?.daemon.stop(30_000)).toBe('code 0');
  expect(leaseSchema.parse(await api.get(LEASE)).spec.holderIdentity).toBe('');
});

it('is told in the report', async () => {
  await writePart({ key: '1b certificates', title: '1b. Self-made certificates', text: table(['what', 'measured'], measured) });
});
