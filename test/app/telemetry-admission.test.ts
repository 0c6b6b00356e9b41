// A whole Plimsoll whose telemetry asks for a password or a certificate, or leaves it to a cluster, over plain HTTP and over TLS.
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { request as requestPlain } from 'node:http';
import { Agent, request as requestSecure } from 'node:https';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Override } from '../../src/config/parse.ts';
import { apiServer, configMapEvent } from '../auth/support/api-server.ts';
import { authority, client, type Made, make, SERVER } from '../auth/support/authority.ts';
import { cluster } from '../auth/support/secure-face.ts';
import { configFile } from './support/config-file.ts';
import { openPlimsoll, type Running, runPlimsoll, tritonSettings } from './support/server.ts';
import { timed, until } from './support/wait.ts';

/** Below the five seconds after which Node ends whatever is idle. */
const SOON_MS = 2_500;

const [one, other] = await Promise.all([authority('one'), authority('other')]);
const serving = await make({ name: [{ CN: ['plimsoll'] }], usages: SERVER });

const running: Running[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(running.splice(0).map((plimsoll) => plimsoll.stop()));
});

async function files(texts: Readonly<Record<string, string>>): Promise<{ readonly at: (name: string) => string }> {
  const folder = dirname((await configFile('')).path);
  await Promise.all(Object.entries(texts).map(([name, text]) => writeFile(join(folder, name), text)));
  return { at: (name) => join(folder, name) };
}

const telemetry = (settings: Readonly<Record<string, unknown>>): Override[] =>
  Object.entries(settings).map(([key, value]) => ({ path: ['telemetry', key], value }));

async function start(overrides: readonly Override[], kube = apiServer(cluster({}))): Promise<Running> {
  const plimsoll = await runPlimsoll(tritonSettings([], overrides), { kube });
  running.push(plimsoll);
  return plimsoll;
}

interface Asking {
  readonly shows?: Made;
  readonly headers?: Record<string, string>;
  readonly agent?: Agent;
}

async function ask({ server }: Running, path: string, { shows, headers = {}, agent }: Asking = {}) {
  const credentials = shows && { cert: shows.certPem, key: shows.keyPem };
  const options = { agent: agent ?? (false as const), headers, rejectUnauthorized: false, ...credentials };
  const url = `${server.telemetryUrl}${path}`;
  const asked = (url.startsWith('https:') ? requestSecure : requestPlain)(url, options);
  asked.end();
  const [response] = await once(asked, 'response');
  response.resume();
  await once(response, 'end');
  return { code: response.statusCode, challenge: response.headers['www-authenticate'] };
}

const basic = (credentials: string) => ({ headers: { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } });

describe('basic', () => {
  it('answers whoever has the password, everybody about health, and starts with no password that cannot be used', async () => {
    const { at } = await files({ password: 'pass\n' });
    const settings = telemetry({ authentication: 'basic', basic_auth: { username: 'u', password_file: at('password') } });
    const plimsoll = await start(settings);
    expect(await ask(plimsoll, '/metrics', basic('u:pass'))).toEqual({ code: 200, challenge: undefined });
    for (const asking of [{}, basic('u:none'), { headers: { Authorization: 'Bearer pass' } }]) {
      expect(await ask(plimsoll, '/metrics', asking)).toEqual({ code: 401, challenge: 'Basic realm="plimsoll", charset="UTF-8"' });
      expect((await ask(plimsoll, '/api/plimsoll/none', asking)).code).toBe(401);
    }
    expect((await ask(plimsoll, '/livez')).code).toBe(200);
    await writeFile(at('password'), '');
    await expect(openPlimsoll(tritonSettings([], settings))).rejects.toMatchObject({
      exitCode: 1,
      message: 'cannot use telemetry.basic_auth.password_file: the file is empty; put the secret alone in it',
    });
  });

  it('goes over TLS where a certificate is given, which is followed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const renewed = await make({ name: [{ CN: ['renewed'] }], usages: SERVER });
    const { at } = await files({ password: 'pass', crt: serving.certPem, key: serving.keyPem });
    const plimsoll = await start(
      telemetry({
        authentication: 'basic',
        basic_auth: { username: 'u', password_file: at('password') },
        tls_cert_file: at('crt'),
        tls_key_file: at('key'),
      }),
    );
    expect(plimsoll.server.telemetryUrl).toMatch(/^https:/);
    expect((await ask(plimsoll, '/metrics', basic('u:pass'))).code).toBe(200);
    await Promise.all([writeFile(at('crt'), renewed.certPem), writeFile(at('key'), renewed.keyPem)]);
    for (let round = 0; round < 100 && !isRenewed(plimsoll); round += 1) {
      await vi.advanceTimersByTimeAsync(10_000);
      await ask(plimsoll, '/livez');
    }
    expect(isRenewed(plimsoll)).toBe(true);
  });
});

function isRenewed({ logged }: Running): boolean {
  return logged.some(({ msg }) => msg === 'serving certificate renewed');
}

