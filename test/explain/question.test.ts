import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/explain/app.ts';
import { type QuestionSources, readQuestion } from '../../src/explain/question.ts';
import type { LabelSelector } from '../../src/model/label-selector.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { Pod } from '../../src/model/pod.ts';

const POD: Pod = { namespace: 'ns', name: 'p', labels: labelsOf({}), ready: true };

const info = (name: string) => ({ name, unit: 'requests', help: '', labels: [] });
const resource = (group: string, name: string, namespaced = true) => ({ group, name, namespaced });

function sources(asked: LabelSelector[] = []): QuestionSources {
  return {
    signals: ['triton_inflight_requests', 'pod_cpu_cores'].map(info),
    resources: [
      resource('', 'pods'),
      resource('', 'services'),
      resource('apps', 'deployments'),
      resource('example.io', 'sets'),
      resource('other.io', 'sets'),
      resource('', 'nodes', false),
      resource('', 'namespaces', false),
    ],
    inventory: {
      podsOf: () => undefined,
      podsIn: (_namespace, selector) => {
        asked.push(selector);
        return [POD];
      },
      allPods: () => [POD],
      objects: () => [],
    },
  };
}

const METRIC = 'metric=triton_inflight_requests';

describe('object', () => {
  it.each([
    {
      object: 'deployments.apps/ns/n',
      subject: { kind: 'object', object: { group: 'apps', resource: 'deployments', namespace: 'ns', name: 'n' } },
    },
    {
      object: 'deployments/ns/n',
      as: 'deployments.apps/ns/n',
      subject: { kind: 'object', object: { group: 'apps', resource: 'deployments', namespace: 'ns', name: 'n' } },
    },
    { object: 'services/ns/n', subject: { kind: 'object', object: { group: '', resource: 'services', namespace: 'ns', name: 'n' } } },
    {
      object: 'sets.other.io/ns/n',
      subject: { kind: 'object', object: { group: 'other.io', resource: 'sets', namespace: 'ns', name: 'n' } },
    },
    { object: 'nodes/n', subject: { kind: 'object', object: { group: '', resource: 'nodes', name: 'n' } } },
    { object: 'nodes//n', as: 'nodes/n', subject: { kind: 'object', object: { group: '', resource: 'nodes', name: 'n' } } },
    { object: 'namespaces//n', as: 'namespaces/n', subject: { kind: 'object', object: { group: '', resource: 'namespaces', name: 'n' } } },
    { object: 'pods/ns/n', subject: { kind: 'pods', pods: [{ namespace: 'ns', name: 'n' }] } },
    { object: 'pods/ns/*', subject: { kind: 'pods', pods: [POD] } },
    { object: 'external/ns', subject: { kind: 'external', namespace: 'ns', selector: [] } },
  ])('$object', ({ object, as = object, subject }) => {
    const read = readQuestion(new URLSearchParams(`${METRIC}&object=${object}`), sources());
    expect(read).toEqual({ signal: 'triton_inflight_requests', object: as, subject, metricSelector: [] });
  });
});

it('reads selectors, each for its own form', () => {
  const asked: LabelSelector[] = [];
  const one = { key: 'a', operator: 'In', values: ['b'] };
  expect(readQuestion(new URLSearchParams(`${METRIC}&object=pods/ns/*&labelSelector=a%3Db`), sources(asked)).metricSelector).toEqual([]);
  expect(asked).toEqual([[one]]);
  const query = new URLSearchParams(`${METRIC}&object=pods/ns/n&metricLabelSelector=a%3Db`);
  expect(readQuestion(query, sources()).metricSelector).toEqual([one]);
  for (const name of ['selector', 'labelSelector']) {
    const { subject } = readQuestion(new URLSearchParams(`${METRIC}&object=external/ns&${name}=a%3Db`), sources());
    expect(subject).toEqual({ kind: 'external', namespace: 'ns', selector: [one] });
  }
});

describe('refuses, and says what to write', () => {
  const many = Array.from({ length: 101 }, (_, index) => `a!=b${index}`).join(',');
  it.each([
    { query: '', error: 'the parameter metric is missing; use one of triton_inflight_requests, pod_cpu_cores' },
    { query: METRIC, error: 'the parameter object is missing; write deployments.apps/NAMESPACE/NAME' },
    { query: `${METRIC}&object=`, error: 'the parameter object is missing' },
    { query: `${METRIC}&name=x`, error: 'there is no parameter "name"; the parameters are metric, object' },
    { query: 'metric=triton_inflight_request', error: 'there is no such metric; did you mean triton_inflight_requests?' },
    { query: 'metric=triton_inflight', error: 'did you mean triton_inflight_requests?' },
    { query: 'metric=gpu', error: 'the metrics are triton_inflight_requests, pod_cpu_cores' },
    { query: `${METRIC}&object=deployment/ns/n`, error: 'there is no kind of object "deployment"; did you mean deployments?' },
    {
      query: `${METRIC}&object=x/ns/n`,
      error: 'the kinds are pods, services, deployments.apps, sets.example.io, sets.other.io, nodes, namespaces, external',
    },
    { query: `${METRIC}&object=sets/ns/n`, error: 'there is no kind of object "sets"' },
    { query: `${METRIC}&object=deployments/ns`, error: 'object is "deployments/ns"; write deployments.apps/NAMESPACE/NAME' },
    { query: `${METRIC}&object=deployments/ns/n/m`, error: 'write deployments.apps/NAMESPACE/NAME' },
    { query: `${METRIC}&object=deployments//n`, error: 'write deployments.apps/NAMESPACE/NAME' },
    { query: `${METRIC}&object=nodes`, error: 'object is "nodes"; write nodes/NAME' },
    { query: `${METRIC}&object=nodes/ns/n`, error: 'write nodes/NAME' },
    { query: `${METRIC}&object=deployments/ns/*`, error: '"*" stands for pods only' },
    { query: `${METRIC}&object=nodes/*`, error: '"*" stands for pods only' },
    { query: `${METRIC}&object=external`, error: 'write external/NAMESPACE' },
    { query: `${METRIC}&object=external/ns/n`, error: 'write external/NAMESPACE' },
    {
      query: `${METRIC}&object=pods/ns/*&labelSelector=%3D`,
      error: 'labelSelector is "=": expected a label key, got "=" at character 1; write it as in kubectl -l',
    },
    {
      query: `${METRIC}&object=pods/ns/*&labelSelector=${encodeURIComponent(many)}`,
      error: 'labelSelector has 101 conditions, and 100 is the limit',
    },
  ])('$error', ({ query, error }) => {
    try {
      readQuestion(new URLSearchParams(query), sources());
      expect.unreachable();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      expect(thrown.code).toBe(400);
      expect(thrown.message).toMatch(/^cannot explain/);
      expect(thrown.message).toContain(error);
    }
  });
});
