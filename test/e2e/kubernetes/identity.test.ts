// Who asks, and whether they may: the same answer from kube-apiserver and from Plimsoll, asked past the aggregator.
import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { until } from '../wait.ts';
import { type ApiAnswer, type Credentials, createApi } from './control-plane/api.ts';
import { createAuthority } from './control-plane/pki.ts';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { becomeAvailable } from './rig/api-services.ts';
import { externalPath, podsPath } from './rig/questions.ts';
import { useRig } from './rig/use-rig.ts';
import { createWorkload, QUICK_TRITON } from './rig/workloads.ts';

const NAMESPACE = 'identity';
/** Is known at the first scrape, without a window. */
const SIGNAL = 'triton_capacity_requests';
const PODS = podsPath(SIGNAL, { namespace: NAMESPACE, app: 'triton' });
const EXTERNAL = externalPath(SIGNAL, { namespace: NAMESPACE, selector: 'app=triton' });
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
/** As a decision is remembered by Plimsoll; kube-apiserver remembers none. */
const REMEMBERED_MS = 10_000;
const FORGED = { 'x-remote-user': 'system:admin', 'x-remote-group': 'system:masters' };

interface Caller {
  readonly credentials?: Credentials;
  readonly headers?: Readonly<Record<string, string>>;
}

const callers = new Map<string, Caller>();
const rows: string[][] = [];

const rig = useRig({ name: 'identity' }, async ({ controlPlane }) => {
  await createWorkload(controlPlane.api, { namespace: NAMESPACE, name: 'triton', replicas: 1, triton: QUICK_TRITON });
});

beforeAll(async () => {
  const { authority, frontProxy, api } = rig().controlPlane;
  const stranger = await createAuthority('e2e cluster');
  for (const account of ['insider', 'outsider', 'newcomer']) {
    await api.ok({ method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, body: { metadata: { name: account } } });
  }
  await allow('insider');
  const token = async (account: string, ...more: string[]): Promise<{ token: string }> => ({ token: await tokenOf(account, ...more) });
  const frontName = { commonName: 'front-proxy-client' };
  for (const [title, caller] of [
    ['nobody', {}],
    ['nobody, with forged headers', { headers: FORGED }],
    ['a certificate of another authority of the same name', { credentials: await stranger.issue({ commonName: 'somebody' }) }],
    ['the front proxy by another authority, with forged headers', { credentials: await stranger.issue(frontName), headers: FORGED }],
    [
      'the front proxy by the authority of clients, with forged headers',
      { credentials: await authority.issue(frontName), headers: FORGED },
    ],
    [
      'another name by the authority of the front proxy, with forged headers',
      { credentials: await frontProxy.authority.issue({ commonName: 'somebody' }), headers: FORGED },
    ],
    ['the front proxy itself, naming nobody', { credentials: frontProxy.client }],
    ['the front proxy itself, naming an administrator', { credentials: frontProxy.client, headers: FORGED }],
    [
      'a certificate that has ended',
      { credentials: await authority.issue({ commonName: 'e2e-admin', organization: 'system:masters', expired: true }) },
    ],
    ['a certificate of the cluster', { credentials: await authority.issue({ commonName: 'somebody' }) }],
    ['an administrator', { credentials: await authority.issue({ commonName: 'e2e-admin', organization: 'system:masters' }) }],
    ['a text that is no token', { credentials: { token: 'nonsense' } }],
    ['a token that has ended', { credentials: { token: await signedToken('insider', -60) } }],
    ['the same token with a minute left', { credentials: { token: await signedToken('insider', 60) } }],
    ['a token for another audience', { credentials: await token('insider', '--audience=elsewhere') }],
    ['a service account without the role', { credentials: await token('outsider') }],
    ['a service account without the role, with forged headers', { credentials: await token('outsider'), headers: FORGED }],
    ['a service account with the role', { credentials: await token('insider') }],
    ['a service account with the role, with forged headers', { credentials: await token('insider'), headers: FORGED }],
  ] satisfies readonly (readonly [string, Caller])[])
    callers.set(title, caller);
  await becomeAvailable(api, { wanted: true, withinMs: 60_000, hurried: true });
  await until({
    ask: async () => ((await theirs({ credentials: rig().controlPlane.admin }, PODS)).status === 200 ? true : undefined),
    withinMs: 60_000,
    everyMs: 100,
    failure: () => 'nothing is served to an administrator',
  });
});

