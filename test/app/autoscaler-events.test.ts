// From the answers of the metrics API to Events on the autoscalers that asked: wired as it runs, with a cluster that has one.
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAutoscalerEvents } from '../../src/app/autoscaler-events.ts';
import { settingsOf } from '../../src/app/settings.ts';
import type { Override } from '../../src/config/parse.ts';
import { kubernetesInventory } from '../../src/discovery/kubernetes/inventory.ts';
import { objectOf } from '../../src/lib/json.ts';
import type { KubeClient } from '../../src/lib/kube/client.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { kubeOwner, kubePod, ownedBy, snapshotOf } from '../discovery/kubernetes/builders.ts';
import { failure, pods, START_MS, value } from '../explain/recorder/rig.ts';
import { ApiState } from '../lib/kube/support/api-state.ts';
import { directClient } from '../lib/kube/support/direct-client.ts';

const WANTED: readonly Override[] = [
  { path: ['kubernetes', 'enabled'], value: true },
  { path: ['kubernetes', 'events'], value: true },
];
const inventory = () =>
  kubernetesInventory({
    snapshot: snapshotOf({
      pods: [kubePod('triton-a', { labels: { app: 'triton' }, owner: ownedBy('ReplicaSet', 'triton-1') })],
      owners: [kubeOwner('Deployment', 'triton'), kubeOwner('ReplicaSet', 'triton-1', { owner: ownedBy('Deployment', 'triton') })],
    }),
    owners: [],
  });

function clientOf(api: ApiState, written: unknown[]): KubeClient {
  const client = directClient(api);
  return {
    ...client,
    request: async (request) => {
      if (request.method === 'GET') return client.request(request);
      written.push(request.body);
      return { status: 201, json: {}, bytes: 0 };
    },
  };
}

function open(overrides: readonly Override[], client: KubeClient | undefined, clock = new VirtualClock(START_MS)) {
  const { config } = settingsOf('the test', overrides);
  return openAutoscalerEvents({ config, client, inventory, clock, log: silentLog, meter: nullMeter });
}

describe('are', () => {
  it.each([
    { name: 'opened where they are wanted', overrides: WANTED, hasClient: true, opened: true },
    { name: 'not opened without a cluster', overrides: WANTED, hasClient: false, opened: false },
    { name: 'not opened unless they are wanted', overrides: WANTED.slice(0, 1), hasClient: true, opened: false },
  ])('$name', ({ overrides, hasClient, opened }) => {
    expect(open(overrides, hasClient ? directClient(new ApiState()) : undefined) !== undefined).toBe(opened);
  });
});

it('tell the autoscaler whose pods were asked about, from the first minute without a value to the first value', async () => {
  const api = new ApiState();
  const clock = new VirtualClock(START_MS);
  const written: unknown[] = [];
  api.put('/apis/autoscaling/v2/horizontalpodautoscalers', {
    name: 'triton-hpa',
    namespace: 'demo',
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'triton' },
      metrics: [{ type: 'Pods', pods: { metric: { name: 'triton_inflight_requests' } } }],
    },
  });
  const events = open(WANTED, clientOf(api, written), clock);
  const stop = new AbortController();
  const running = events?.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  const ask = async (given: ReturnType<typeof value>, times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      events?.recorder.record({ atMs: clock.nowMs(), user: 'hpa', asked: pods('app=triton'), given });
      await clock.advance(15_000);
    }
  };
  await ask(failure('no target; add one'), 6);
  await ask(value(1), 2);
  expect(
    written.map((body) => [objectOf(objectOf(body)['involvedObject'])['name'], objectOf(body)['reason'], objectOf(body)['message']]),
  ).toEqual([
    ['triton-hpa', 'MetricAbsent', 'no value since 2026-03-01T00:00:00Z (failed): no target; add one'],
    ['triton-hpa', 'MetricPresent', 'triton_inflight_requests has a value again, after 1m30s without one'],
  ]);
});
