import { describe, expect, it } from 'vitest';
import { selectorObject } from '../../src/metrics-api/answer.ts';
import { parseSelector } from '../../src/metrics-api/selector.ts';
import { ask, known, servicesWith } from './world.ts';

const CUSTOM = '/apis/custom.metrics.k8s.io';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';

/** The golden files, as text: what is on the wire is what is compared. */
async function bodyOf(...question: Parameters<typeof ask>): Promise<string> {
  const { code, headers, body } = await ask(...question);
  expect(code).toBe(200);
  expect(headers['Content-Type']).toBe('application/json');
  return body;
}

function triton(index: number): string {
  return `{"kind":"Pod","namespace":"demo","name":"triton-${index}","apiVersion":"v1"}`;
}

describe('MetricValueList', () => {
  it('v1beta2 of pods', async () => {
    const pods = { 'triton-0': known(1.5, 60_000), 'triton-1': known(0), 'triton-2': known(1e-10, 7_500) };
    const metric = '"metric":{"name":"triton_inflight_requests","selector":null},"timestamp":"2026-08-22T10:00:00Z"';
    expect(await bodyOf(`${CUSTOM}/v1beta2/namespaces/demo/pods/%2A/triton_inflight_requests`, { answers: { pods } })).toBe(
      `{"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta2","metadata":{},"items":[` +
        `{"describedObject":${triton(0)},${metric},"value":"1500m","windowSeconds":60},` +
        `{"describedObject":${triton(1)},${metric},"value":"0"},` +
        `{"describedObject":${triton(2)},${metric},"value":"1n","windowSeconds":8}]}\n`,
    );
  });

  it('v1beta1 has a flat name, a window and its own place for the selector', async () => {
    const target = `${CUSTOM}/v1beta1/namespaces/demo/pods/triton-1/triton_inflight_requests?metricLabelSelector=model%3Dbert,version`;
    expect(await bodyOf(target)).toBe(
      `{"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta1","metadata":{},"items":[` +
        `{"describedObject":${triton(1)},"metricName":"triton_inflight_requests","timestamp":"2026-08-22T10:00:00Z","value":"1500m","window":60,` +
        `"selector":{"matchLabels":{"model":"bert"},"matchExpressions":[{"key":"version","operator":"Exists"}]}}]}\n`,
    );
  });

  it.each([
    ['namespaces/demo/deployments.apps/triton', '{"kind":"Deployment","namespace":"demo","name":"triton","apiVersion":"apps/v1"}'],
    ['namespaces/demo/deployments.apps/*', '{"kind":"Deployment","namespace":"demo","name":"triton","apiVersion":"apps/v1"}'],
    ['namespaces/demo/services/triton', '{"kind":"Service","namespace":"demo","name":"triton","apiVersion":"v1"}'],
    ['namespaces/demo/jobs.batch/night', '{"kind":"Job","namespace":"demo","name":"night","apiVersion":"batch/v1"}'],
    [
      'namespaces/demo/inferenceservices.serving.kserve.io/bert.v2',
      '{"kind":"InferenceService","namespace":"demo","name":"bert.v2","apiVersion":"serving.kserve.io/v1beta1"}',
    ],
    ['namespaces/demo/metrics', '{"kind":"Namespace","name":"demo","apiVersion":"v1"}'],
    ['namespaces/*/metrics', '{"kind":"Namespace","name":"demo","apiVersion":"v1"}'],
    ['namespaces/demo/nodes/node-a', '{"kind":"Node","name":"node-a","apiVersion":"v1"}'],
    ['nodes/*', '{"kind":"Node","name":"node-a","apiVersion":"v1"}'],
  ])('of %s has exactly one item', async (path, describedObject) => {
    expect(await bodyOf(`${CUSTOM}/v1beta2/${path}/triton_inflight_requests?metricLabelSelector=model`)).toBe(
      `{"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/v1beta2","metadata":{},"items":[{"describedObject":${describedObject},` +
        `"metric":{"name":"triton_inflight_requests","selector":{"matchExpressions":[{"key":"model","operator":"Exists"}]}},` +
        `"timestamp":"2026-08-22T10:00:00Z","value":"12500m","windowSeconds":60}]}\n`,
    );
  });

  it.each([
    'v1beta2/namespaces/demo/pods/*/triton_inflight_requests?labelSelector=app%3Dother',
    'v1beta1/namespaces/prod/pods/%2A/triton_inflight_requests',
    'v1beta2/namespaces/demo/daemonsets.apps/*/triton_inflight_requests?metricLabelSelector=model',
    'v1beta2/namespaces/prod/deployments.apps/*/triton_inflight_requests',
  ])('is empty where nothing is selected: %s', async (target) => {
    const [version] = target.split('/');
    const asked: unknown[] = [];
    expect(await bodyOf(`${CUSTOM}/${target}`, { asked })).toBe(
      `{"kind":"MetricValueList","apiVersion":"custom.metrics.k8s.io/${version}","metadata":{},"items":[]}\n`,
    );
    expect(asked).toEqual([]);
  });

  it('leaves pods out that have no value, and asks about the selected ones only', async () => {
    const asked: unknown[] = [];
    const pods = { 'triton-0': { kind: 'absent', reason: 'failed', detail: 'refused' }, 'triton-2': known(Number.NaN) } as const;
    const target = `${CUSTOM}/v1beta2/namespaces/demo/pods/*/triton_inflight_requests?labelSelector=ordinal+in+(0,1)`;
    const list = JSON.parse(await bodyOf(target, { answers: { pods }, asked }));
    expect(list.items.map((item: { describedObject: { name: string } }) => item.describedObject.name)).toEqual(['triton-1']);
    expect(asked).toMatchObject([{ signal: 'triton_inflight_requests', pods: [{ name: 'triton-0' }, { name: 'triton-1' }] }]);
  });

  it('hands the metric selector to the signal', async () => {
    const asked: unknown[] = [];
    await bodyOf(`${CUSTOM}/v1beta2/namespaces/demo/services/triton/triton_inflight_requests?metricLabelSelector=model!=a`, { asked });
    const object = { group: '', resource: 'services', namespace: 'demo', name: 'triton' };
    const metricSelector = [{ key: 'model', operator: 'NotIn', values: ['a'] }];
    expect(asked).toEqual([{ signal: 'triton_inflight_requests', object, metricSelector }]);
  });
});

