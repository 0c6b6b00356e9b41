import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadKubeAccess, namespaceOfPod } from '../../../src/lib/kube/access.ts';
import { UserError } from '../../../src/lib/user-error.ts';
import { type ConfigParts, kubeconfigText } from './support/kubeconfig.ts';

const SECRETS = '/var/run/secrets/kubernetes.io/serviceaccount';
const server = 'https://10.0.0.1:6443';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-access-'));
  for (const name of ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

async function loaded(parts: Partial<ConfigParts>) {
  return loadKubeAccess({ kubeconfigFile: await write('config', kubeconfigText({ server, ...parts })) });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

it('reads what a kubeconfig says in itself', async () => {
  const access = await loaded({
    server: `${server}/k8s/clusters/c-1/`,
    cluster: { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'kubernetes' },
    user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY'), as: 'jane' },
  });
  expect(access).toEqual({
    server: `${server}/k8s/clusters/c-1`,
    ca: { text: 'CA' },
    cert: { text: 'CERT' },
    key: { text: 'KEY' },
    serverName: 'kubernetes',
    insecureSkipVerify: false,
    credentials: { kind: 'none' },
    impersonate: 'jane',
  });
});

it('keeps the names of files, which are relative to the kubeconfig', async () => {
  const access = await loaded({
    cluster: { 'certificate-authority': 'ca.crt', 'insecure-skip-tls-verify': true },
    user: { 'client-certificate': 'me.crt', 'client-key': '/etc/me.key' },
  });
  expect(access).toMatchObject({
    ca: { file: join(folder, 'ca.crt') },
    cert: { file: join(folder, 'me.crt') },
    key: { file: '/etc/me.key' },
    insecureSkipVerify: true,
  });
});

describe('credentials', () => {
  it.each([
    { name: 'a token', user: { token: 'abc' }, credentials: { kind: 'token', token: { text: 'abc' } } },
    {
      name: 'a name with a password',
      user: { username: 'a', password: 'b' },
      credentials: { kind: 'basic', username: 'a', password: 'b' },
    },
    { name: 'none', user: {}, credentials: { kind: 'none' } },
    {
      name: 'a token before a program',
      user: { token: 'abc', exec: { command: '/none' } },
      credentials: { kind: 'token', token: { text: 'abc' } },
    },
    {
      name: 'the file of a token before a token',
      user: { token: 'abc', tokenFile: '/run/token' },
      credentials: { kind: 'token', token: { file: '/run/token' } },
    },
  ])('can be $name', async ({ user, credentials }) => {
    expect((await loaded({ user })).credentials).toEqual(credentials);
  });

  it('can be made by a program, which runs once for all who ask at once', async () => {
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'made' } };
    const runs = join(folder, 'runs');
    const script = `fs.appendFileSync(${JSON.stringify(runs)}, 'x'); console.log(${JSON.stringify(JSON.stringify(credential))})`;
    const { credentials } = await loaded({ user: { exec: { command: process.execPath, args: ['-e', script] } } });
    if (credentials.kind !== 'plugin') throw new Error('no plugin');
    const { authorization } = credentials;
    expect(await Promise.all([authorization(), authorization()])).toEqual(['Bearer made', 'Bearer made']);
    expect(await authorization()).toBe('Bearer made');
    expect(await readFile(runs, 'utf8')).toBe('x');
  });
});

