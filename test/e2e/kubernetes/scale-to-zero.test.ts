// To zero and back by an external metric of pods that stay; and what becomes of those that have only themselves to be measured by.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { becomeAvailable } from './rig/api-services.ts';
import { conditionOf, type HpaState, type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { pace } from './rig/pace.ts';
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
import { isFull } from './run-folder.ts';

const NAMESPACE = 'zero';
const SIGNAL = 'triton_inflight_requests';
const { settings: SETTINGS, readyMs: READY_MS, syncMs: SYNC_MS } = pace();
/** From one steady state to the next: the window fills, two syncs, pods come or go. */
const SETTLED_MS = isFull() ? 180_000 : 60_000;
/** Requests in flight that one pod is for. */
const PER_POD = 4;
const ZERO = { namespace: NAMESPACE, minReplicas: 0, maxReplicas: 4, behavior: AT_ONCE };

let hpas: HpaWatch;
const rows: string[][] = [];

const rig = useRig(
  { name: 'scale-to-zero', syncPeriodSeconds: SYNC_MS / 1000, settings: SETTINGS, featureGates: ['HPAScaleToZero'] },
  async ({ controlPlane, plimsoll }) => {
    const { api } = controlPlane;
    // The front: its model hands requests on to the workers, so they are in flight in it while they wait for one.
    for (const name of ['front', 'workers', 'alone', 'by-hand']) {
      await createWorkload(api, { namespace: NAMESPACE, name, replicas: 1, triton: QUICK_TRITON });
    }
    await plimsoll.ready(READY_MS);
    await becomeAvailable(api, { wanted: true, withinMs: 60_000, hurried: true });
  },
);

beforeAll(() => {
  hpas = watchHpas(rig().controlPlane.api);
});
afterAll(async () => {
  await hpas?.[Symbol.asyncDispose]();
  await writePart({ key: '11 zero', title: '11. Scale to zero', text: table(['HPA', 'what', 'replicas', 'condition', 'message'], rows) });
});

async function load(name: string, requests: number): Promise<void> {
  await rig().kubelets.setLoad(`${NAMESPACE}/${name}`, { kind: 'inflight', requests });
}

async function becomes(name: string, what: string, test: (state: HpaState) => boolean): Promise<HpaState> {
  const state = await hpas.becomes({ namespace: NAMESPACE, name }, { test, withinMs: SETTLED_MS });
  note(name, what, state);
  return state;
}

function note(name: string, what: string, state: HpaState | undefined): void {
  const active = conditionOf(state, 'ScalingActive');
  rows.push([name, what, String(state?.current), `ScalingActive=${active?.status} ${active?.reason}`, active?.message ?? '']);
}

const settledAt = (replicas: number) => (state: HpaState) => state.current === replicas && state.desired === replicas;
/** By the controller itself: a state before its first sync says 0 too. */
const scaledToZero = (state: HpaState): boolean => settledAt(0)(state) && conditionOf(state, 'ScaledToZero')?.status === 'True';
const inactive = (state: HpaState): boolean => conditionOf(state, 'ScalingActive')?.status === 'False';

describe('an external metric of pods that stay', () => {
  it('scales to what is in flight there', async () => {
    await load('front', 2 * PER_POD);
    await createHpa(rig().controlPlane.api, {
      ...ZERO,
      name: 'workers',
      metric: externalMetric(SIGNAL, { app: 'front' }, String(PER_POD)),
    });
    await becomes('workers', `${2 * PER_POD} requests in the front`, settledAt(2));
  });

  it('does not scale to zero when the front cannot be read', async () => {
    const { kubelets } = rig();
    const [front] = await kubelets.truth(`${NAMESPACE}/front`);
    const pods = [front?.pod ?? ''];
    const sinceMs = await kubelets.setFault({ namespace: NAMESPACE, pods, fault: 'hang' });
    const state = await becomes('workers', 'the front hangs', inactive);
    expect(conditionOf(state, 'ScalingActive')?.reason).toBe('FailedGetExternalMetric');
    await setTimeout(3 * SYNC_MS);
    const lowest = Math.min(
      ...hpas
        .of(NAMESPACE, 'workers')
        .filter(({ atMs }) => atMs >= sinceMs)
        .map(({ desired }) => desired),
    );
    expect(lowest).toBe(2);
    await kubelets.setFault({ namespace: NAMESPACE, pods, fault: 'none' });
    await becomes('workers', 'the front answers again', (one) => !inactive(one));
  });

  it('scales to zero when it is idle, and stays active', async () => {
    await load('front', 0);
    await becomes('workers', 'nothing in the front', scaledToZero);
    await setTimeout(2 * SYNC_MS);
    expect(conditionOf(hpas.latest(NAMESPACE, 'workers'), 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' });
  });

  it('scales from zero when requests come', async () => {
    const sinceMs = Date.now();
    await load('front', PER_POD);
    await becomes('workers', `${PER_POD} requests in the front`, (state) => state.current >= 1);
    rows.push(['workers', 'from a request to the pod', '', '', `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`]);
  });
});

describe('a metric of the pods themselves', () => {
  const about = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'alone' };
  const metric = objectMetric(SIGNAL, about, { type: 'AverageValue', averageValue: String(PER_POD) });

  it('scales to zero when they are idle', async () => {
    await createHpa(rig().controlPlane.api, { ...ZERO, name: 'alone', metric });
    await becomes('alone', 'nothing in its pods', scaledToZero);
  });

  it('is absent at zero, and nothing brings them back', async () => {
    await load('alone', 2 * PER_POD);
    const state = await becomes('alone', 'requests that no pod takes', inactive);
    expect(conditionOf(state, 'ScalingActive')?.reason).toBe('FailedGetObjectMetric');
    await setTimeout(2 * SYNC_MS);
    expect(hpas.latest(NAMESPACE, 'alone')).toMatchObject({ current: 0, desired: 0 });
  });

  it('goes on when somebody starts one by hand', async () => {
    await rig().controlPlane.kubectl('scale', 'deployment/alone', '--replicas=1', '--namespace', NAMESPACE);
    await becomes('alone', 'one started by hand', settledAt(2));
  });
});

describe('without an Object or External metric', () => {
  const metric: HpaMetric = podsMetric(SIGNAL, String(PER_POD));

  it('no HPA with minReplicas: 0 is taken', async () => {
    const refused = createHpa(rig().controlPlane.api, { ...ZERO, name: 'by-hand', metric });
    await expect(refused).rejects.toThrow('must specify at least one Object or External metric to support scaling to zero replicas');
  });

  it('scaling is disabled at zero, until somebody starts one by hand', async () => {
    const { api, kubectl } = rig().controlPlane;
    await load('by-hand', PER_POD);
    await createHpa(api, { ...ZERO, name: 'by-hand', minReplicas: 1, metric });
    await becomes('by-hand', `${PER_POD} requests in its pod`, (state) => !inactive(state) && settledAt(1)(state));
    await kubectl('scale', 'deployment/by-hand', '--replicas=0', '--namespace', NAMESPACE);
    const state = await becomes('by-hand', 'scaled to zero by hand', inactive);
    expect(conditionOf(state, 'ScalingActive')).toMatchObject({
      reason: 'ScalingDisabled',
      message: 'scaling is disabled since the replica count of the target is zero',
    });
    await kubectl('scale', 'deployment/by-hand', '--replicas=1', '--namespace', NAMESPACE);
    await becomes('by-hand', 'one started by hand', (one) => !inactive(one) && one.current === 1);
  });
});
