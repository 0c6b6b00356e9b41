// Secrets planted wherever a person or a server could put one: none of them comes out again.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { settingsOf, settingsToFollow } from '../../src/app/settings.ts';
import { plimsoll } from '../cli/support.ts';
import { configFile } from './support/config-file.ts';
import { ask, EPHEMERAL, runPlimsoll } from './support/server.ts';
import { says, serve, tritonText } from './support/targets.ts';
import { until } from './support/wait.ts';

/** Each as it would be found in an output, whatever way it took. */
const SECRETS = {
  password: 'plantedPassw0rd',
  basic: Buffer.from('scraper:plantedPassw0rd').toString('base64'),
  token: 'plantedT0ken.abc',
  query: 'plantedQuery1',
  label: 'plantedLabel1',
  rule: 'plantedRule1',
  line: 'plantedLine1',
  user: 'plantedUser1',
  cookie: 'plantedBody1',
  reload: 'plantedReload1',
};

function leaks(text: string): readonly string[] {
  return Object.entries(SECRETS).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

interface Planted {
  readonly name: string;
  readonly port: number;
  readonly job?: object;
  readonly labels?: object;
}

async function plantedJobs(): Promise<readonly object[]> {
  const files = await folder();
  await writeFile(join(files, 'password'), `${SECRETS.password}\n`);
  await writeFile(join(files, 'credentials'), `${SECRETS.token}\n`);
  const line = `nv_inference_count{model="m",version="1",session_token="${SECRETS.line}"} 7\n`;
  const well = await serve(says(tritonText(1) + line));
  // What it was shown comes back in its answers.
  const echoes = await serve((request, response) => {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`no: Authorization: ${request.headers.authorization}`);
  });
  const redirects = await serve((_request, response) => {
    response.writeHead(302, { location: `https://admin:${SECRETS.user}@sso.example/login?session=${SECRETS.cookie}` }).end();
  });
  const named = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`x{password="${SECRETS.line}"} 1\n{"token=${SECRETS.line}"} 1\n`);
  });
  const basic = { basic_auth: { username: 'scraper', password_file: join(files, 'password') } };
  const bearer = { authorization: { credentials_file: join(files, 'credentials') } };
  const planted: readonly Planted[] = [
    {
      name: 'well',
      port: well.port,
      job: { ...bearer, metrics_path: `/metrics?token=${SECRETS.query}` },
      labels: { api_token: SECRETS.label },
    },
    { name: 'query', port: well.port, job: { ...basic, metrics_path: `/metrics?${SECRETS.query}` } },
    { name: 'echoes', port: echoes.port, job: bearer },
    { name: 'redirects', port: redirects.port, job: basic },
    { name: 'named', port: named.port, job: bearer },
    {
      name: 'rules',
      port: well.port,
      job: {
        metric_relabel_configs: [{ target_label: 'secret', replacement: SECRETS.rule }],
        relabel_configs: [{ target_label: 'client_secret', replacement: SECRETS.rule }],
      },
    },
  ];
  return planted.map(({ name, port, job, labels }) => ({
    job_name: name,
    triton_api: { enabled: false },
    ...job,
    static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { namespace: 'demo', pod: name, deployment: 'all', ...labels } }],
  }));
}

it('in files, URLs, labels, rules and what servers say: none is in the bundle, an explanation or the log', async () => {
  const settings = settingsOf('the test', [
    ...EPHEMERAL,
    { path: ['log', 'level'], value: 'debug' },
    { path: ['scrape', 'interval'], value: '400ms' },
    { path: ['scrape_configs'], value: await plantedJobs() },
  ]);
  const { server, logged, stop } = await runPlimsoll(settings);
  onTestFinished(stop);
  const base = `${server.telemetryUrl}/api/plimsoll`;
  const bundle = await until(
    'a bundle with every target tried',
    async () => {
      const { body } = await ask(`${base}/bundle`);
      const { targets }: { targets: { state: string; error?: { failure: string } }[] } = JSON.parse(body);
      return targets.every(({ state, error }) => state === 'up' || (error !== undefined && error.failure !== 'timeout')) ? body : undefined;
    },
    15_000,
  );
  // The planted things are there, but for what is secret.
  const kept = ['password_file', 'credentials_file', '[redacted]', 'api_token', 'scraper', 'redirected to'];
  expect(kept.filter((text) => !bundle.includes(text))).toEqual([]);
  expect(leaks(bundle)).toEqual([]);

  const objects = ['well', 'query', 'echoes', 'redirects', 'named', 'rules'].map((pod) => `pods/demo/${pod}`);
  for (const object of [...objects, 'deployments.apps/demo/all', 'pods/demo/*']) {
    const { code, body } = await ask(`${base}/explain?metric=triton_inferences_per_second&object=${object}`);
    expect([object, code, leaks(body)]).toEqual([object, 200, []]);
  }
  const { body: errors } = await ask(
    `${base}/explain?metric=triton_inferences_per_second&object=pods/demo/all&selector=token=${SECRETS.query},=`,
  );
  expect(leaks(errors)).toEqual([]);
  const text = await plimsoll(
    ['explain', 'triton_inferences_per_second', '--object', 'pods/demo/*', '--all', '--server', server.telemetryUrl],
    { stop: new AbortController().signal },
  );
  expect(text.out).toContain('redirected to');
  expect(leaks(text.out + text.err)).toEqual([]);

  const log = JSON.stringify(logged);
  expect(log).toContain('target is down');
  expect(leaks(log)).toEqual([]);
});

it.each([
  `scrape_configs: [{job_name: a, static_configs: [{targets: ["http://me:${SECRETS.reload}@host:1/"]}, {targets: ["me:${SECRETS.reload}@host:1"]}]}]`,
  `scrape_configs: [{job_name: a, basic_auth: {username: me, password: ${SECRETS.reload}}}]`,
  `scrape_configs: [{job_name: a, metrics_path: "http://me:${SECRETS.reload}@host/?token=${SECRETS.reload}"}]`,
  `{password: ${SECRETS.reload}`,
])('in a configuration that is wrong: none is in what a start says, nor in the log of a reload: %s', async (wrong) => {
  const file = await configFile(`metrics_api: {listen: "127.0.0.1:0"}\ntelemetry: {listen: "127.0.0.1:0"}\n`);
  const followed = await settingsToFollow(file.path, []);
  const { server, logged, stop } = await runPlimsoll(followed.settings, followed);
  onTestFinished(stop);
  await file.write(wrong);
  await until('the refusal', () => logged.find(({ msg }) => msg.startsWith('configuration not reloaded')), 8000);
  expect(leaks(JSON.stringify(logged))).toEqual([]);
  expect(leaks((await ask(`${server.telemetryUrl}/api/plimsoll/bundle`)).body)).toEqual([]);
  const start = await plimsoll(['serve', '--config', file.path]);
  expect([start.code, leaks(start.out + start.err)]).toEqual([2, []]);
});