async function tokenOf(account: string, ...more: readonly string[]): Promise<string> {
  return (await rig().controlPlane.kubectl('create', 'token', account, '--namespace', NAMESPACE, ...more)).trim();
}

/** As kube-apiserver signs them, which gives none for less than ten minutes. */
async function signedToken(account: string, endsInSeconds: number): Promise<string> {
  const { api, server, accountsKeyFile } = rig().controlPlane;
  const { metadata } = z
    .object({ metadata: z.object({ uid: z.string() }) })
    .parse(await api.get(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${account}`));
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = {
    aud: [server],
    iss: server,
    sub: `system:serviceaccount:${NAMESPACE}:${account}`,
    iat: nowSeconds - 3600,
    nbf: nowSeconds - 3600,
    exp: nowSeconds + endsInSeconds,
    'kubernetes.io': { namespace: NAMESPACE, serviceaccount: { name: account, uid: metadata.uid } },
  };
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encoded({ alg: 'ES256', typ: 'JWT' })}.${encoded(claims)}`;
  const key = await readFile(accountsKeyFile, 'utf8');
  return `${text}.${createSign('SHA256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64url')}`;
}

/** The right to see this signal of the namespace's pods, as both APIs name it. */
async function allow(account: string): Promise<void> {
  const { api } = rig().controlPlane;
  const rules = [
    { apiGroups: ['custom.metrics.k8s.io'], resources: [`pods/${SIGNAL}`], verbs: ['get'] },
    { apiGroups: ['external.metrics.k8s.io'], resources: [SIGNAL], verbs: ['list'] },
  ];
  const folder = `${RBAC}/namespaces/${NAMESPACE}`;
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace: NAMESPACE }];
  await api.ok({ method: 'POST', path: `${folder}/roles`, body: { metadata: { name: account }, rules } });
  await api.ok({
    method: 'POST',
    path: `${folder}/rolebindings`,
    body: { metadata: { name: account }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account }, subjects },
  });
}

/** On a connection of its own, as a certificate is that of a connection. */
async function ask(url: string, { credentials, headers = {}, path }: Caller & { readonly path: string }): Promise<ApiAnswer> {
  const serverName = url === rig().plimsoll.metricsApiUrl ? 'plimsoll.plimsoll.svc' : 'localhost';
  await using api = createApi(url, { caPem: rig().controlPlane.caPem, serverName, ...(credentials === undefined ? {} : { credentials }) });
  return await api.request({ method: 'GET', path, headers });
}

const theirs = (caller: Caller, path: string): Promise<ApiAnswer> => ask(rig().controlPlane.server, { ...caller, path });
const ours = (caller: Caller, path: string): Promise<ApiAnswer> => ask(rig().plimsoll.metricsApiUrl, { ...caller, path });

function callerCalled(title: string): Caller {
  const caller = callers.get(title);
  if (caller === undefined) throw new Error(`nobody is called ${title}`);
  return caller;
}

const UNAUTHORIZED = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
};

/** In the words of kube-apiserver. */
function forbidden(user: string): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `pods.custom.metrics.k8s.io "*" is forbidden: User "${user}" cannot get resource "pods/${SIGNAL}" in API group "custom.metrics.k8s.io" in the namespace "${NAMESPACE}"`,
    reason: 'Forbidden',
    code: 403,
  };
}

/** kube-apiserver repeats the parts of a 403's message as details, which no client of the metrics API reads. */
function withoutDetails({ body }: ApiAnswer): object {
  return { ...z.record(z.string(), z.unknown()).parse(body), details: undefined };
}

const outsider = `system:serviceaccount:${NAMESPACE}:outsider`;

