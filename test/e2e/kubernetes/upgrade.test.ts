// An upgrade as the Deployment does it: a new pod, Ready before the old one is told to stop; no sync of the HPA stays without an answer.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { becomeAvailable } from './rig/api-services.ts';
import { type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { pace } from './rig/pace.ts';
import { objectPath } from './rig/questions.ts';
import { type PodRig, usePodRig } from './rig/use-pod-rig.ts';
import { failures, type Witness, witness } from './rig/witness.ts';
import { AT_ONCE, createHpa, createWorkload, objectMetric, QUICK_TRITON } from './rig/workloads.ts';
import { currentRun, isFull } from './run-folder.ts';

const NAMESPACE = 'upgrade';
const NAME = 'triton';
const PODS = 2;
const INFLIGHT = 12;
/** Two pods for anything above 8 and up to 16 in flight. */
const PER_POD = '8';
const { settings: SETTINGS, readyMs: READY_MS, probeEveryMs: PROBE_MS, syncMs: SYNC_MS, tolerance: TOLERANCE } = pace();
const POLL_MS = 20;
const ROUNDS = isFull() ? 3 : 1;
const about = { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME };

describe.skipIf(!currentRun().hasOwnNetwork)('an upgrade', () => {
  const rig = usePodRig(
    { name: 'upgrade', replicas: 1, syncPeriodSeconds: SYNC_MS / 1000, settings: SETTINGS, probeEveryMs: PROBE_MS },
    async ({ controlPlane, kubelets, pods }: PodRig) => {
      const { api } = controlPlane;
      await createWorkload(api, { namespace: NAMESPACE, name: NAME, replicas: PODS, triton: QUICK_TRITON });
      await kubelets.setLoad(`${NAMESPACE}/${NAME}`, { kind: 'inflight', requests: INFLIGHT });
      await pods.ready(1, READY_MS);
      await becomeAvailable(api, { wanted: true, withinMs: 60_000, hurried: true });
      const metric = objectMetric('triton_inflight_requests', about, { type: 'AverageValue', averageValue: PER_POD });
      await createHpa(api, { name: NAME, namespace: NAMESPACE, minReplicas: 1, maxReplicas: 8, metric, behavior: AT_ONCE });
    },
  );

  let asker: Witness;
  let hpas: HpaWatch;
  const rows: string[][] = [];

  beforeAll(async () => {
    const { api } = rig().controlPlane;
    hpas = watchHpas(api);
    const path = objectPath('triton_inflight_requests', { namespace: NAMESPACE, resource: 'deployments.apps', name: NAME });
    asker = witness({ title: 'asker', api, path, everyMs: POLL_MS });
    await setTimeout(SYNC_MS);
  });
  afterAll(async () => {
    for (const one of [asker, hpas]) await one?.[Symbol.asyncDispose]();
    const text = [
      `\`kubectl rollout restart\` of one replica, with \`maxSurge: 1\`, \`maxUnavailable: 0\` and the \`shutdown_delay\` of the manifests; the HPA every ${SYNC_MS / 1000} s, and a question every ${POLL_MS} ms:`,
      table(['the rollout took', 'syncs', 'without an answer', 'questions', 'without an answer'], rows),
    ];
    await writePart({ key: '9 upgrade', title: '9. An upgrade', text: text.join('\n') });
  });

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))('leaves no sync and no question without an answer (%i)', async () => {
    const { kubectl } = rig().controlPlane;
    const [old] = rig().pods.all();
    const sinceMs = Date.now();
    await kubectl('rollout', 'restart', 'deployment/plimsoll', '--namespace', 'plimsoll');
    await kubectl('rollout', 'status', 'deployment/plimsoll', '--namespace', 'plimsoll', `--timeout=${READY_MS / 1000}s`);
    const [fresh] = await rig().pods.ready(1, 60_000);
    const tookMs = Date.now() - sinceMs;
    expect(fresh?.name).not.toBe(old?.name);
    expect(old?.plimsoll.daemon.ended()).toBe('code 0');
    await setTimeout(2 * SYNC_MS);

    const syncs = (await rig().controlPlane.syncs(NAMESPACE)).filter(({ askedMs }) => askedMs >= sinceMs);
    const unanswered = syncs.filter(({ status }) => status !== 200);
    const asked = asker.since(sinceMs);
    const failed = asked.filter(({ answer }) => answer.kind !== 'items');
    rows.push([`${(tookMs / 1000).toFixed(1)} s`, ...[syncs, unanswered, asked, failed].map(({ length }) => String(length))]);
    expect(unanswered).toEqual([]);
    expect(syncs.length).toBeGreaterThan(tookMs / SYNC_MS / 2);
    expect([...failures(asked)]).toEqual([]);
    const values = asked.flatMap(({ answer }) => (answer.kind === 'items' ? [answer.items[0]?.value ?? Number.NaN] : []));
    expect(values.filter((value) => !(Math.abs(value - INFLIGHT) <= TOLERANCE * INFLIGHT))).toEqual([]);
    const states = hpas.of(NAMESPACE, NAME).filter(({ atMs }) => atMs >= sinceMs);
    expect(states.filter(({ current, desired }) => current !== PODS || desired !== PODS)).toEqual([]);
  });
});
