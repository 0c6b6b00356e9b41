// HorizontalPodAutoscalers of every type follow the load of a Deployment, and say of it what Plimsoll served.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseQuantity } from '../quantity.ts';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { conditionOf, type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { poll } from './rig/poller.ts';
import { externalPath, namespacePath, objectPath, podsPath } from './rig/questions.ts';
import { useRig } from './rig/use-rig.ts';
import {
  AT_ONCE,
  createHpa,
  createWorkload,
  externalMetric,
  type HpaMetric,
  objectMetric,
  podsMetric,
  QUICK_TRITON,
} from './rig/workloads.ts';

interface Kind {
  readonly title: string;
  /** Of its own, so that a metric of the namespace is about one Deployment. */
  readonly namespace: string;
  readonly metric: HpaMetric;
  /** What the controller asks. */
  readonly path: string;
  /** The quantity that the status says, from what is served and the replicas of the Deployment. */
  readonly shown: 'mean of items' | 'value' | 'value per replica';
}

const INFLIGHT = 'triton_inflight_requests';
const SATURATION = 'triton_saturation_ratio';
const NAME = 'triton';
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME };
const SERVICE = { apiVersion: 'v1', kind: 'Service', name: NAME };
/** In flight for each pod; the same as a saturation of 1, as each executes four. */
const PER_POD = { type: 'AverageValue', averageValue: '4' } as const;

const KINDS: readonly Kind[] = [
  {
    title: 'Pods',
    namespace: 'hpa-pods',
    metric: podsMetric(INFLIGHT, '4'),
    path: podsPath(INFLIGHT, { namespace: 'hpa-pods', app: NAME }),
    shown: 'mean of items',
  },
  {
    title: 'Object, a Deployment, AverageValue',
    namespace: 'hpa-deployment',
    metric: objectMetric(INFLIGHT, DEPLOYMENT, PER_POD),
    path: objectPath(INFLIGHT, { namespace: 'hpa-deployment', resource: 'deployments.apps', name: NAME }),
    shown: 'value per replica',
  },
  {
    title: 'Object, a Service, AverageValue',
    namespace: 'hpa-service',
    metric: objectMetric(INFLIGHT, SERVICE, PER_POD),
    path: objectPath(INFLIGHT, { namespace: 'hpa-service', resource: 'services', name: NAME }),
    shown: 'value per replica',
  },
  {
    title: 'Object, a Deployment, Value',
    namespace: 'hpa-value',
    metric: objectMetric(SATURATION, DEPLOYMENT, { type: 'Value', value: '1' }),
    path: objectPath(SATURATION, { namespace: 'hpa-value', resource: 'deployments.apps', name: NAME }),
    shown: 'value',
  },
  {
    title: 'Object, a Namespace, AverageValue',
    namespace: 'hpa-namespace',
    metric: objectMetric(INFLIGHT, { apiVersion: 'v1', kind: 'Namespace', name: 'hpa-namespace' }, PER_POD),
    path: namespacePath(INFLIGHT, 'hpa-namespace'),
    shown: 'value per replica',
  },
  {
    title: 'External, AverageValue',
    namespace: 'hpa-external',
    metric: externalMetric(INFLIGHT, { app: NAME }, '4'),
    path: externalPath(INFLIGHT, { namespace: 'hpa-external', selector: `app=${NAME}` }),
    shown: 'value per replica',
  },
];

const STEPS = [
  { inflight: 8, replicas: 2 },
  { inflight: 24, replicas: 6 },
  { inflight: 4, replicas: 1 },
];
const SYNC_MS = 15_000;
const WINDOW_MS = 60_000;
/** What executes is a rate over the window, and what moves to a new pod is seen there over a window again, twice at most here. */
const FOLLOW_MS = 2 * WINDOW_MS + 4 * SYNC_MS;
/** A window after the last pod came or went, and a sync: then nothing moves any more. */
const STEADY_MS = WINDOW_MS + SYNC_MS + 5000;
/** What is compared: all that was served since the sync before the one that the status tells. */
const COMPARED_MS = 2 * (SYNC_MS + 1000);

