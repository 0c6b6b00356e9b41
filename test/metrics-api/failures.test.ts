import { describe, expect, it, vi } from 'vitest';
import { statusErrorFor } from '../../src/metrics-api/failure.ts';
import { StatusError, statusOf } from '../../src/metrics-api/status.ts';
import { silentLog } from '../../src/model/log.ts';
import { QueryError, type QueryFailure } from '../../src/model/query-engine.ts';
import { type Asked, absent, ask, known } from './world.ts';

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';
const PODS = `${CUSTOM}/namespaces/demo/pods/*/triton_inflight_requests`;
const DEPLOYMENT = `${CUSTOM}/namespaces/demo/deployments.apps/triton/triton_inflight_requests`;
const UNKNOWN = 'the server could not find the metric';

const DOWN = absent('failed', 'last scrape failed 12 s ago: connection refused');
const WARM = absent('warming-up', 'warming up: 23 of 60 s');

interface Row extends Asked {
  readonly name: string;
  readonly target: string;
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

const ROWS: readonly Row[] = [
  {
    name: 'no pod has a value',
    target: PODS,
    answers: { pods: { 'triton-0': DOWN, 'triton-1': WARM, 'triton-2': DOWN } },
    code: 404,
    reason: 'NotFound',
    message:
      `${UNKNOWN} triton_inflight_requests for pods in namespace "demo": none of 3 has a value (2 failed, 1 warming-up); ` +
      'triton-0: last scrape failed 12 s ago: connection refused; triton-1: warming up: 23 of 60 s; triton-2: last scrape failed 12 s ago: connection refused',
  },
  {
    name: 'one pod without a value',
    target: `${CUSTOM}/namespaces/demo/pods/triton-1/triton_inflight_requests`,
    answers: { pods: { 'triton-1': WARM } },
    code: 404,
    reason: 'NotFound',
    message: `${UNKNOWN} triton_inflight_requests for pods "triton-1" in namespace "demo": warming up: 23 of 60 s`,
  },
  {
    name: 'a value that is no number',
    target: DEPLOYMENT,
    answers: { object: known(Number.POSITIVE_INFINITY) },
    code: 404,
    reason: 'NotFound',
    message: `${UNKNOWN} triton_inflight_requests for deployments.apps "triton" in namespace "demo": the value is Infinity, which is no number that can be scaled on`,
  },
  {
    name: 'no value from outside',
    target: `${EXTERNAL}/namespaces/demo/triton_inflight_requests?labelSelector=app%3Dtriton`,
    answers: { external: absent('incomplete', '2 of 6 pods are missing') },
    code: 404,
    reason: 'NotFound',
    message: `${UNKNOWN} triton_inflight_requests for namespace "demo" with selector "app=triton": 2 of 6 pods are missing`,
  },
  {
    name: 'an unknown metric',
    target: `${CUSTOM}/namespaces/demo/pods/*/triton_infligth_request`,
    code: 404,
    reason: 'NotFound',
    message:
      `${UNKNOWN} triton_infligth_request for pods in namespace "demo": there is no such metric; ` +
      'did you mean triton_inflight_requests?',
  },
  {
    name: 'the case of a custom metric counts',
    target: `${CUSTOM}/nodes/node-a/gpu_power`,
    code: 404,
    reason: 'NotFound',
    message: `${UNKNOWN} gpu_power for nodes "node-a": there is no such metric; did you mean GPU_Power?`,
  },
  {
    name: 'an unknown external metric',
    target: `${EXTERNAL}/namespaces/demo/x`,
    code: 404,
    reason: 'NotFound',
    message:
      `${UNKNOWN} x for namespace "demo": there is no such metric; ` +
      'there are triton_inflight_requests, triton_queue_latency_seconds, GPU_Power',
  },
  {
    name: 'an unknown pod',
    target: `${CUSTOM}/namespaces/demo/pods/triton-9/triton_inflight_requests`,
    code: 404,
    reason: 'NotFound',
    message: `${UNKNOWN} triton_inflight_requests for pods "triton-9" in namespace "demo": there is no such object; known are triton-0, triton-1, triton-2`,
  },
  {
    name: 'an unknown workload',
    target: `${CUSTOM}/namespaces/demo/statefulsets.apps/triton/triton_inflight_requests`,
    code: 404,
    reason: 'NotFound',
    message: `${UNKNOWN} triton_inflight_requests for statefulsets.apps "triton" in namespace "demo": there is no such object, and none of its kind is known there; see whether it has pods, and whether their namespace is watched or the labels of a target name them`,
  },
  {
    name: 'an invalid labelSelector',
    target: `${PODS}?labelSelector=app%3D%3D%3D`,
    code: 400,
    reason: 'BadRequest',
    message: 'cannot parse labelSelector "app===": expected a value, got "=" at character 6; write it as in kubectl -l',
  },
  {
    name: 'an invalid metricLabelSelector',
    target: `${DEPLOYMENT}?metricLabelSelector=a+in`,
    code: 400,
    reason: 'BadRequest',
    message: 'cannot parse metricLabelSelector "a in": expected "(", got the end at character 5; write it as in kubectl -l',
  },
  {
    name: 'an invalid selector from outside',
    target: `${EXTERNAL}/namespaces/demo/gpu_power?labelSelector=!`,
    code: 400,
    reason: 'BadRequest',
    message: 'cannot parse labelSelector "!": expected a label key, got the end at character 2; write it as in kubectl -l',
  },
  {
    name: 'a label that the metric does not have',
    target: `${PODS}?metricLabelSelector=uuid%3Dx`,
    code: 400,
    reason: 'BadRequest',
    message: 'cannot apply metricLabelSelector: metric triton_inflight_requests has no label "uuid"; it has model, version',
  },
  {
    name: 'a label of a metric without labels',
    target: `${CUSTOM}/nodes/node-a/GPU_Power?metricLabelSelector=uuid`,
    code: 400,
    reason: 'BadRequest',
    message: 'cannot apply metricLabelSelector: metric GPU_Power has no label "uuid"; it has none',
  },
  {
    name: 'objects by their labels',
    target: `${CUSTOM}/namespaces/demo/services/*/triton_inflight_requests?labelSelector=a`,
    code: 400,
    reason: 'BadRequest',
    message: 'cannot select services by their labels: only the labels of pods are known; ask without labelSelector',
  },
  {
    name: 'both selectors broken',
    target: `${PODS}?labelSelector=a%3D%3D%3D&metricLabelSelector=b+in`,
    code: 400,
    reason: 'BadRequest',
    message:
      'cannot parse labelSelector "a===": expected a value, got "=" at character 4; write it as in kubectl -l; and ' +
      'cannot parse metricLabelSelector "b in": expected "(", got the end at character 5; write it as in kubectl -l',
  },
  {
    name: 'a broken selector of an unknown metric',
    target: `${PODS}x?labelSelector=%zz`,
    code: 400,
    reason: 'BadRequest',
    message:
      'cannot parse labelSelector "%zz": label key "%zz" may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit ' +
      'at character 1; write it as in kubectl -l',
  },
  {
    name: 'a watch',
    target: `${PODS}?watch=true`,
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'cannot watch metrics: the verb watch is not supported, only get; ask again for newer values',
  },
  {
    name: 'the rest of a list',
    target: `${EXTERNAL}/namespaces/demo/gpu_power?limit=500&continue=abc`,
    code: 400,
    reason: 'BadRequest',
    message: 'cannot continue a list at "abc": lists come whole; ask without continue',
  },
  {
    name: 'a metric that is no name',
    target: `${CUSTOM}/nodes/node-a/${encodeURIComponent('a\n{}')}`,
    code: 404,
    reason: 'NotFound',
    message: `${UNKNOWN} "a\\n{}" for nodes "node-a": there is no such metric; there are triton_inflight_requests, triton_queue_latency_seconds, GPU_Power`,
  },
  {
    name: 'a metric longer than names are',
    target: `${EXTERNAL}/namespaces/demo/${'gpu_power'.repeat(30)}`,
    code: 404,
    reason: 'NotFound',
    message: `${UNKNOWN} "${'gpu_power'.repeat(6).slice(0, 49)}…" for namespace "demo": there is no such metric; there are triton_inflight_requests, triton_queue_latency_seconds, GPU_Power`,
  },
  {
    name: 'a field selector',
    target: `${PODS}?fieldSelector=spec.nodeName%3Dx`,
    code: 400,
    reason: 'BadRequest',
    message: 'cannot apply fieldSelector "spec.nodeName=x": metrics have no fields to select by; use labelSelector',
  },
  {
    name: 'a body',
    target: PODS,
    request: { hasBody: true },
    code: 400,
    reason: 'BadRequest',
    message: 'cannot read the request: a GET has no body here; send none',
  },
  {
    name: 'another method',
    target: PODS,
    request: { method: 'DELETE' },
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow method "DELETE": metrics are only read; use GET',
  },
  {
    name: 'a form that is not served',
    target: PODS,
    request: { accept: 'application/vnd.kubernetes.protobuf' },
    code: 406,
    reason: 'NotAcceptable',
    message:
      'cannot answer as "application/vnd.kubernetes.protobuf": only these media types are served: application/json, ' +
      'application/json;as=Table;v=v1;g=meta.k8s.io, application/json;as=Table;v=v1beta1;g=meta.k8s.io, application/yaml',
  },
];

describe('every failure is a Status with its code', () => {
  it.each(ROWS)('$name', async ({ target, code, reason, message, ...asked }) => {
    const reply = await ask(target, asked);
    expect(JSON.parse(reply.body)).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });
    expect(reply.code).toBe(code);
    expect(reply.headers).toEqual({ 'Content-Type': 'application/json', ...(code === 405 && { Allow: 'GET, HEAD' }) });
  });