describe('where it is looked for', () => {
  it.each([
    ['fd00::1', 'https://[fd00::1]:443'],
    ['10.0.0.1', 'https://10.0.0.1:443'],
  ])('is the service account of the pod, with the server at %s', async (host, address) => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', host);
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
    vi.stubEnv('KUBECONFIG', await write('other', kubeconfigText({ server })));
    await write(`pod${SECRETS}/token`, 't');
    const root = join(folder, 'pod');
    expect(await loadKubeAccess({ root })).toMatchObject({
      server: address,
      ca: { file: `${root}${SECRETS}/ca.crt` },
      insecureSkipVerify: false,
      credentials: { kind: 'token', token: { file: `${root}${SECRETS}/token` } },
    });
  });

  it('is KUBECONFIG outside a pod, and the home folder after it', async () => {
    await write('.kube/config', kubeconfigText({ server: 'https://home:1' }));
    expect((await loadKubeAccess({ root: folder })).server).toBe('https://home:1');
    vi.stubEnv('KUBECONFIG', await write('other', kubeconfigText({ server })));
    // A pod without a service account has the variables all the same.
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1');
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
    expect((await loadKubeAccess({ root: folder })).server).toBe(server);
  });

  it('may be several files, of which the first that says something counts', async () => {
    const one = await write(
      'one/config',
      `{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], users: [{name: u, user: {tokenFile: token}}]}`,
    );
    const two = await write(
      'two/config',
      kubeconfigText({ server, cluster: { 'certificate-authority': 'ca.crt' }, user: { token: 'abc' } }),
    );
    vi.stubEnv('KUBECONFIG', [join(folder, 'absent'), one, '', two].join(delimiter));
    expect(await loadKubeAccess({ root: folder })).toMatchObject({
      server,
      ca: { file: join(folder, 'two', 'ca.crt') },
      credentials: { kind: 'token', token: { file: join(folder, 'one', 'token') } },
    });
  });

  it('is the file that is named before everything else', async () => {
    vi.stubEnv('KUBECONFIG', await write('other', kubeconfigText({ server: 'https://other:1' })));
    expect((await loaded({})).server).toBe(server);
  });
});

describe('a UserError', () => {
  async function message(kubeconfigFile: string | undefined): Promise<string> {
    const error: unknown = await loadKubeAccess({ kubeconfigFile, root: folder }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    return String(error);
  }

  it('says where nothing was found', async () => {
    expect(await message(undefined)).toContain('cannot find a cluster: there is no service account of a pod, no KUBECONFIG');
  });

  it.each([
    { name: 'a missing file', text: undefined, says: 'no such file' },
    { name: 'a folder', text: '.', says: 'EISDIR' },
    { name: 'no YAML', text: 'users:\n- user: {token: hunter2\n  x', says: 'it is no YAML (line ' },
    { name: 'an empty file', text: '', says: 'its current-context leads to no cluster' },
    { name: 'entries of another type', text: 'clusters: [{name: c, cluster: {server: 5}}]', says: 'it is no kubeconfig' },
    {
      name: 'an auth-provider',
      text: kubeconfigText({ server, user: { 'auth-provider': { name: 'gcp' } } }),
      says: 'use a program (exec)',
    },
    { name: 'no context', text: 'clusters: []', says: 'its current-context leads to no cluster' },
    { name: 'a cluster without a server', text: 'clusters: [{name: c, cluster: {}}]', says: 'clusters[0].cluster.server is missing' },
    { name: 'another protocol', text: kubeconfigText({ server: 'ftp://x' }), says: 'is no http or https address' },
    { name: 'a proxy', text: kubeconfigText({ server, cluster: { 'proxy-url': 'http://p' } }), says: 'proxy-url' },
  ])('tells of $name, and nothing secret', async ({ text, says }) => {
    const path = text === undefined ? join(folder, 'absent') : text === '.' ? folder : await write('config', text);
    const said = await message(path);
    expect(said).toMatch(/^UserError: cannot use kubernetes.kubeconfig_file ".*": .*; correct it, or name another in/);
    expect(said).toContain(says);
    expect(said).not.toContain('hunter2');
  });
});

it('knows the namespace of its pod, where there is one', async () => {
  expect(await namespaceOfPod({ root: folder })).toBeUndefined();
  await write(`${SECRETS}/namespace`, 'monitoring\n');
  expect(await namespaceOfPod({ root: folder })).toBe('monitoring');
});
