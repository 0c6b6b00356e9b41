// Which paths are answered with what, for a world like that of the route tests of kubernetes-sigs/custom-metrics-apiserver: four nodes, sixteen pods of
// which half carry foo=bar, an external metric of two series. Three answers differ on purpose:
// a metric that does not exist is a 404 there too, external or not, because an empty list could not say why;
// an external metric is one item, the sum that the HPA would make of several; and nodes are not selected by labels, which nobody keeps.
import { expect, it } from 'vitest';
import type { MetricsApiServices } from '../../src/metrics-api/services.ts';
import type { Inventory, ObjectRef } from '../../src/model/inventory.ts';
import { type LabelSelector, selects } from '../../src/model/label-selector.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { SignalAnswer } from '../../src/model/signal.ts';
import { absent, ask, known } from './world.ts';

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';

const NODES: readonly ObjectRef[] = ['foo', 'b', 'c', 'd'].map((name) => ({ group: '', resource: 'nodes', name }));
const PODS: readonly Pod[] = Array.from({ length: 16 }, (_, index) => ({
  namespace: 'ns',
  name: index === 0 ? 'foo' : `pod-${index}`,
  labels: labelsOf(index % 2 === 0 ? { foo: 'bar' } : {}),
  ready: true,
}));
const SERIES = [
  { labels: labelsOf({ foo: 'bar' }), value: 42 },
  { labels: labelsOf({ foo: 'baz' }), value: 43 },
];

const inventory: Inventory = {
  podsOf: (object) => {
    const isKnown = object.resource === 'namespaces' ? object.name === 'ns' : object.resource === 'nodes';
    const pods = PODS.filter(({ namespace, name }) => namespace === object.namespace && name === object.name);
    return isKnown ? PODS : pods.length > 0 ? pods : undefined;
  },
  podsIn: (namespace, selector) => PODS.filter((pod) => pod.namespace === namespace && selects(selector, pod.labels)),
  allPods: () => PODS,
  objects: ({ resource }) => (resource === 'nodes' ? NODES : []),
};

function sumOf(selector: LabelSelector): SignalAnswer {
  const selected = SERIES.filter(({ labels }) => selects(selector, labels));
  if (selected.length === 0) return absent('no-object', 'no series');
  return known(selected.reduce((sum, { value }) => sum + value, 0));
}

const services: Partial<MetricsApiServices> = {
  inventory: () => inventory,
  signals: {
    list: () => ['some-metric', 'my-external-metric'].map((name) => ({ name, unit: 'requests', help: '', labels: [] })),
    ofPods: async ({ pods }) => pods.map((pod) => ({ pod, answer: known(1) })),
    ofObject: async () => known(1),
    ofExternal: async ({ selector }) => sumOf(selector),
  },
};

it.each<[path: string, code: number, items?: number]>([
  // Nothing is there.
  [`${CUSTOM}/blah`, 404],
  [`${CUSTOM}/nodes/foo`, 404],
  [`${CUSTOM}/namespaces/ns/pods/bar`, 404],
  [`${EXTERNAL}/nonexistent-metric`, 404],
  [`${EXTERNAL}/namespaces/foo`, 404],
  [`${EXTERNAL}/namespaces/foo/group/metric`, 404],
  // Every route, and how many items it has.
  [`${CUSTOM}/nodes/*/some-metric`, 200, 4],
  [`${CUSTOM}/namespaces/ns/pods/*/some-metric`, 200, 16],
  [`${CUSTOM}/namespaces/ns/pods/%2A/some-metric`, 200, 16],
  [`${CUSTOM}/namespaces/ns/metrics/some-metric`, 200, 1],
  [`${CUSTOM}/namespaces/ns/pods/*/some-metric?labelSelector=foo%3Dbar`, 200, 8],
  [`${CUSTOM}/namespaces/ns/pods/*/some-metric?labelSelector=foo%3Dbaz`, 200, 0],
  [`${CUSTOM}/nodes/foo/some-metric`, 200, 1],
  [`${CUSTOM}/namespaces/ns/nodes/foo/some-metric`, 200, 1],
  [`${CUSTOM}/namespaces/ns/pods/foo/some-metric`, 200, 1],
  [`${EXTERNAL}/namespaces/default/my-external-metric?labelSelector=foo%3Dbar`, 200, 1],
  // What differs.
  [`${EXTERNAL}/namespaces/default/my-external-metric`, 200, 1],
  [`${EXTERNAL}/namespaces/foo/nonexistent-metric`, 404],
  [`${CUSTOM}/nodes/*/some-metric?labelSelector=foo%3Dbar`, 400],
])('%s is answered with %d and %s items', async (path, code, items) => {
  const reply = await ask(path, { services });
  expect(reply.code).toBe(code);
  if (items === undefined) expect(JSON.parse(reply.body).kind).toBe('Status');
  else expect(JSON.parse(reply.body).items).toHaveLength(items);
});

it('adds up what an external metric is made of', async () => {
  const valueAt = async (query: string): Promise<string> =>
    JSON.parse((await ask(`${EXTERNAL}/namespaces/default/my-external-metric${query}`, { services })).body).items[0].value;
  expect([await valueAt(''), await valueAt('?labelSelector=foo%3Dbar')]).toEqual(['85', '42']);
});
