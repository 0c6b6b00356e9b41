// A Plimsoll without scrape jobs: pods, coverage and numbers from a remote engine.
import { afterEach, describe, expect, it } from 'vitest';
import { settingsOf } from '../../src/app/settings.ts';
import { type FakeApi, type Sample, type Script, says, serveApi, text, vector } from '../promql/remote/support.ts';
import { configFileOf } from './support/config-file.ts';
import { ask, askPod, EPHEMERAL, openPlimsoll, type Running, runPlimsoll } from './support/server.ts';
import { until } from './support/wait.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const POD = { namespace: 'demo', pod: 'a', deployment: 'triton' };
const TARGET = { job: 'triton', instance: 'a:8002', ...POD };

/** One Triton that has been there for a while, with 2.5 of whatever is asked. */
const healthy: Script[number] = (response, question) => {
  const now = Number(question.form.get('time'));
  const query = question.form.get('query') ?? '';
  const targets: readonly Sample[] = [
    [{ __name__: 'scrape_interval_seconds', __part__: 'interval', source: 'triton', ...TARGET }, '5'],
    [{ __name__: 'up', __part__: 'up', ...TARGET }, '1'],
    [{ __part__: 'tried', ...TARGET }, String(now - 2)],
    [{ __part__: 'before', ...TARGET }, '1'],
  ];
  const values: readonly Sample[] = [
    [{ __part__: 'value', namespace: 'demo', pod: 'a' }, '2.5'],
    [{ __part__: 'newest', namespace: 'demo', pod: 'a' }, String(now - 3)],
  ];
  vector(query.includes('"interval"') ? targets : values, { warnings: query.includes('"interval"') ? [] : ['a store was slow'] })(
    response,
    question,
  );
};

const RULES = `
rules:
- seriesQuery: 'queue_length{namespace!="",pod!=""}'
  resources: {template: <<.Resource>>}
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)'
`;

interface World {
  readonly plimsoll: Running;
  readonly api: FakeApi;
}

async function running(script: Script): Promise<World> {
  const api = await serveApi(script);
  const plimsoll = await runPlimsoll(settingsOf('the test', [...EPHEMERAL, { path: ['engine', 'remote'], value: { url: api.url } }]));
  opened.push({ close: plimsoll.stop }, api);
  return { plimsoll, api };
}

async function ready({ plimsoll }: World): Promise<void> {
  await until('readiness', async () => (await ask(`${plimsoll.server.telemetryUrl}/readyz`)).code === 200 || undefined);
}

const INFLIGHT = { pod: 'a', metric: 'triton_inflight_requests' };

describe('a Plimsoll over a remote engine', () => {
  it('serves the number of a pod that the engine knows, with the time of its newest sample', async () => {
    const world = await running([healthy]);
    await ready(world);
    const { code, body } = await askPod(world.plimsoll.server, INFLIGHT);
    expect(code).toBe(200);
    const [item] = JSON.parse(body).items;
    expect(item).toMatchObject({ describedObject: { name: 'a' }, value: '2500m', windowSeconds: 60 });
    const asked = world.api.questions.filter(({ form }) => form.get('query')?.includes('"value"'));
    expect(asked.length).toBe(1);
    expect(Date.parse(item.timestamp)).toBe(Math.floor(Number(asked[0]?.form.get('time')) - 3) * 1000);
  });

  it('asks for the careful expression, of live targets alone', async () => {
    const world = await running([healthy]);
    await ready(world);
    await askPod(world.plimsoll.server, INFLIGHT);
    const query = world.api.questions.find(({ form }) => form.get('query')?.includes('"value"'))?.form.get('query');
    expect(query).toContain('triton_pending_leak_requests');
    expect(query).toContain('up == 1 and timestamp(up) >= time() - 15');
  });

  it('explains where the number is from, and keeps the engine’s warnings', async () => {
    const world = await running([healthy]);
    await ready(world);
    const url = `${world.plimsoll.server.telemetryUrl}/api/plimsoll/explain?metric=triton_inflight_requests&object=deployments.apps/demo/triton`;
    const document = JSON.parse((await ask(url)).body);
    expect(document.engine).toBe(world.api.url);
    expect(document.answers).toMatchObject([{ value: 2.5, warnings: ['a store was slow'] }]);
    expect(document.targets).toMatchObject([{ id: 'triton|a:8002', state: 'up', source: 'triton' }]);
  });

  it('is not ready before the engine has answered, and says why', async () => {
    const world = await running([text('no', { status: 500 })]);
    await until(
      'a line of the log',
      () => world.plimsoll.logged.some(({ msg }) => msg.startsWith('the remote engine does not answer')) || undefined,
    );
    const { code, body } = await ask(`${world.plimsoll.server.telemetryUrl}/readyz`);
    expect(code).toBe(503);
    expect(body).toContain('[-] remote-engine: it has not answered yet; last: it answers 500; its own log says why');
  });

  it('stays ready when the engine fails later, and every number is a 404 with the reason', async () => {
    let isDown = false;
    const world = await running([(response, question) => (isDown ? text('no', { status: 500 }) : healthy)(response, question)]);
    await ready(world);
    isDown = true;
    await until('a 404', async () => (await askPod(world.plimsoll.server, INFLIGHT)).code === 404 || undefined);
    const { body } = await askPod(world.plimsoll.server, INFLIGHT);
    expect(JSON.parse(body)).toMatchObject({
      reason: 'NotFound',
      message: expect.stringContaining('cannot ask the remote engine "http://127.0.0.1:'),
    });
    expect((await ask(`${world.plimsoll.server.telemetryUrl}/readyz`)).code).toBe(200);
  });

  it('asks it for prometheus-adapter’s rules too, whose series it tells of, with the expression as it stands', async () => {
    const file = await configFileOf(RULES, 'rules.yaml');
    opened.push({ close: file.remove });
    const queued = { __name__: 'queue_length', namespace: 'demo', pod: 'a' };
    const api = await serveApi([
      (response, question) => {
        const asks = question.form.get('query') ?? '';
        if (question.path.endsWith('/series')) says({ status: 'success', data: [queued] })(response, question);
        else if (asks.includes('queue_length')) vector([[{ pod: 'a' }, '7']])(response, question);
        else healthy(response, question);
      },
    ]);
    const plimsoll = await runPlimsoll(
      settingsOf('the test', [
        ...EPHEMERAL,
        { path: ['engine', 'remote'], value: { url: api.url } },
        { path: ['prometheus_adapter_config'], value: file.path },
      ]),
    );
    opened.push({ close: plimsoll.stop }, api);
    const answer = await until('the metric of a rule', async () => {
      const { code, body } = await askPod(plimsoll.server, { pod: 'a', metric: 'queue_length' });
      return code === 200 ? body : undefined;
    });
    expect(JSON.parse(answer).items).toMatchObject([{ describedObject: { name: 'a' }, value: '7' }]);
    const asked = api.questions.map(({ form }) => form.get('query') ?? '').filter((query) => query.includes('queue_length'));
    expect(new Set(asked)).toEqual(new Set(['sum(queue_length{namespace="demo",pod="a"}) by (pod)']));
  });
});

it('without one the embedded engine is named', async () => {
  const { server } = await openPlimsoll(settingsOf('the test', EPHEMERAL));
  expect(server.plimsoll.engineName).toBe('embedded');
  const stop = AbortSignal.abort();
  await server.run(stop);
});