describe('certificate', () => {
  async function withCertificates() {
    const { at } = await files({ ca: one.certPem, crt: serving.certPem, key: serving.keyPem });
    const settings = { authentication: 'certificate', client_ca_file: at('ca'), tls_cert_file: at('crt'), tls_key_file: at('key') };
    return { at, plimsoll: await start(telemetry(settings)) };
  }
  const ready = (plimsoll: Running) =>
    until('the authorities', async () => ((await ask(plimsoll, '/readyz')).code === 200 ? true : undefined));

  it('answers whoever shows one of the authority, with a name or without, and everybody about health', async () => {
    const { plimsoll } = await withCertificates();
    await ready(plimsoll);
    const nameless = await make({ by: one, name: [{ O: ['o'] }], usages: ['1.3.6.1.5.5.7.3.2'] });
    for (const shows of [await client(one, 'u'), nameless]) {
      expect((await ask(plimsoll, '/metrics', { shows })).code).toBe(200);
    }
    for (const asking of [
      {},
      { shows: await client(other, 'u') },
      { shows: await client(one, 'u', { usages: SERVER }) },
      { shows: await client(one, 'u', { untilMs: -1 }) },
      { headers: { 'X-Remote-User': 'admin', Authorization: 'Bearer a' } },
    ]) {
      expect(await ask(plimsoll, '/metrics', asking)).toEqual({ code: 401, challenge: undefined });
    }
    expect((await ask(plimsoll, '/livez')).code).toBe(200);
  });

  it('follows the authorities, and ends connections of those before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { at, plimsoll } = await withCertificates();
    const shows = await client(one, 'u');
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, cert: shows.certPem, key: shows.keyPem });
    const pass = async (isDone: () => Promise<boolean>) => {
      for (let round = 0; round < 200 && !(await isDone()); round += 1) await vi.advanceTimersByTimeAsync(2_000);
    };
    await pass(async () => (await ask(plimsoll, '/readyz')).code === 200);
    const closed = new Promise<void>((resolve) => agent.once('free', (socket) => socket.once('close', resolve)));
    expect((await ask(plimsoll, '/metrics', { agent })).code).toBe(200);
    await writeFile(`${at('ca')}.new`, other.certPem);
    await rename(`${at('ca')}.new`, at('ca'));
    const both = { shows: await client(other, 'u') };
    await pass(async () => (await ask(plimsoll, '/metrics', both)).code === 200);
    await timed(closed, SOON_MS);
    expect((await ask(plimsoll, '/metrics', { agent })).code).toBe(401);
    agent.destroy();
  });
});

describe('delegated over TLS', () => {
  it('takes client certificates and the front proxy as the metrics API does, judged by files', async () => {
    const { at } = await files({ clients: one.certPem, proxies: other.certPem, crt: serving.certPem, key: serving.keyPem });
    const kube = apiServer(cluster({}, { good: { username: 'sa' } }));
    const plimsoll = await start(
      [
        ...telemetry({ authentication: 'delegated', tls_cert_file: at('crt'), tls_key_file: at('key') }),
        { path: ['metrics_api', 'client_ca_file'], value: at('clients') },
        { path: ['metrics_api', 'requestheader_client_ca_file'], value: at('proxies') },
        { path: ['metrics_api', 'requestheader_allowed_names'], value: ['front-proxy-client'] },
      ],
      kube,
    );
    await until('the files', async () => ((await ask(plimsoll, '/readyz')).code === 200 ? true : undefined));
    const admin = { 'X-Remote-User': 'admin' };
    const codeOf = async (asking: Asking) => (await ask(plimsoll, '/metrics', asking)).code;
    expect(await codeOf({ shows: await client(one, 'u') })).toBe(200);
    expect(await codeOf({ shows: await client(other, 'front-proxy-client'), headers: admin })).toBe(200);
    expect(await codeOf({ headers: { Authorization: 'Bearer good' } })).toBe(200);
    expect(await codeOf({ shows: await client(other, 'somebody'), headers: admin })).toBe(401);
    expect(await codeOf({ headers: admin })).toBe(401);
    const users = kube.asked.map(({ path, body }) => [path.split('/').at(-1), (body as { spec: { user?: string } }).spec.user]);
    expect(users).toEqual([
      ['subjectaccessreviews', 'u'],
      ['subjectaccessreviews', 'admin'],
      ['tokenreviews', undefined],
      ['subjectaccessreviews', 'sa'],
    ]);
  });

  it('ends connections when the cluster publishes others', async () => {
    const data = { 'client-ca-file': one.certPem, 'requestheader-client-ca-file': other.certPem };
    const kube = apiServer(cluster(data));
    const { at } = await files({ crt: serving.certPem, key: serving.keyPem });
    const plimsoll = await start(telemetry({ authentication: 'delegated', tls_cert_file: at('crt'), tls_key_file: at('key') }), kube);
    await until('the settings', async () => ((await ask(plimsoll, '/readyz')).code === 200 ? true : undefined));
    const shows = await client(one, 'u');
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, cert: shows.certPem, key: shows.keyPem });
    const closed = new Promise<void>((resolve) => agent.once('free', (socket) => socket.once('close', resolve)));
    expect((await ask(plimsoll, '/metrics', { agent })).code).toBe(200);
    kube.tell(configMapEvent({ ...data, 'client-ca-file': other.certPem }));
    await timed(closed, SOON_MS);
    expect((await ask(plimsoll, '/metrics', { agent })).code).toBe(401);
    agent.destroy();
  });
});
