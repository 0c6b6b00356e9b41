// Secrets planted wherever Plimsoll comes by them, looked for in everything that it says.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer } from '../../src/app/server.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { selfSignedCertificate } from '../../src/tls/self-signed.ts';
import { plimsoll } from '../cli/support.ts';
import { ask, askPod, EPHEMERAL, type Running, runPlimsoll, tritonSettings } from './support/server.ts';
import { answers, listenOn, type Served, says, serve, tritonText } from './support/targets.ts';
import { until } from './support/wait.ts';

/** In every secret, and in nothing else. */
const PLANTED = 'hush';

let folder = '';
const served: Served[] = [];
let running: Running;

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function jobs(): Promise<{ readonly name: string; readonly port: number; readonly job: object }[]> {
  const good = await listenOn(says(tritonText(1)));
  const refusing = await listenOn(answers(401));
  const redirecting = await listenOn((_request, response) => {
    response.writeHead(302, { location: `http://user:${PLANTED}@elsewhere/?token=${PLANTED}` }).end();
  });
  const page = await listenOn(says(`<html>${PLANTED}</html>`, { 'content-type': 'text/html' }));
  served.push(good, refusing, redirecting, page);
  const password = await file('password', `${PLANTED}\n`);
  const lines = await file('lines', `${PLANTED}\n${PLANTED}\n`);
  const key = await file('key.pem', `-----BEGIN PRIVATE KEY-----\n${PLANTED}\n-----END PRIVATE KEY-----\n`);
  const { certPem } = await selfSignedCertificate({ hosts: ['x'], notBefore: new Date(), days: 1 });
  const cert = await file('cert.pem', certPem);
  const query = { metrics_path: `/metrics?token=${PLANTED}` };
  return [
    { name: 'good', port: good.port, job: { ...query, basic_auth: { username: 'u', password_file: password } } },
    { name: 'refusing', port: refusing.port, job: { ...query, authorization: { credentials_file: password } } },
    { name: 'redirecting', port: redirecting.port, job: query },
    { name: 'page', port: page.port, job: query },
    { name: 'lines', port: good.port, job: { ...query, authorization: { credentials_file: lines } } },
    { name: 'key', port: good.port, job: { scheme: 'https', tls_config: { cert_file: cert, key_file: key } } },
    { name: 'closed', port: 1, job: query },
  ];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-secrets-'));
  running = await runPlimsoll(tritonSettings(await jobs(), [{ path: ['log', 'level'], value: 'debug' }]));
  const { book } = running.server.plimsoll.scraper;
  await until('an attempt at each target', () => [...book.all()].every(({ lastAttemptMs }) => lastAttemptMs !== undefined) || undefined);
});

afterAll(async () => {
  await running.stop();
  await Promise.all(served.map((one) => one.close()));
  await rm(folder, { recursive: true });
});

