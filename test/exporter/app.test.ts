import { request } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { createTelemetryApp, type TelemetryServices } from '../../src/exporter/app.ts';
import type { HealthCheck } from '../../src/exporter/health.ts';
import type { Admit } from '../../src/model/admission.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { silentLog } from '../../src/model/log.ts';
import type { NewestSample } from '../../src/model/newest-series.ts';
import { QueryError, type QueryFailure } from '../../src/model/query-engine.ts';
import type { PodAnswer } from '../../src/model/signal.ts';
import { until } from '../app/support/wait.ts';
import { type Answer, call, serve } from '../metrics-api/http.ts';
import { inventoryOf, NOW_MS, newestOf, pod, servicesWith, signalsOf, value } from './world.ts';

const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8';
const PLAIN = 'text/plain; charset=utf-8';

async function get(path: string, given: Partial<TelemetryServices> = {}): Promise<Answer> {
  return call(await serve(createTelemetryApp(servicesWith(given))), { path });
}

function series(name: string, labels: Record<string, string>, sample: number, timeMs = NOW_MS): NewestSample {
  return { line: labelsOf({ __name__: name, ...labels }), target: labelsOf({}), value: sample, timeMs };
}

describe('/metrics', () => {
  it('holds the process, the meter, and the signals', async () => {
    const given = { signals: signalsOf({ s: { a: value(2) }, broken: undefined }), inventory: () => inventoryOf([pod('a')]) };
    const port = await serve(createTelemetryApp(servicesWith(given)));
    const { code, headers, body } = await call(port, { path: '/metrics' });
    expect(code).toBe(200);
    expect(headers).toMatchObject({ 'content-type': EXPOSITION, 'x-content-type-options': 'nosniff' });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(body).toContain('\nprocess_cpu_seconds_total ');
    expect(body).toContain('\nplimsoll_exporter_signal_failures_total{signal="broken"} 1\n');
    expect(body).toContain('\nplimsoll_s{namespace="demo",pod="a"} 2\n');
  });

  it('fails without showing why to the asker', async () => {
    const error = vi.fn();
    const cause = new TypeError('secret');
    const signals = { ...signalsOf({ s: {} }), ofPods: () => Promise.reject(cause) };
    const answer = await get('/metrics', { signals, log: { ...silentLog, error } });
    expect(answer).toMatchObject({ code: 500, body: 'internal error; see the log\n' });
    expect(error).toHaveBeenCalledWith({ err: cause }, 'telemetry request failed');
  });
});

