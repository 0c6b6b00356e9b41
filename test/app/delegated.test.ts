// A whole Plimsoll whose faces leave it to a cluster who may ask.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/lib/user-error.ts';
import { answer, apiServer, type FakeApiServer, reviewed, status, unreachable } from '../auth/support/api-server.ts';
import { authority, client, type Made, make, SERVER } from '../auth/support/authority.ts';
import { cluster } from '../auth/support/secure-face.ts';
import { configFile } from './support/config-file.ts';
import { openPlimsoll, type Running, runPlimsoll, tritonSettings } from './support/server.ts';
import { until } from './support/wait.ts';

const clients = await authority('clients');
const proxies = await authority('proxies');
const proxy = await client(proxies, 'front-proxy-client');
const user = await client(clients, 'u');

const DATA = {
  'client-ca-file': clients.certPem,
  'requestheader-client-ca-file': proxies.certPem,
  'requestheader-allowed-names': '["front-proxy-client"]',
  'requestheader-username-headers': '["X-Remote-User"]',
  'requestheader-group-headers': '["X-Remote-Group"]',
  'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
};
const DELEGATED = [
  { path: ['metrics_api', 'authentication'], value: 'delegated' },
  { path: ['telemetry', 'authentication'], value: 'delegated' },
];
const MASTERS = { 'X-Remote-User': 'system:kube-aggregator', 'X-Remote-Group': 'system:masters' };