/** With secrets in its head, as clients send them. */
async function askWithSecrets(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${PLANTED}`, cookie: PLANTED, 'x-remote-user': PLANTED, 'proxy-authorization': PLANTED };
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers }, (response) => {
      let body = JSON.stringify(response.headers);
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.once('end', () => resolve(body));
    }).once('error', reject);
  });
}

/** Where it is said, with what stands around it: a whole page would say nothing. */
function leaksIn(text: string): readonly string[] {
  return [...text.matchAll(new RegExp(`.{0,80}${PLANTED}.{0,20}`, 'g'))].map(([found]) => found);
}

describe('what a running Plimsoll says', () => {
  it.each([
    '/metrics',
    '/federate?match[]=%7B__name__=~%22.%2B%22%7D',
    '/readyz?verbose',
    '/livez?verbose',
    `/nowhere?token=${PLANTED}`,
    `/metrics?token=${PLANTED}`,
    `/api/plimsoll/nowhere?token=${PLANTED}`,
  ])('%s', async (path) => {
    const text = await askWithSecrets(`${running.server.telemetryUrl}${path}`);
    expect(text.length).toBeGreaterThan(50);
    expect(leaksIn(text)).toEqual([]);
  });

  it('to an autoscaler', async () => {
    const { server } = running;
    for (const pod of ['good', 'refusing', 'redirecting', 'page', 'lines', 'key', 'closed', '*']) {
      const { body } = await askPod(server, { pod, metric: 'triton_pending_requests' });
      expect(leaksIn(body)).toEqual([]);
    }
    const { body } = await ask(`${server.metricsApiUrl}/apis/custom.metrics.k8s.io/nowhere?token=${PLANTED}`);
    expect(leaksIn(body)).toEqual([]);
  });

  it('in its log, every target’s failure among it', () => {
    const text = JSON.stringify(running.logged);
    for (const name of ['refusing', 'redirecting', 'page', 'lines', 'key', 'closed']) {
      expect(running.logged.some(({ job, msg }) => job === name && msg === 'target is down')).toBe(true);
    }
    expect(leaksIn(text)).toEqual([]);
  });
});

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing is wrong',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('errors of the start', () => {
  it('a key that cannot be used', async () => {
    const certFile = join(folder, 'cert.pem');
    const keyFile = join(folder, 'key.pem');
    const settings = settingsOf('the test', [
      ...EPHEMERAL,
      { path: ['metrics_api', 'tls_cert_file'], value: certFile },
      { path: ['metrics_api', 'tls_key_file'], value: keyFile },
    ]);
    const message = await messageOf(openServer({ settings, version: '1', writeLog: () => {} }));
    expect(message).toContain('cannot serve with tls_cert_file');
    expect(leaksIn(message)).toEqual([]);
  });

  it.each([
    ['a password in an address', `scrape_configs: [{job_name: a, static_configs: [{targets: ["user:${PLANTED}@host:8002"]}]}]`],
    [
      'a token in an address',
      `scrape_configs: [{job_name: a, static_configs: [{targets: ["http://host:8002/metrics?token=${PLANTED}"]}]}]`,
    ],
    ['a password that is no file', `scrape_configs: [{job_name: a, basic_auth: {username: u, password: ${PLANTED}}}]`],
    ['credentials that are no file', `scrape_configs: [{job_name: a, authorization: {credentials: ${PLANTED}}}]`],
    ['credentials for a mapping', `scrape_configs: [{job_name: a, authorization: ${PLANTED}}]`],
    ['a password for a mapping', `scrape_configs: [{job_name: a, basic_auth: "u:${PLANTED}"}]`],
    ['a path without its slash', `scrape_configs: [{job_name: a, metrics_path: "metrics?token=${PLANTED}"}]`],
    ['no YAML', `scrape_configs: [{job_name: a, metrics_path: "/metrics?token=${PLANTED}}]\nx: {`],
    [
      'two targets of one address',
      `scrape_configs: [{job_name: a, metrics_path: "/m?token=${PLANTED}", static_configs: [{targets: ["h:1", "h:1"]}]}]`,
    ],
  ])('%s', async (_, text) => {
    const config = await file('config.yaml', `${text}\n`);
    const { code, err } = await plimsoll(['serve', '--config', config]);
    expect(code).toBe(2);
    expect(leaksIn(err)).toEqual([]);
  });

  it('an inspection of a URL with a token', async () => {
    const { port } = await serve(says(tritonText(1)));
    const { err, out } = await plimsoll(['inspect', `http://127.0.0.1:${port}/metrics?token=${PLANTED}`], {
      stop: new AbortController().signal,
    });
    expect(out).toContain('triton');
    expect(leaksIn(err + out)).toEqual([]);
  });

  it.each([
    ['a job for a list', `scrape_configs: {job_name: a, basic_auth: {username: u, password: ${PLANTED}}}`],
    ['a list for a job', `scrape_configs: [[{authorization: {credentials: ${PLANTED}}}]]`],
    ['an address for a list', `scrape_configs: [{job_name: a, static_configs: [{targets: "user:${PLANTED}@host:8002"}]}]`],
    ['an address of ours', `telemetry: {listen: "user:${PLANTED}@host"}`],
  ])('%s', async (_, text) => {
    const config = await file('config.yaml', `${text}\n`);
    const { code, err } = await plimsoll(['serve', '--config', config]);
    expect(code).toBe(2);
    expect(leaksIn(err)).toEqual([]);
  });

  it.each([
    [['serve', `http://u:${PLANTED}@h:8002`]],
    [['serve', `ftp://h/?token=${PLANTED}`]],
    [['serve', `http://h:8002/?token=${PLANTED}`, `http://h:8002/?token=${PLANTED}`]],
    [['serve', '--config', 'x.yaml', `http://h:8002/?token=${PLANTED}`]],
    [['inspect', `http://127.0.0.1:1/?token=${PLANTED}`]],
    [['inspect', `http://u:${PLANTED}@127.0.0.1:1/`]],
  ])('plimsoll %j', async (args) => {
    const { code, err, out } = await plimsoll(args);
    expect(code).not.toBe(0);
    expect(leaksIn(err + out)).toEqual([]);
  });
});
