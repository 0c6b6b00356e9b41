import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createMetricsApi } from '../../src/metrics-api/app.ts';
import type { MetricsApiServices } from '../../src/metrics-api/services.ts';
import type { Meter } from '../../src/model/meter.ts';
import { QueryError } from '../../src/model/query-engine.ts';
import { type Call, call, serve } from './http.ts';
import { known, servicesWith } from './world.ts';

const PODS = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/%2A/triton_inflight_requests';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1/namespaces/demo/gpu_power';

function portOf(services: MetricsApiServices): Promise<number> {
  return serve(createMetricsApi(services));
}

describe('createMetricsApi', () => {
  it('serves what the HPA asks for, without a trace of the software', async () => {
    const port = await portOf(servicesWith());
    const { code, headers, body } = await call(port, { path: PODS, headers: { accept: 'application/vnd.kubernetes.protobuf, */*' } });
    expect(code).toBe(200);
    expect(JSON.parse(body).items).toHaveLength(3);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });

  it('answers HEAD as GET, without the body', async () => {
    const port = await portOf(servicesWith());
    const got = await call(port, { path: PODS });
    const head = await call(port, { path: PODS, method: 'HEAD' });
    expect(head.body).toBe('');
    expect({ ...head.headers, date: '' }).toEqual({ ...got.headers, date: '' });
    expect(head.headers['content-length']).toBe(String(got.body.length));
  });

  it.each([
    ['curl/8.5.0', '', '{\n  "kind"'],
    ['kubectl/v1.33', '?pretty=true', '{\n  "kind"'],
    ['kubectl/v1.33', '', '{"kind"'],
    ['curl/8.5.0', '?pretty=false', '{"kind"'],
  ])('indents for people: %s %s', async (agent, query, start) => {
    const port = await portOf(servicesWith());
    const { body } = await call(port, { path: EXTERNAL + query, headers: { 'user-agent': agent } });
    expect(body.startsWith(start)).toBe(true);
  });

  it.each<Call>([
    { path: PODS, method: 'POST', body: '{"kind":"x"}' },
    { path: PODS, method: 'GET', body: 'x', headers: { 'content-length': '1' } },
    { path: PODS, method: 'GET', body: 'x', headers: { 'transfer-encoding': 'chunked' } },
  ])('refuses a body and closes: $method $headers', async (asked) => {
    const port = await portOf(servicesWith());
    const { code, headers, body } = await call(port, asked);
    expect(code).toBe(asked.method === 'POST' ? 405 : 400);
    expect(headers).toMatchObject({ connection: 'close', ...(code === 405 && { allow: 'GET, HEAD' }) });
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', code });
  });

  it.each<Call>([
    { path: '/' },
    { path: '/apis/none' },
    { path: `${PODS}x` },
    { path: PODS.replace('demo', '%zz') },
    { path: `${PODS}?labelSelector=%zz` },
    { path: PODS, headers: { accept: 'text/html' } },
    { path: PODS, method: 'PATCH' },
    { path: PODS.replace('/apis', '//apis') },
    { path: '/apis/../apis' },
    { path: '*', method: 'OPTIONS' },
    { path: PODS, method: 'OPTIONS' },
    { path: EXTERNAL, headers: { accept: 'application/vnd.kubernetes.protobuf' } },
    { path: `${EXTERNAL}?watch=true` },
    { path: `${EXTERNAL}x`, headers: { accept: 'application/yaml' } },
    { path: EXTERNAL.replace('gpu_power', '__proto__') },
  ])('never says Status with 200: $method $path', async (asked) => {
    const port = await portOf(servicesWith());
    const { code, headers, body } = await call(port, asked);
    expect(code).toBeGreaterThanOrEqual(400);
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', status: 'Failure', code });
  });

  it('sends 304 without a length', async () => {
    const port = await portOf(servicesWith());
    const { headers } = await call(port, { path: '/apis' });
    const again = await call(port, { path: '/apis', headers: { 'if-none-match': headers.etag ?? '' } });
    expect(again).toMatchObject({ code: 304, body: '' });
    expect(again.headers).not.toHaveProperty('content-length');
  });

  it('counts by group and code, and never asks a client to wait', async () => {
    const counted: unknown[] = [];
    const note = { add: (amount: number, labels: unknown) => counted.push([amount, labels]) };
    const observed: unknown[] = [];
    const meter: Meter = {
      counter: () => note,
      gauge: () => ({ set: () => {} }),
      histogram: () => ({ observe: (seconds, labels) => observed.push([seconds, labels]) }),
    };
    const error = new QueryError('deadline', 'cannot finish in 10s: limits.query_timeout; raise it');
    const port = await portOf({ ...servicesWith({ error }), meter });
    const { headers } = await call(port, { path: EXTERNAL });
    await call(port, { path: '/version' });
    expect(headers).not.toHaveProperty('retry-after');
    expect(counted).toEqual([
      [1, { group: 'external.metrics.k8s.io', code: '504' }],
      [1, { group: '', code: '200' }],
    ]);
    expect(observed).toEqual([
      [0, { group: 'external.metrics.k8s.io' }],
      [0, { group: '' }],
    ]);
  });

  it('answers many at a time, each with its own values', async () => {
    const services = servicesWith();
    const pods = Array.from({ length: 1000 }, (_, index) => ({
      namespace: 'demo',
      name: `triton-${index}`,
      labels: new Map(),
      ready: true,
    }));
    let asked = 0;
    const signals: MetricsApiServices['signals'] = {
      ...services.signals,
      ofPods: async (question) => {
        asked += 1;
        const answer = known(asked * 1001);
        return question.pods.map((pod) => ({ pod, answer }));
      },
    };
    const inventory = { ...services.inventory(), podsIn: () => pods };
    const port = await portOf({ ...services, signals, inventory: () => inventory });
    const valuesOf = async (): Promise<Set<string>> => {
      const { body } = await call(port, { path: PODS });
      return new Set(JSON.parse(body).items.map(({ value }: { value: string }) => value));
    };
    const before = await valuesOf();
    const together = await Promise.all(Array.from({ length: 12 }, valuesOf));
    expect([before, ...together].map(({ size }) => size)).toEqual(Array(13).fill(1));
    expect(
      [before, ...together]
        .flatMap((values) => [...values])
        .map(Number)
        .toSorted((one, other) => one - other),
    ).toEqual(Array.from({ length: 13 }, (_, index) => (index + 1) * 1001));
  });

  it('answers a thousand at a time', async () => {
    const port = await portOf(servicesWith());
    const paths = [PODS, EXTERNAL, '/apis', '/nothing', `${PODS}?labelSelector=%3D`];
    const expected = [200, 200, 200, 404, 400];
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, index) => call(port, { path: paths[index % 5] ?? '' })));
    expect(answers.map(({ code }) => code)).toEqual(Array.from({ length: 1000 }, (_, index) => expected[index % 5]));
    const tags = answers.flatMap(({ headers, code }) => (code === 200 && headers.etag !== undefined ? [headers.etag] : []));
    expect([tags.length, new Set(tags).size]).toEqual([200, 1]);
  });

  it('aborts no question that was answered', async () => {
    const services = servicesWith();
    let question: AbortSignal | undefined;
    const signals: MetricsApiServices['signals'] = {
      ...services.signals,
      ofExternal: async ({ abortSignal }) => {
        question = abortSignal;
        return known(1);
      },
    };
    const port = await portOf({ ...services, signals });
    const { code } = await call(port, { path: EXTERNAL });
    expect([code, question?.aborted]).toEqual([200, false]);
  });

  it('goes on after a client that went away before its answer', async () => {
    const services = servicesWith();
    const arrived = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const signals: MetricsApiServices['signals'] = {
      ...services.signals,
      ofExternal: async ({ abortSignal }) => {
        abortSignal?.addEventListener('abort', () => gone.resolve());
        arrived.resolve();
        await answered.promise;
        return known(1);
      },
    };
    const port = await portOf({ ...services, signals });
    const left = request({ host: '127.0.0.1', port, path: EXTERNAL, agent: false }).on('error', () => {});
    left.end();
    await arrived.promise;
    left.destroy();
    await gone.promise;
    answered.resolve();
    expect((await call(port, { path: EXTERNAL })).code).toBe(200);
  });

  it('aborts the question when the client goes away', async () => {
    const services = servicesWith();
    const aborted = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const signals: MetricsApiServices['signals'] = {
      ...services.signals,
      ofExternal: ({ abortSignal }) =>
        new Promise((_resolve, reject) => {
          abortSignal?.addEventListener('abort', () => {
            aborted.resolve();
            reject(new QueryError('aborted', 'the client went away'));
          });
          arrived.resolve();
        }),
    };
    const port = await portOf({ ...services, signals });
    const asked = request({ host: '127.0.0.1', port, path: EXTERNAL, agent: false }).on('error', () => {});
    asked.end();
    await arrived.promise;
    asked.destroy();
    await aborted.promise;
  });
});
