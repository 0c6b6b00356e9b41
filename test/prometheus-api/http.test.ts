// What is HTTP about the API: methods, bodies, sizes, compression, and clients that go away.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { settingsOf } from '../../src/app/settings.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import { silentLog } from '../../src/model/log.ts';
import { type QueryEngine, QueryError, type RangeRequest } from '../../src/model/query-engine.ts';
import { until } from '../app/support/wait.ts';
import { call } from '../metrics-api/http.ts';
import { ask, engineOf, FORM, failure, series, serveApi, success } from './world.ts';

const ONE = engineOf({ instant: async () => ({ kind: 'scalar', value: 1, warnings: [] }) });

describe('paths and methods', () => {
  it.each([
    [
      'GET',
      '/none',
      404,
      'not_found',
      /^cannot find "\/none": there is no such path below \/api\/v1; the paths are \/alertmanagers, .*\/label\/<name>\/values/,
    ],
    ['GET', '/', 404, 'not_found', /^cannot find "\/"/],
    ['GET', '/query/', 404, 'not_found', /^cannot find "\/query\/"/],
    ['GET', '/Query', 404, 'not_found', /^cannot find "\/Query"/],
    ['POST', '/admin/tsdb/delete_series', 404, 'not_found', /^cannot find /],
    ['POST', '/targets', 405, 'bad_data', /^cannot POST "\/targets": use GET$/],
    ['PUT', '/query', 405, 'bad_data', /^cannot PUT "\/query": use GET or POST$/],
    ['OPTIONS', '/query', 405, 'bad_data', /^cannot OPTIONS "\/query": use GET or POST$/],
  ])('%s %s: %i', async (method, path, code, errorType, error) => {
    const told = await ask(await serveApi(), path, { method });
    expect(told).toEqual({ code, json: { status: 'error', errorType, error: expect.stringMatching(error) } });
  });

  it('are told with the methods that there are, to nobody of another origin', async () => {
    const port = await serveApi();
    const { code, headers } = await call(port, { path: '/api/v1/query', method: 'HEAD', headers: { Origin: 'http://evil' } });
    expect({ code, allow: headers.allow }).toEqual({ code: 405, allow: 'GET, POST' });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('a form', () => {
  it('is of one type, and not encoded', async () => {
    const port = await serveApi({ engine: ONE });
    const post = (headers: Record<string, string>) => ask(port, '/query', { method: 'POST', headers, body: 'query=x' });
    expect((await post({})).code).toBe(200);
    expect((await post({ 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' })).code).toBe(200);
    expect(await post({ 'Content-Type': 'application/json' })).toEqual(
      failure(415, 'bad_data', 'cannot read a body of type "application/json"; post a form (application/x-www-form-urlencoded)'),
    );
    expect(await post({ ...FORM, 'Content-Encoding': 'gzip' })).toEqual(
      failure(415, 'bad_data', 'cannot read a body encoded as "gzip"; post it as it is'),
    );
  });

  it('has a largest size, announced or not', async () => {
    const { config } = settingsOf('the test', [{ path: ['limits', 'query_bytes'], value: 10 }]);
    const port = await serveApi({ engine: ONE, limits: () => config.limits });
    const tooLarge = failure(413, 'bad_data', 'cannot read a form of more than 10 bytes (limits.query_bytes); shorten the query');
    expect((await ask(port, '/query', { form: 'query=xxxx' })).code).toBe(200);
    expect(await ask(port, '/query', { form: 'query=xxxxx' })).toEqual(tooLarge);
    const chunked = { method: 'POST', headers: { ...FORM, 'Transfer-Encoding': 'chunked' }, body: 'query=xxxxx' };
    expect(await ask(port, '/query', chunked)).toEqual(tooLarge);
  });

  it('is asked for where the client waits for that', async () => {
    const port = await serveApi({ engine: ONE });
    const asked = request({
      port,
      path: '/api/v1/query',
      method: 'POST',
      headers: { ...FORM, Expect: '100-continue', 'Content-Length': 7 },
      agent: false,
    });
    asked.flushHeaders();
    await once(asked, 'continue');
    asked.end('query=x');
    const [response] = await once(asked, 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
  });

  it('may be cut off', async () => {
    const { meter, registry } = createRegistryMeter();
    const port = await serveApi({ engine: ONE, meter });
    connect(port).end('POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nquery');
    const counted = 'plimsoll_prometheus_api_requests_total{endpoint="/query",code="499"} 1';
    await until('the count', async () => ((await registry.metrics()).includes(counted) ? true : undefined));
  });
});

describe('a client that goes away', () => {
  it('ends the evaluation', async () => {
    const requests: RangeRequest[] = [];
    const ended = Promise.withResolvers<void>();
    const range: QueryEngine['range'] = (asked) => {
      requests.push(asked);
      return new Promise((_, reject) => {
        asked.abortSignal?.addEventListener('abort', () => {
          reject(new QueryError('aborted', 'gone'));
          ended.resolve();
        });
      });
    };
    const port = await serveApi({ engine: engineOf({ range }) });
    const asked = request({ port, path: '/api/v1/query_range?query=x&start=1&end=2&step=1', agent: false });
    asked.on('error', () => {});
    asked.end();
    await until('the question', async () => requests[0]);
    asked.destroy();
    await ended.promise;
  });

  it('ends a large answer, and gives its room to others', async () => {
    const points = 5;
    const column = Array.from({ length: points }, (_, index) => index);
    // More than the system takes for a client that does not read.
    const labels = series('x', { l: 'x'.repeat(16_000_000) });
    let asked = 0;
    const range: QueryEngine['range'] = async () => {
      asked += 1;
      return { series: [{ labels, timesMs: column, values: column }], warnings: [] };
    };
    const engine = engineOf({ range });
    const { config } = settingsOf('the test', [{ path: ['limits', 'query_points'], value: points }]);
    const error = vi.fn();
    const port = await serveApi({ engine, limits: () => config.limits, log: { ...silentLog, error } });
    const path = '/query_range?query=x&start=1&end=2&step=1';
    const unread = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = connect(port).on('error', () => {});
        socket.pause();
        socket.write(`GET /api/v1${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
        return socket;
      }),
    );
    await until('the questions', async () => (asked === 4 ? true : undefined));
    const refused = await until('no room', async () => {
      const told = await ask(port, path);
      return told.code === 503 ? told : undefined;
    });
    const message = `cannot answer now: answers of ${4 * points} points are on their way; ask again, and read answers faster`;
    expect(refused).toEqual(failure(503, 'unavailable', message));
    for (const socket of unread) socket.destroy();
    await until('room', async () => ((await ask(port, path)).code === 200 ? true : undefined));
    expect(error).not.toHaveBeenCalled();
  });
});

describe('compression', () => {
  async function raw(port: number, path: string, encoding: string) {
    const asked = request({ port, path: `/api/v1${path}`, headers: { 'Accept-Encoding': encoding }, agent: false });
    asked.end();
    const [response] = await once(asked, 'response');
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece);
    return { headers: response.headers, body: Buffer.concat(pieces) };
  }

  const LONG = engineOf({
    instant: async () => ({ kind: 'string', value: 'x'.repeat(2000), warnings: [] }),
    series: async () => ({ series: Array.from({ length: 5000 }, (_, index) => ({ labels: series(`s${index}`) })), warnings: [] }),
  });

  it.each(['gzip', 'br, gzip', 'gzip;q=0.5', '*', 'deflate, gzip;q=1.0, *;q=0.5'])('is done for who takes %s', async (encoding) => {
    const port = await serveApi({ engine: LONG });
    for (const path of ['/query?query=x', '/series?match[]=x']) {
      const plain = await call(port, { path: `/api/v1${path}` });
      const { headers, body } = await raw(port, path, encoding);
      expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding', 'content-type': 'application/json' });
      expect(gunzipSync(body).toString()).toBe(plain.body);
    }
  });

  it.each(['', 'identity', 'br', 'gzip;q=0', 'xgzip'])('is not done for who takes %j', async (encoding) => {
    const { headers } = await raw(await serveApi({ engine: LONG }), '/query?query=x', encoding);
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it('is not worth it for little', async () => {
    const { headers } = await raw(await serveApi({ engine: ONE }), '/query?query=x', 'gzip');
    expect(headers['content-length']).toBe(
      String(JSON.stringify(success({ resultType: 'scalar', result: [1_787_392_800, '1'] }).json).length),
    );
  });
});

describe('what nobody foresaw', () => {
  it('is for the log alone', async () => {
    const error = vi.fn();
    const cause = new TypeError('secret');
    const engine = engineOf({ instant: () => Promise.reject(cause) });
    const port = await serveApi({ engine, log: { ...silentLog, error } });
    expect(await ask(port, '/query?query=x')).toEqual(failure(500, 'internal', 'internal error; see the log'));
    expect(error).toHaveBeenCalledWith({ err: cause }, 'query API request failed');
  });

  it('cuts an answer that has begun', async () => {
    const error = vi.fn();
    const labels = series('x');
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      labels: index < 9999 ? labels : (undefined as unknown as typeof labels),
      value: 1,
    }));
    const engine = engineOf({ instant: async () => ({ kind: 'vector', series: many, warnings: [] }) });
    const port = await serveApi({ engine, log: { ...silentLog, error } });
    await expect(call(port, { path: '/api/v1/query?query=x' })).rejects.toThrow('aborted');
    expect(error).toHaveBeenCalledOnce();
  });
});

describe('many at a time', () => {
  it('wait for their turn, and too many are refused', async () => {
    const open: (() => void)[] = [];
    const instant: QueryEngine['instant'] = () =>
      new Promise((resolve) => {
        open.push(() => resolve({ kind: 'scalar', value: 1, warnings: [] }));
      });
    const port = await serveApi({ engine: engineOf({ instant }) });
    const codes: (number | undefined)[] = [];
    const all = Array.from({ length: 105 }, async () => codes.push((await ask(port, '/query?query=x')).code));
    await until('a refusal', async () => codes[0]);
    expect(codes).toEqual([503]);
    expect(open).toHaveLength(4);
    await until('all', async () => {
      for (const answer of open.splice(0)) answer();
      return codes.length === all.length ? true : undefined;
    });
    expect(codes.filter((code) => code === 200)).toHaveLength(104);
  });
});

it('counts what it answers', async () => {
  const { meter, registry } = createRegistryMeter();
  const port = await serveApi({ engine: ONE, meter });
  await ask(port, '/query?query=x');
  await ask(port, '/none');
  await ask(port, '/label/%zz/values');
  const text = await until('the counts', async () => {
    const metrics = await registry.metrics();
    return metrics.includes('{endpoint="/label/<name>/values",code="400"} 1') ? metrics : undefined;
  });
  expect(text).toContain('plimsoll_prometheus_api_requests_total{endpoint="/query",code="200"} 1\n');
  expect(text).toContain('plimsoll_prometheus_api_requests_total{endpoint="other",code="404"} 1\n');
  expect(text).toContain('plimsoll_prometheus_api_request_seconds_count{endpoint="/query"} 1\n');
});