const running: Running[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function start(kube: FakeApiServer, overrides = DELEGATED): Promise<Running> {
  const one = await runPlimsoll(tritonSettings([], overrides), { kube });
  running.push(one);
  return one;
}

interface Asking {
  readonly shows?: Made;
  readonly headers?: Record<string, string>;
}

async function ask(
  url: string,
  { shows, headers = {} }: Asking = {},
): Promise<{ code: number | undefined; body: string; server: string | undefined }> {
  const credentials = shows && { cert: shows.certPem, key: shows.keyPem };
  const options = { agent: false as const, headers, rejectUnauthorized: false, ...credentials };
  const asked = url.startsWith('https:') ? requestSecure(url, options) : requestPlain(url, options);
  asked.end();
  const [response] = await once(asked, 'response');
  const server = 'getPeerX509Certificate' in response.socket ? response.socket.getPeerX509Certificate().subject : undefined;
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { code: response.statusCode, body, server };
}

async function settled({ server }: Running): Promise<void> {
  await until('readiness', async () => ((await ask(`${server.telemetryUrl}/readyz`)).code === 200 ? true : undefined));
}

describe('the metrics API', () => {
  it('answers whom the cluster lets, and nobody else', async () => {
    const one = await start(apiServer(cluster(DATA, { good: { username: 'sa' } })));
    await settled(one);
    const url = `${one.server.metricsApiUrl}/apis`;
    expect(await ask(url, { shows: proxy, headers: MASTERS })).toMatchObject({
      code: 200,
      body: expect.stringContaining('"APIGroupList"'),
    });
    expect(await ask(url, { shows: user })).toMatchObject({ code: 200 });
    expect(await ask(url, { headers: { Authorization: 'Bearer good' } })).toMatchObject({ code: 200 });
    for (const asking of [
      {},
      { headers: MASTERS },
      { shows: await client(await authority('proxies'), 'front-proxy-client'), headers: MASTERS },
    ]) {
      expect(await ask(url, asking)).toMatchObject({ code: 401, body: expect.stringContaining('"reason":"Unauthorized"') });
    }
  });

  it('says 403 before it says whether there is anything', async () => {
    const known = cluster(DATA);
    const one = await start(apiServer((request) => (request.path.endsWith('/subjectaccessreviews') ? reviewed({}) : known(request))));
    await settled(one);
    const { code, body } = await ask(`${one.server.metricsApiUrl}/apis/custom.metrics.k8s.io/v1beta2/namespaces/none/pods/*/nothing`, {
      shows: user,
    });
    expect([code, JSON.parse(body)]).toMatchObject([
      403,
      {
        kind: 'Status',
        reason: 'Forbidden',
        message:
          'pods.custom.metrics.k8s.io "*" is forbidden: User "u" cannot get resource "pods/nothing" in API group "custom.metrics.k8s.io" in the namespace "none"',
      },
    ]);
  });

  it('and telemetry answer probes of anybody; ready is also that the settings of the cluster are read', async () => {
    const kube = apiServer(() => status(403, 'no'));
    const one = await start(kube);
    for (const url of [one.server.metricsApiUrl, one.server.telemetryUrl]) {
      expect(await ask(`${url}/livez`)).toMatchObject({ code: 200, body: 'ok\n' });
      await until('the missing right', async () =>
        (await ask(`${url}/readyz`)).body.includes('extension-apiserver-authentication-reader') ? true : undefined,
      );
      expect(await ask(`${url}/readyz`)).toMatchObject({
        code: 503,
        body: expect.stringMatching(/^\[-\] authentication-settings: cannot read the ConfigMap/m),
      });
    }
    expect(one.logged.map(({ msg }) => msg)).toContain('authentication settings not read');
  });
});

describe('telemetry', () => {
  it('is for bearers whom the cluster lets read the path', async () => {
    const known = cluster(DATA, { prometheus: { username: 'prometheus' }, other: { username: 'other' } });
    const kube = apiServer((request) => {
      if (!request.path.endsWith('/subjectaccessreviews')) return known(request);
      return reviewed({ allowed: JSON.stringify(request.body).includes('"user":"prometheus"') });
    });
    const one = await start(kube);
    const url = `${one.server.telemetryUrl}/metrics`;
    const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
    expect(await ask(url, bearer('prometheus'))).toMatchObject({
      code: 200,
      body: expect.stringContaining('plimsoll_authentication_attempts_total'),
    });
    expect(await ask(url, bearer('other'))).toMatchObject({ code: 403, body: 'forbidden: User "other" cannot get path "/metrics"\n' });
    expect(await ask(url, bearer('none'))).toMatchObject({ code: 401, body: 'Unauthorized\n' });
    expect(await ask(url, { headers: MASTERS })).toMatchObject({ code: 401 });
    expect(kube.asked.find(({ body }) => JSON.stringify(body ?? '').includes('prometheus"'))?.body).toBeDefined();
    const reviews = kube.asked.filter(({ path }) => path.endsWith('/subjectaccessreviews'));
    expect(reviews[0]?.body).toMatchObject({ spec: { user: 'prometheus', nonResourceAttributes: { verb: 'get', path: '/metrics' } } });
  });
});

describe('each face is delegated by itself', () => {
  it.each([
    [[DELEGATED[0]], 401, 200],
    [[DELEGATED[1]], 200, 401],
    [[], 200, 200],
  ])('%j', async (overrides, metricsApi, telemetry) => {
    const one = await start(apiServer(cluster(DATA)), overrides as typeof DELEGATED);
    expect(await ask(`${one.server.metricsApiUrl}/apis`)).toMatchObject({ code: metricsApi });
    expect(await ask(`${one.server.telemetryUrl}/metrics`)).toMatchObject({ code: telemetry });
  });
});

describe('the end', () => {
  it('comes at once while the cluster is away, and ends the connections to it', async () => {
    const kube = { ...apiServer(unreachable), close: vi.fn(async () => {}) };
    const one = await runPlimsoll(tritonSettings([], DELEGATED), { kube });
    await one.stop();
    expect(kube.close).toHaveBeenCalledOnce();
  });

  it('is the beginning where there is no cluster to ask', async () => {
    await expect(openPlimsoll(tritonSettings([], DELEGATED))).rejects.toThrow(UserError);
  });
});

describe('the serving certificate', () => {
  it('comes from files, and is renewed with them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const [first, second] = await Promise.all([
      make({ name: [{ CN: ['first'] }], usages: SERVER }),
      make({ name: [{ CN: ['second'] }], usages: SERVER }),
    ]);
    const folder = dirname((await configFile('')).path);
    const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const put = ({ certPem, keyPem }: Made) => Promise.all([writeFile(certFile, certPem), writeFile(keyFile, keyPem)]);
    await put(first);
    const files = [
      { path: ['metrics_api', 'tls_cert_file'], value: certFile },
      { path: ['metrics_api', 'tls_key_file'], value: keyFile },
    ];
    const one = await start(
      apiServer(() => answer(200, {})),
      files,
    );
    const url = `${one.server.metricsApiUrl}/apis`;
    expect(await ask(url)).toMatchObject({ code: 200, server: 'CN=first' });
    await put(second);
    let shown = 'CN=first';
    for (let round = 0; shown === 'CN=first' && round < 100; round += 1) {
      await vi.advanceTimersByTimeAsync(10_000);
      shown = (await ask(url)).server ?? '';
    }
    expect(shown).toBe('CN=second');
    expect(one.logged.map(({ msg }) => msg)).toContain('serving certificate renewed');
  });
});
