// Two replicas behind one Service, and one of them is killed under load: what was in flight on it is lost, and nothing else.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { becomeAvailable } from './rig/api-services.ts';
import { type EndpointWatch, watchEndpoints } from './rig/endpoints.ts';
import { conditionOf, type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { pace } from './rig/pace.ts';
import { objectPath } from './rig/questions.ts';
import { type PodRig, usePodRig } from './rig/use-pod-rig.ts';
import { failures, type Sighting, type Witness, witness } from './rig/witness.ts';
import { AT_ONCE, createHpa, createWorkload, objectMetric, QUICK_TRITON } from './rig/workloads.ts';
import { currentRun, isFull } from './run-folder.ts';

const NAMESPACE = 'replicas';
const NAME = 'triton';
const PODS = 2;
const INFLIGHT = 12;
/** Two pods for anything above 8 and up to 16 in flight. */
const PER_POD = '8';
const { settings: SETTINGS, readyMs: READY_MS, probeEveryMs: PROBE_MS, syncMs: SYNC_MS, tolerance: TOLERANCE } = pace();
/** As fast as they are answered. */
const ASKERS = 8;
/** From the EndpointSlice in the API to kube-apiserver's own view of it, on a busy machine. */
const VIEW_MS = 500;
const ROUNDS = isFull() ? 4 : 1;
const about = { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME };

describe.skipIf(!currentRun().hasOwnNetwork)('of two replicas', () => {
  const rig = usePodRig(
    { name: 'replicas', replicas: 2, syncPeriodSeconds: SYNC_MS / 1000, settings: SETTINGS, probeEveryMs: PROBE_MS },
    async ({ controlPlane, kubelets, pods }: PodRig) => {
      const { api } = controlPlane;
      await createWorkload(api, { namespace: NAMESPACE, name: NAME, replicas: PODS, triton: QUICK_TRITON });
      await kubelets.setLoad(`${NAMESPACE}/${NAME}`, { kind: 'inflight', requests: INFLIGHT });
      await pods.ready(2, READY_MS);
      await becomeAvailable(api, { wanted: true, withinMs: 60_000, hurried: true });
      const metric = objectMetric('triton_inflight_requests', about, { type: 'AverageValue', averageValue: PER_POD });
      await createHpa(api, { name: NAME, namespace: NAMESPACE, minReplicas: 1, maxReplicas: 8, metric, behavior: AT_ONCE });
    },
  );

  let load: Witness;
  let endpoints: EndpointWatch;
  let hpas: HpaWatch;
  const rows: string[][] = [];

  beforeAll(async () => {
    const { api } = rig().controlPlane;
    hpas = watchHpas(api);
    endpoints = watchEndpoints(api);
    const isActive = (state: Parameters<typeof conditionOf>[0]): boolean => conditionOf(state, 'ScalingActive')?.status === 'True';
    await hpas.becomes({ namespace: NAMESPACE, name: NAME }, { test: isActive, withinMs: 60_000 });
    const path = objectPath('triton_inflight_requests', { namespace: NAMESPACE, resource: 'deployments.apps', name: NAME });
    load = witness({ title: 'load', api, path, everyMs: 0, askers: ASKERS });
  });
  afterAll(async () => {
    for (const one of [load, endpoints, hpas]) await one?.[Symbol.asyncDispose]();
    await writePart({
      key: '8 replicas',
      title: '8. Two replicas',
      text: [
        `${ASKERS} clients ask through kube-apiserver, which takes one of the addresses of the EndpointSlice for each question, as fast as they are answered, while one of two replicas is killed:`,
        table(
          [
            'questions a second',
            'both answered',
            'in flight on it, and lost',
            'sent there until the EndpointSlice knew',
            'that took',
            'lost afterwards',
            'two again after',
          ],
          rows,
        ),
      ].join('\n'),
    });
  });

  /** What each process answered. */
  async function answered(): Promise<readonly number[]> {
    return await Promise.all(
      rig()
        .pods.all()
        .map(async ({ plimsoll }) => {
          const line = /^plimsoll_metrics_api_requests_total\{group="custom\.metrics\.k8s\.io",code="200"\} (?<count>\d+)$/m;
          return Number(line.exec(await plimsoll.metrics())?.groups?.['count'] ?? 0);
        }),
    );
  }

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))('one is killed under load (%i)', async () => {
    const sinceMs = Date.now();
    const before = await answered();
    await setTimeout(3000 + Math.random() * 1000);
    const shares = (await answered()).map((count, index) => count - (before[index] ?? 0));
    expect(Math.min(...shares), 'both replicas are asked').toBeGreaterThan(0);
    const perSecond = (1000 * load.since(sinceMs).length) / (Date.now() - sinceMs);
    expect([...failures(load.since(sinceMs))], 'before').toEqual([]);

    const [victim, survivor] = rig().pods.all();
    const killedMs = Date.now();
    await victim?.plimsoll.daemon.stop(0);
    await setTimeout(2 * SYNC_MS);
    const led = endpoints.seen.find(({ atMs, ready }) => atMs >= killedMs && !ready.includes(victim?.ip ?? ''));
    expect(led?.ready).toEqual([survivor?.ip]);
    const knownMs = led?.atMs ?? Number.NaN;
    await rig().pods.ready(2, READY_MS);
    const backMs = Date.now();
    await setTimeout(SYNC_MS);

    const failed = load.since(sinceMs).filter(({ answer }) => answer.kind !== 'items');
    const count = (test: (sighting: Sighting) => boolean): string => String(failed.filter(test).length);
    rows.push([
      perSecond.toFixed(0),
      shares.join(' and '),
      count(({ askedMs }) => askedMs < killedMs),
      count(({ askedMs }) => askedMs >= killedMs && askedMs < knownMs + VIEW_MS),
      `${((knownMs - killedMs) / 1000).toFixed(2)} s`,
      count(({ askedMs }) => askedMs >= knownMs + VIEW_MS),
      `${((backMs - killedMs) / 1000).toFixed(1)} s`,
    ]);
    expect([...failures(failed.filter(({ askedMs }) => askedMs >= knownMs + VIEW_MS))], 'lost afterwards').toEqual([]);
    // Each asker has one question in flight.
    expect(failed.filter(({ askedMs }) => askedMs < killedMs).length).toBeLessThanOrEqual(ASKERS);
    expectRight(sinceMs);
  });

  function expectRight(sinceMs: number): void {
    const values = load.since(sinceMs).flatMap(({ answer }) => (answer.kind === 'items' ? [answer.items[0]?.value ?? Number.NaN] : []));
    expect(values.filter((value) => !(Math.abs(value - INFLIGHT) <= TOLERANCE * INFLIGHT))).toEqual([]);
    const states = hpas.of(NAMESPACE, NAME).filter(({ atMs }) => atMs >= sinceMs);
    expect(states.filter(({ current, desired }) => current !== PODS || desired !== PODS)).toEqual([]);
  }
});