describe('/federate', () => {
  it('writes each series once with its own time, families in the order of their names', async () => {
    const asked: unknown[] = [];
    const newest = newestOf(
      {
        '{job="triton"}': [
          series('up', { job: 'triton', instance: 'b"1' }, 1, NOW_MS - 500.25),
          series('nv_x', { job: 'triton' }, Number.NaN, NOW_MS),
          series('up', { job: 'triton', instance: 'a' }, 0),
        ],
        up: [series('up', { job: 'triton', instance: 'a' }, 0)],
      },
      asked,
    );
    const { code, headers, body } = await get('/federate?match[]={job="triton"}&match%5B%5D=up'.replaceAll('"', '%22'), { newest });
    expect(code).toBe(200);
    expect(headers['content-type']).toBe(EXPOSITION);
    expect(body).toBe(`# TYPE nv_x untyped
nv_x{job="triton"} NaN 1787392800000
# TYPE up untyped
up{instance="b\\"1",job="triton"} 1 1787392799499
up{instance="a",job="triton"} 0 1787392800000
`);
    const scope = { timeMs: NOW_MS, deadlineMs: NOW_MS + 10_000, sampleBudget: 1000 };
    expect(asked).toEqual([
      { ...scope, expr: '{job="triton"}' },
      { ...scope, expr: 'up' },
    ]);
  });

  it('quotes a name that is no plain word', async () => {
    const newest = newestOf({ '{"gpu.power"}': [series('gpu.power', { 'gpu.id': '0' }, 7)] });
    const { body } = await get('/federate?match[]={%22gpu.power%22}', { newest });
    expect(body).toBe('# TYPE "gpu.power" untyped\n{"gpu.power","gpu.id"="0"} 7 1787392800000\n');
  });

  it('is empty where nothing matches', async () => {
    expect(await get('/federate?match[]=up', { newest: newestOf({ up: [] }) })).toMatchObject({ code: 200, body: '' });
    expect(await get('/federate?match[]=up')).toMatchObject({ code: 200, body: '' });
  });

  it.each([
    ['', 'cannot federate: no selector is given; add match[]=<selector>\n'],
    ['match[]=', 'cannot federate "": unknown position: parse error: '],
    ['match[]=rate(x[5m])', 'cannot federate "rate(x[5m])": 1:5: parse error: '],
    ['match[]=up&match[]=sum(up)', 'cannot federate "sum(up)": 1:4: parse error: '],
    ['match[]={a=~%22.*%22}', 'cannot federate "{a=~\\".*\\"}": 1:1: parse error: '],
  ])('refuses ?%s', async (query, start) => {
    const asked: unknown[] = [];
    const { code, headers, body } = await get(`/federate?${query}`, { newest: newestOf({ up: [] }, asked) });
    expect(code).toBe(400);
    expect(headers['content-type']).toBe(PLAIN);
    expect(body.startsWith(start)).toBe(true);
    expect(asked).toEqual([]);
  });

  it('refuses more selectors than a question has', async () => {
    const { code, body } = await get(`/federate?${'match[]=up&'.repeat(101)}`);
    expect({ code, body }).toEqual({
      code: 400,
      body: 'cannot federate 101 selectors: one question has at most 100; join them with a regular expression\n',
    });
  });

  it('takes the labels of lines and targets together: the line’s win, empty ones hide', async () => {
    const target = labelsOf({ job: 'j', instance: 'i', pod: 'exporter' });
    const said = (labels: Record<string, string>, sample: number): NewestSample => ({
      line: labelsOf(labels),
      target,
      value: sample,
      timeMs: NOW_MS,
    });
    const up = [
      said({ __name__: 'x', pod: 'a', z: '1' }, 1),
      said({ __name__: 'x', pod: '' }, 2),
      said({ __name__: 'x', a: '' }, 3),
      // The same series as the one before, said otherwise.
      { line: labelsOf({ __name__: 'x', instance: 'i', job: 'j', pod: 'exporter' }), target: labelsOf({}), value: 4, timeMs: NOW_MS },
      { line: labelsOf({}), target: labelsOf({ __name__: 'y' }), value: 5, timeMs: NOW_MS },
    ];
    const { body } = await get('/federate?match[]=up', { newest: newestOf({ up }) });
    expect(body.replaceAll(` ${NOW_MS}`, '')).toBe(`# TYPE x untyped
x{instance="i",job="j",pod="a",z="1"} 1
x{instance="i",job="j"} 2
x{instance="i",job="j",pod="exporter"} 3
# TYPE y untyped
y 5
`);
  });

  it('refuses more series than one answer holds', async () => {
    const newest = newestOf({ up: [series('up', { i: '1' }, 1), series('up', { i: '2' }, 1)] });
    expect((await get('/federate?match[]=up', { newest, federateSeriesLimit: 2 })).code).toBe(200);
    expect(await get('/federate?match[]=up', { newest, federateSeriesLimit: 1 })).toMatchObject({
      code: 422,
      body: 'cannot federate more than 1 series in one answer; narrow match[]\n',
    });
  });

  it.each<[QueryFailure, number]>([
    ['over-limit', 422],
    ['execution', 422],
    ['bad-expression', 400],
    ['unsupported', 400],
    ['deadline', 503],
    ['unreachable', 503],
    ['aborted', 503],
  ])('a query that fails by %s is a %d', async (failure, code) => {
    const newest = newestOf({ up: new QueryError(failure, 'limits.query_samples is 5') });
    expect(await get('/federate?match[]=up', { newest })).toMatchObject({ code, body: 'limits.query_samples is 5\n' });
  });

  it('does not hide a mistake of ours', async () => {
    expect((await get('/federate?match[]=up', { newest: newestOf({ up: new TypeError('oops') }) })).code).toBe(500);
  });
});