describe('ExternalMetricValueList', () => {
  it('has one item with the labels that the selector fixes', async () => {
    const asked: unknown[] = [];
    const target = `${EXTERNAL}/namespaces/demo/gpu_power?labelSelector=app%3Dtriton,model+in+(a,b)&limit=500`;
    expect(await bodyOf(target, { asked })).toBe(
      `{"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1","metadata":{},"items":[{"metricName":"gpu_power",` +
        `"metricLabels":{"app":"triton"},"timestamp":"2026-08-22T10:00:00Z","window":60,"value":"12500m"}]}\n`,
    );
    const selector = parseSelector('labelSelector', 'app=triton,model in (a,b)');
    expect(asked).toEqual([{ signal: 'GPU_Power', namespace: 'demo', selector }]);
  });

  it('takes the name that is written so before one that is written so but for its case', async () => {
    const asked: unknown[] = [];
    const { signals } = servicesWith({}, asked);
    const list = ['Q', 'q', 'w'].map((name) => ({ name, unit: '', help: '', labels: [] }));
    for (const name of ['q', 'Q', 'W'])
      await ask(`${EXTERNAL}/namespaces/demo/${name}`, { services: { signals: { ...signals, list: () => list } } });
    expect(asked).toMatchObject([{ signal: 'q' }, { signal: 'Q' }, { signal: 'w' }]);
  });

  it.each([
    'limit=500',
    'resourceVersion=0',
    'resourceVersionMatch=NotOlderThan',
    'timeoutSeconds=32',
    'watch=false',
    'watch=0',
    'continue=',
    'fieldSelector=',
  ])('is whole whatever a client says of its size: %s', async (query) => {
    expect(JSON.parse(await bodyOf(`${EXTERNAL}/namespaces/demo/gpu_power?${query}`)).items).toHaveLength(1);
  });

  it('echoes the name as asked, whatever its case, and has no labels without a selector', async () => {
    const body = JSON.parse(await bodyOf(`${EXTERNAL}/namespaces/demo/TRITON_inflight_requests`));
    expect(body.items).toMatchObject([{ metricName: 'TRITON_inflight_requests', metricLabels: {} }]);
  });
});

describe('selectorObject', () => {
  it.each([
    ['', null],
    ['a=b', { matchLabels: { a: 'b' } }],
    ['a in (b)', { matchLabels: { a: 'b' } }],
    ['a=b,a=b', { matchLabels: { a: 'b' } }],
    ['a=b,a=c', { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['c'] }] }],
    ['a!=b', { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }],
    [
      'a,!b',
      {
        matchExpressions: [
          { key: 'a', operator: 'Exists' },
          { key: 'b', operator: 'DoesNotExist' },
        ],
      },
    ],
  ])('%s', (text, object) => {
    expect(selectorObject(parseSelector('labelSelector', text))).toEqual(object);
  });
});
