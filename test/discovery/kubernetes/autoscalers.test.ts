// HorizontalPodAutoscalers as they are kept, and followed.
import { afterEach, describe, expect, it } from 'vitest';
import { AUTOSCALERS, createAutoscalers, trimAutoscaler } from '../../../src/discovery/kubernetes/autoscalers.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import { type Logged, recordingLog } from '../../app/support/log.ts';
import { ApiState } from '../../lib/kube/support/api-state.ts';
import { directClient } from '../../lib/kube/support/direct-client.ts';

const PATH = '/apis/autoscaling/v2/horizontalpodautoscalers';
const metadata = { name: 'triton', namespace: 'demo', uid: 'u1', labels: { a: 'b' } };
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'triton' };
const target = { group: 'apps', kind: 'Deployment', name: 'triton' };
const kept = { uid: 'u1', namespace: 'demo', name: 'triton', target };

function trimmed(metrics: unknown, rest: object = {}): unknown {
  return trimAutoscaler({ metadata, spec: { scaleTargetRef, metrics, ...rest } });
}

describe('of an autoscaler is kept', () => {
  it.each([
    {
      name: 'a metric of its pods',
      metric: { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '5' } } },
      followed: { type: 'pods', name: 'm', selector: [] },
    },
    {
      name: 'a metric of an object',
      metric: { type: 'Object', object: { describedObject: { apiVersion: 'v1', kind: 'Service', name: 's' }, metric: { name: 'm' } } },
      followed: { type: 'object', name: 'm', selector: [], described: { group: '', kind: 'Service', name: 's' } },
    },
    {
      name: 'an external metric with its selector',
      metric: {
        type: 'External',
        external: {
          metric: {
            name: 'M',
            selector: {
              matchLabels: { b: '1', a: '2' },
              matchExpressions: [
                { key: 'c', operator: 'In', values: ['x', 'y'] },
                { key: 'd', operator: 'Exists' },
                { key: 'e', operator: 'Unheard' },
                { operator: 'Exists' },
              ],
            },
          },
        },
      },
      followed: {
        type: 'external',
        name: 'M',
        selector: [
          { key: 'b', operator: 'In', values: ['1'] },
          { key: 'a', operator: 'In', values: ['2'] },
          { key: 'c', operator: 'In', values: ['x', 'y'] },
          { key: 'd', operator: 'Exists', values: [] },
        ],
      },
    },
  ])('$name', ({ metric, followed }) => {
    expect(trimmed([metric])).toEqual({ ...kept, metrics: [followed] });
  });

  it('nothing when nothing is asked for here', () => {
    const cpu = { type: 'Resource', resource: { name: 'cpu' } };
    expect(trimmed([cpu, { type: 'ContainerResource' }])).toBeUndefined();
    expect(trimmed([{ type: 'Pods' }, { type: 'Object', object: { metric: { name: 'm' } } }, 5, null])).toBeUndefined();
    expect(trimmed(undefined)).toBeUndefined();
    expect(trimmed([{ type: 'Pods', pods: { metric: { name: 'm' } } }], { scaleTargetRef: {} })).toBeUndefined();
  });

  it('the core group where the version has none', () => {
    const reference = { apiVersion: 'v1', kind: 'ReplicationController', name: 'r' };
    const pods = { type: 'Pods', pods: { metric: { name: 'm' } } };
    expect(trimmed([pods], { scaleTargetRef: reference })).toMatchObject({ target: { group: '', kind: 'ReplicationController' } });
    expect(trimmed([pods], { scaleTargetRef: { kind: 'Pod', name: 'p' } })).toMatchObject({ target: { group: '' } });
  });
});

describe('followed', () => {
  const stop = new AbortController();
  afterEach(() => stop.abort());

  it('are known while they are there; without the right the log says it once, and they come with it', async () => {
    const api = new ApiState();
    const clock = new VirtualClock();
    const lines: Logged[] = [];
    const spec = { scaleTargetRef, metrics: [{ type: 'Pods', pods: { metric: { name: 'm' } } }] };
    api.put(PATH, { name: 'triton', namespace: 'demo', spec });
    api.refuse(PATH, { kind: 'list', status: 403 });
    const autoscalers = createAutoscalers({
      client: directClient(api),
      config: { namespaces: [] },
      clock,
      log: recordingLog(lines),
      meter: nullMeter,
    });
    const running = autoscalers.start(stop.signal);
    await clock.advance(60_000);
    expect(autoscalers.all()).toEqual([]);
    expect(lines).toMatchObject([
      { said: 'warn resource of the cluster may not be read, trying again', fields: { resource: AUTOSCALERS.name } },
    ]);
    api.allow(PATH);
    await clock.advance(10_000);
    expect(autoscalers.all()).toMatchObject([{ name: 'triton', target, metrics: [{ name: 'm' }] }]);
    api.delete(PATH, 'demo/triton');
    await clock.advance(100);
    expect(autoscalers.all()).toEqual([]);
    stop.abort();
    await running;
  });
});