describe('health', () => {
  const live: HealthCheck[] = [{ name: 'loop', check: () => ({ ok: true, why: 'goes on' }) }];
  const ready: HealthCheck[] = [{ name: 'targets', check: () => ({ ok: false, why: '0 of 2 tried' }) }];

  it.each([
    ['/livez', 200, 'ok\n'],
    ['/livez?verbose', 200, '[+] loop: goes on\nok\n'],
    ['/healthz', 200, 'ok\n'],
    ['/readyz', 503, '[-] targets: 0 of 2 tried\nfailed\n'],
  ])('%s', async (path, code, body) => {
    const answer = await get(path, { live, ready });
    expect(answer).toMatchObject({ code, body });
    expect(answer.headers['content-type']).toBe(PLAIN);
  });
});

describe('who may ask', () => {
  const asked: object[] = [];
  const admit: Admit = async ({ socket: _, ...request }) => {
    asked.push(request);
    if (request.target === '/livez') return { kind: 'admitted', user: 'u' };
    return { kind: 'refused', code: 403, message: 'forbidden: User "u" cannot get path "/metrics"' };
  };

  it('is judged before anything is looked at', async () => {
    const port = await serve(createTelemetryApp(servicesWith({ admit })));
    const refused = {
      code: 403,
      body: 'forbidden: User "u" cannot get path "/metrics"\n',
      headers: { 'x-content-type-options': 'nosniff' },
    };
    expect(await call(port, { path: '/metrics?a=b', headers: { 'X-Two': 'a' } })).toMatchObject(refused);
    expect(asked).toEqual([{ method: 'GET', target: '/metrics?a=b', rawHeaders: expect.arrayContaining(['X-Two', 'a']) }]);
    expect(await call(port, { path: '/none' })).toMatchObject(refused);
    expect(await call(port, { path: '/metrics', method: 'POST' })).toMatchObject(refused);
    expect(await call(port, { path: '/livez' })).toMatchObject({ code: 200 });
  });

  it('is told how to say who they are', async () => {
    const challenge = 'Basic realm="plimsoll"';
    const port = await serve(
      createTelemetryApp(servicesWith({ admit: async () => ({ kind: 'refused', code: 401, message: 'Unauthorized', challenge }) })),
    );
    expect(await call(port, { path: '/metrics' })).toMatchObject({
      code: 401,
      body: 'Unauthorized\n',
      headers: { 'www-authenticate': challenge },
    });
  });

  it('is forgotten once it is judged: nothing that names somebody goes on', async () => {
    const plimsollApi: TelemetryServices['plimsollApi'] = (request, response) => {
      const { headers, rawHeaders, headersDistinct } = request;
      response.end(JSON.stringify({ headers, rawHeaders, headersDistinct }));
    };
    const given = { admit: async () => ({ kind: 'admitted', user: 'u' }) as const, plimsollApi };
    const port = await serve(createTelemetryApp(servicesWith(given)));
    const headers = { Accept: 'text/html', Authorization: 'Bearer s3cr3t', Cookie: 'a', 'X-Remote-User': 'admin', 'X-Whoever': 'admin' };
    const { body } = await call(port, { path: '/api/plimsoll/x', headers });
    expect(JSON.parse(body)).toEqual({
      headers: { accept: 'text/html', host: `127.0.0.1:${port}` },
      rawHeaders: [],
      headersDistinct: {},
    });
  });
});

describe('a path has one spelling, the one that was judged', () => {
  it.each(['/METRICS', '/metrics/', '//metrics', '/%6detrics', '/Federate', '/livez/', '/LIVEZ', '/%6civez'])(
    '%s is not there',
    async (path) => {
      expect((await get(path)).code).toBe(404);
    },
  );
});

