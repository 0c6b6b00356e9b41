// Who is not admitted learns nothing; who probes is answered.
import { expect, it } from 'vitest';
import { createMetricsApi } from '../../src/metrics-api/app.ts';
import type { MetricsApiServices } from '../../src/metrics-api/services.ts';
import type { Admission, AdmissionRequest } from '../../src/model/admission.ts';
import { call, serve } from './http.ts';
import { servicesWith } from './world.ts';

const PODS = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/%2A/triton_inflight_requests';
const REFUSED: Admission = { kind: 'refused', code: 403, message: 'because' };

function portOf(given: Partial<MetricsApiServices>, asked: unknown[] = []): Promise<number> {
  return serve(createMetricsApi({ ...servicesWith({}, asked), ...given }));
}

function status(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

it.each([
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [500, 'InternalError'],
] as const)('a refusal is a Status: %i %s', async (code, reason) => {
  const port = await portOf({ admit: async () => ({ kind: 'refused', code, message: 'because' }) });
  const answer = await call(port, { path: PODS });
  expect(answer).toMatchObject({ code, headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' } });
  expect(JSON.parse(answer.body)).toEqual(status(code, reason, 'because'));
  expect(answer.headers).not.toHaveProperty('retry-after');
});

it('is the same whatever was asked, and nothing is looked up for it', async () => {
  const asked: unknown[] = [];
  const port = await portOf({ admit: async () => REFUSED }, asked);
  const paths = [
    PODS,
    PODS.replace('demo', 'none'),
    PODS.replace('triton_', 'x'),
    '/apis',
    '/nowhere',
    '/apis/%zz',
    `${PODS}?labelSelector=(`,
  ];
  for (const path of paths) expect(JSON.parse((await call(port, { path })).body)).toEqual(status(403, 'Forbidden', 'because'));
  expect(await call(port, { path: PODS, method: 'POST', body: 'x' })).toMatchObject({ code: 403 });
  expect(asked).toEqual([]);
});

it('hands over what is judged: method, path and query, headers, connection', async () => {
  const judged: (AdmissionRequest & { readonly from: string | undefined })[] = [];
  const admit = async (request: AdmissionRequest): Promise<Admission> => {
    judged.push({ ...request, from: request.socket.remoteAddress });
    return { kind: 'admitted', user: 'u' };
  };
  const port = await portOf({ admit });
  expect((await call(port, { path: `${PODS}?labelSelector=app`, headers: { 'X-Remote-User': 'u' } })).code).toBe(200);
  const [request] = judged;
  expect(request).toMatchObject({ method: 'GET', target: `${PODS}?labelSelector=app` });
  expect(request?.rawHeaders).toEqual(expect.arrayContaining(['X-Remote-User', 'u']));
  expect(request?.from).toBe('127.0.0.1');
});

it('answers probes, once admitted', async () => {
  const health = (target: string) => (target.startsWith('/readyz') ? { code: 503, body: `${target}\n` } : undefined);
  const port = await portOf({ health });
  const answer = await call(port, { path: '/readyz?verbose' });
  expect(answer).toMatchObject({ code: 503, body: '/readyz?verbose\n', headers: { 'content-type': 'text/plain; charset=utf-8' } });
  expect((await call(port, { path: '/readyz', method: 'POST' })).code).toBe(405);
  expect((await call(port, { path: '/livez' })).code).toBe(404);
  const closed = await portOf({ health, admit: async () => REFUSED });
  expect((await call(closed, { path: '/readyz' })).code).toBe(403);
});