const rig = useRig({ name: 'hpa' }, async ({ controlPlane, kubelets, plimsoll }) => {
  for (const { namespace } of KINDS) {
    await createWorkload(controlPlane.api, { namespace, name: NAME, replicas: 2, triton: QUICK_TRITON });
    await kubelets.setLoad(`${namespace}/${NAME}`, { kind: 'inflight', requests: 8 });
  }
  await plimsoll.ready(90_000);
  for (const { namespace, metric } of KINDS) {
    await createHpa(controlPlane.api, { name: NAME, namespace, minReplicas: 1, maxReplicas: 10, metric, behavior: AT_ONCE });
  }
});

let hpas: HpaWatch;
beforeAll(() => {
  hpas = watchHpas(rig().controlPlane.api);
});
afterAll(async () => {
  await hpas?.[Symbol.asyncDispose]();
});

describe.each(STEPS)('with $inflight requests in flight', ({ inflight, replicas }) => {
  it.concurrent.each(KINDS)(`an HPA of type $title comes to ${replicas} replicas`, async ({ title, namespace, path, shown }) => {
    const { kubelets, controlPlane } = rig();
    const sinceMs = await kubelets.setLoad(`${namespace}/${NAME}`, { kind: 'inflight', requests: inflight });
    await using asked = poll(controlPlane.api, path, 200);
    const isThere = (state: { current: number; desired: number }): boolean => state.current === replicas && state.desired === replicas;
    const reached = await hpas.first({ namespace, name: NAME }, { test: isThere, sinceMs, withinMs: FOLLOW_MS });
    const latest = hpas.latest(namespace, NAME);
    expect(latest, `${title}: ${JSON.stringify(latest)}`).toMatchObject({ current: replicas, desired: replicas });
    followed.push([
      title,
      String(inflight),
      String(replicas),
      reached === undefined ? 'before' : ((reached.atMs - sinceMs) / 1000).toFixed(1),
    ]);
    expect(conditionOf(latest, 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' });
    await setTimeout(Math.max(0, (reached?.atMs ?? sinceMs) + STEADY_MS - Date.now()));
    const said = hpas.latest(namespace, NAME);
    expect(said, title).toMatchObject({ current: replicas, desired: replicas });
    const text = shown === 'value' ? said?.metric?.value : said?.metric?.averageValue;
    const served = asked.between(Date.now() - COMPARED_MS, Date.now()).flatMap(({ answer }) => {
      if (answer.kind === 'refusal') return [];
      const sum = answer.items.reduce((total, { value }) => total + value, 0);
      if (shown === 'mean of items') return [sum / answer.items.length];
      return [shown === 'value' ? sum : sum / replicas];
    });
    // The controller counts in thousandths, and rounds up.
    expect(parseQuantity(text ?? '')).toBeGreaterThanOrEqual(Math.min(...served) - 0.001);
    expect(parseQuantity(text ?? '')).toBeLessThanOrEqual(Math.max(...served) + 0.001);
    compared.push([title, String(inflight), text ?? '', `${Math.min(...served).toFixed(3)} to ${Math.max(...served).toFixed(3)}`]);
  });
});

const followed: string[][] = [];
const compared: string[][] = [];

it('is told in the report', async () => {
  const text = [
    'Each Deployment has a namespace and an HPA of its own (target: 4 in flight a pod, or a saturation of 1). Seconds from the change of load until `currentReplicas` and `desiredReplicas` are final:',
    table(['HPA', 'in flight', 'replicas', 'seconds'], followed),
    '`status.currentMetrics` beside all that Plimsoll served for the same question during the two syncs before:',
    table(['HPA', 'in flight', 'status', 'served'], compared),
  ].join('\n');
  await writePart({ key: '2a follow', title: '2. HPAs that follow the load', text });
});