describe('what is heavy', () => {
  /** A page that is made when `made` is settled. */
  function held(): { readonly given: Partial<TelemetryServices>; readonly asked: () => number; readonly made: PromiseWithResolvers<void> } {
    const made = Promise.withResolvers<void>();
    let asked = 0;
    const ofPods = async (): Promise<readonly PodAnswer[]> => {
      asked += 1;
      await made.promise;
      return [];
    };
    return { given: { signals: { ...signalsOf({ s: {} }), ofPods }, newest: newestOf({ up: [] }) }, asked: () => asked, made };
  }
  it('is made one at a time, 16 wait, the others are refused without a word on when to come back, and health is told meanwhile', async () => {
    const { given, asked, made } = held();
    const port = await serve(createTelemetryApp(servicesWith(given)));
    const answers = [...Array(20).keys()].map((index) => call(port, { path: index % 2 === 0 ? '/metrics' : '/federate?match[]=up' }));
    const refused = await Promise.race(answers);
    expect(refused).toMatchObject({
      code: 503,
      body: 'cannot answer now: 16 questions about all pods or many series wait already; ask again, and less often\n',
    });
    expect(refused.headers).not.toHaveProperty('retry-after');
    expect((await call(port, { path: '/livez' })).code).toBe(200);
    expect(asked()).toBe(1);
    made.resolve();
    const codes = (await Promise.all(answers)).map(({ code }) => code);
    expect(codes.filter((code) => code === 503)).toHaveLength(3);
    expect(codes.filter((code) => code === 200)).toHaveLength(17);
    expect((await call(port, { path: '/metrics' })).body).toContain('plimsoll_exporter_refused_total 3\n');
  });

  it('is not made for who has gone while it waited', async () => {
    const { given, asked, made } = held();
    const app = createTelemetryApp(servicesWith(given));
    const seen: string[] = [];
    const port = await serve((asking, response) => {
      seen.push(`asked ${asking.url}`);
      response.once('close', () => seen.push(`ended ${asking.url}`));
      app(asking, response);
    });
    const isSeen = (what: string) => until(what, () => seen.includes(what) || undefined);
    const first = call(port, { path: '/metrics' });
    await until('the page is begun', () => asked() === 1 || undefined);
    const gone = request({ port, path: '/metrics?gone', agent: false }).end();
    await isSeen('asked /metrics?gone');
    gone.on('error', () => {}).destroy();
    await isSeen('ended /metrics?gone');
    made.resolve();
    await first;
    await call(port, { path: '/federate?match[]=up' });
    expect(asked()).toBe(1);
  });
});

describe('a GET with a body', () => {
  it.each([{ 'content-length': '1' }, { 'transfer-encoding': 'chunked' }])('is refused, and the connection ends: %j', async (headers) => {
    const port = await serve(createTelemetryApp(servicesWith()));
    const { code, headers: answered, body } = await call(port, { path: '/metrics', headers, body: 'x' });
    expect({ code, connection: answered.connection, body }).toEqual({
      code: 400,
      connection: 'close',
      body: 'cannot read the request: a GET has no body here; send none\n',
    });
  });
});

describe('everything else', () => {
  it.each(['/', '/metrics/x', '/api/v1/query?query=up', '/%zz'])('%s is not there, and the paths are named', async (path) => {
    const { code, body } = await get(path);
    expect(code).toBe(404);
    expect(body).toBe(
      `cannot find ${JSON.stringify(path.split('?')[0])}: there is no such path; the paths are:\n` +
        '/metrics\n/federate?match[]=<selector>\n/livez\n/readyz\n/healthz\n',
    );
  });

  it('names what is said about Plimsoll itself where that is answered', async () => {
    const port = await serve(createTelemetryApp(servicesWith({ plimsollApi: (_request, response) => response.end() })));
    expect((await call(port, { path: '/nowhere' })).body).toMatch(/\n\/healthz\n\/api\/plimsoll\/\n$/);
  });

  it('is only read', async () => {
    const port = await serve(createTelemetryApp(servicesWith()));
    const { code, headers, body } = await call(port, { path: '/metrics', method: 'POST', body: 'x' });
    expect({ code, allow: headers.allow, connection: headers.connection, body }).toEqual({
      code: 405,
      allow: 'GET, HEAD',
      connection: 'close',
      body: 'cannot POST: everything here is only read; use GET\n',
    });
    const head = await call(port, { path: '/livez', method: 'HEAD' });
    expect(head).toMatchObject({ code: 200, body: '', headers: { 'content-length': '3' } });
  });
});