  it.each(['=', '=='])('accepts the field selector that says what the path says, by %s', async (operator) => {
    const target = `${DEPLOYMENT}?fieldSelector=metadata.name${encodeURIComponent(operator)}triton`;
    expect((await ask(target)).code).toBe(200);
  });

  it('accepts no field selector where no object is named', async () => {
    expect((await ask(`${PODS}?fieldSelector=metadata.name%3Dundefined`)).code).toBe(400);
  });

  it.each<[QueryFailure, number, string]>([
    ['deadline', 504, 'Timeout'],
    ['over-limit', 500, 'InternalError'],
    ['unreachable', 404, 'NotFound'],
    ['aborted', 503, 'ServiceUnavailable'],
    ['execution', 500, 'InternalError'],
    ['bad-expression', 500, 'InternalError'],
    ['unsupported', 500, 'InternalError'],
  ])('a query that fails by %s is a %d', async (failure, code, reason) => {
    const error = new QueryError(failure, 'cannot read samples: limits.query_samples is 5; raise it');
    for (const target of [PODS, DEPLOYMENT, `${EXTERNAL}/namespaces/demo/gpu_power`]) {
      const reply = await ask(target, { answers: { error } });
      expect(reply.code).toBe(code);
      expect(reply.headers).not.toHaveProperty('Retry-After');
      const message = 'the server could not compute the metric: cannot read samples: limits.query_samples is 5; raise it';
      expect(JSON.parse(reply.body)).toMatchObject({ kind: 'Status', code, reason, message });
    }
  });

  it('keeps the words of what nobody foresaw for the log', () => {
    const error = vi.fn();
    const cause = new TypeError('secret is undefined');
    const failure = statusErrorFor(cause, { ...silentLog, error });
    expect(statusOf(failure)).toMatchObject({ code: 500, message: 'the server could not answer: internal error; see its log' });
    expect(error).toHaveBeenCalledWith({ err: cause }, 'metrics API request failed');
  });

  it.each([
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
  ] as const)('%d is %s', (code, reason) => {
    expect(statusOf(new StatusError(code, 'who are you'))).toMatchObject({ code, reason, message: 'who are you' });
  });
});