describe('the same answer from both has', () => {
  it.each([
    ['a certificate of another authority of the same name', UNAUTHORIZED],
    ['the front proxy by another authority, with forged headers', UNAUTHORIZED],
    ['the front proxy by the authority of clients, with forged headers', forbidden('front-proxy-client')],
    ['another name by the authority of the front proxy, with forged headers', UNAUTHORIZED],
    ['a certificate that has ended', UNAUTHORIZED],
    ['a certificate of the cluster', forbidden('somebody')],
    ['a text that is no token', UNAUTHORIZED],
    ['a token that has ended', UNAUTHORIZED],
    ['a token for another audience', UNAUTHORIZED],
    ['a service account without the role', forbidden(outsider)],
    ['a service account without the role, with forged headers', forbidden(outsider)],
  ])('%s', async (title, status) => {
    const caller = callerCalled(title);
    const [one, other] = [await theirs(caller, PODS), await ours(caller, PODS)];
    rows.push([title, String(one.status), String(other.status)]);
    expect(withoutDetails(one)).toEqual(status);
    expect(withoutDetails(other)).toEqual(status);
    expect(other.contentType).toBe(one.contentType);
  });

  it.each([
    'an administrator',
    'the same token with a minute left',
    'a service account with the role',
    'a service account with the role, with forged headers',
    'the front proxy itself, naming an administrator',
  ])('%s', async (title) => {
    const caller = callerCalled(title);
    for (const path of [PODS, EXTERNAL]) {
      const [one, other] = [await theirs(caller, path), await ours(caller, path)];
      expect([one.status, other.status], JSON.stringify([one.body, other.body])).toEqual([200, 200]);
      expect(other.body).toMatchObject({ items: [{ value: '4' }] });
    }
    rows.push([title, '200', '200']);
  });
});

describe('whom kube-apiserver lets in as anonymous Plimsoll does not know', () => {
  it.each([['nobody'], ['nobody, with forged headers']])('%s', async (title) => {
    const caller = callerCalled(title);
    const [one, other] = [await theirs(caller, PODS), await ours(caller, PODS)];
    rows.push([title, String(one.status), String(other.status)]);
    expect(withoutDetails(one)).toEqual(forbidden('system:anonymous'));
    expect(other.body).toEqual(UNAUTHORIZED);
    expect((await ours(caller, '/readyz')).status).toBeGreaterThanOrEqual(200);
    expect((await ours(caller, '/livez')).status).toBe(200);
    expect((await ours(caller, '/livez/x')).body).toEqual(UNAUTHORIZED);
  });
});

describe('a refusal', () => {
  it.each([
    ['a pod that is not there', podsPath(SIGNAL, { namespace: NAMESPACE, app: 'nothing' }), PODS],
    ['a namespace that is not there', podsPath(SIGNAL, { namespace: 'nowhere', app: 'triton' }), PODS],
    ['a signal that is not there', podsPath('no_such_signal', { namespace: NAMESPACE, app: 'triton' }), PODS],
    ['an external metric that is not there', externalPath('no_such_signal', { namespace: NAMESPACE, selector: 'app=triton' }), EXTERNAL],
  ])('says the same of %s as of what is there', async (_, path, known) => {
    const caller = callerCalled('a service account without the role');
    const unnamed = (text: string): string =>
      text.replaceAll(/no_such_signal|triton_capacity_requests/g, 'S').replaceAll(/\\"(?:nowhere|identity)\\"/g, 'N');
    const [absent, present] = [await ours(caller, path), await ours(caller, known)];
    expect([absent.status, present.status]).toEqual([403, 403]);
    expect(unnamed(JSON.stringify(absent.body))).toBe(unnamed(JSON.stringify(present.body)));
  });

  it('of the front proxy that names nobody is that of nobody', async () => {
    const caller = callerCalled('the front proxy itself, naming nobody');
    expect((await ours(caller, PODS)).body).toEqual(UNAUTHORIZED);
  });
});

describe('a role', () => {
  it('that is given later counts when the decision is forgotten, and ends so too', async () => {
    const newcomer = { credentials: { token: await tokenOf('newcomer') } };
    expect((await ours(newcomer, PODS)).status).toBe(403);
    await allow('newcomer');
    const given = await secondsUntil(200, newcomer);
    await rig().controlPlane.api.ok({ method: 'DELETE', path: `${RBAC}/namespaces/${NAMESPACE}/rolebindings/newcomer` });
    const taken = await secondsUntil(403, newcomer);
    rows.push([`a role given, then taken: counts after ${given.toFixed(1)} s, then ${taken.toFixed(1)} s`, '', '']);
  });
});

async function secondsUntil(status: number, caller: Caller): Promise<number> {
  const startMs = performance.now();
  await until({
    ask: async () => ((await ours(caller, PODS)).status === status ? true : undefined),
    withinMs: REMEMBERED_MS + 2000,
    everyMs: 500,
    failure: () => `${status} is not answered after ${REMEMBERED_MS} ms`,
  });
  return (performance.now() - startMs) / 1000;
}

describe('the report', () => {
  it('tells it', async () => {
    await writePart({
      key: '6 identity',
      title: '6. Who may ask',
      text: table(['who', 'kube-apiserver', 'Plimsoll, asked directly'], rows),
    });
  });
});
