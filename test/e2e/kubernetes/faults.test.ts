// What the HPA is told while Tritons die, hang or say nothing: missing, not 0 and not sinking; and nothing is scaled down because of it.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from './kubelet/protocol.ts';
import { figureOf, shown, table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { conditionOf, type HpaState, type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { startPlimsoll } from './rig/plimsoll.ts';
import { type Poller, poll } from './rig/poller.ts';
import { type Answer, externalPath, objectPath, podsPath } from './rig/questions.ts';
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

const INTERVAL_MS = 5000;
const TIMEOUT_MS = INTERVAL_MS / 2;
/** A sync that comes often shows in a minute what the usual one shows in three. */
const SYNC_MS = isFull() ? 15_000 : 5000;
const HELD_SYNCS = 4;
const POLL_MS = 100;
const SIGNAL = 'triton_inflight_requests';
const NAME = 'triton';
const REPLICAS = 3;
const INFLIGHT = 12;
const PER_POD = '4';
/** What asking itself adds: one poll, and the answer on a busy machine. */
const ASKING_MS = POLL_MS + 200;
const MISSING_MS = INTERVAL_MS + TIMEOUT_MS + 200 + ASKING_MS;

interface Kind {
  readonly title: string;
  readonly namespace: string;
  readonly metric: HpaMetric;
  readonly path: string;
}

const about = { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME };
const KINDS: readonly Kind[] = [
  {
    title: 'Pods',
    namespace: 'fault-pods',
    metric: podsMetric(SIGNAL, PER_POD),
    path: podsPath(SIGNAL, { namespace: 'fault-pods', app: NAME }),
  },
  {
    title: 'Object',
    namespace: 'fault-object',
    metric: objectMetric(SIGNAL, about, { type: 'AverageValue', averageValue: PER_POD }),
    path: objectPath(SIGNAL, { namespace: 'fault-object', resource: 'deployments.apps', name: NAME }),
  },
  {
    title: 'External',
    namespace: 'fault-external',
    metric: externalMetric(SIGNAL, { app: NAME }, PER_POD),
    path: externalPath(SIGNAL, { namespace: 'fault-external', selector: `app=${NAME}` }),
  },
];

const FAULTS: readonly { readonly fault: Exclude<Fault, 'none'>; readonly title: string }[] = [
  { fault: 'dead', title: 'refuses connections' },
  { fault: 'hang', title: 'hangs' },
  { fault: 'empty', title: 'returns nothing' },
];

const rig = useRig({ name: 'faults', syncPeriodSeconds: SYNC_MS / 1000 }, async ({ controlPlane, kubelets, plimsoll }) => {
  for (const { namespace } of KINDS) {
    await createWorkload(controlPlane.api, { namespace, name: NAME, replicas: REPLICAS, triton: QUICK_TRITON });
    await kubelets.setLoad(`${namespace}/${NAME}`, { kind: 'inflight', requests: INFLIGHT });
  }
  await plimsoll.ready(90_000);
  for (const { namespace, metric } of KINDS) {
    // No more pods than there are: an estimate that is above the truth must not change what is looked at.
    await createHpa(controlPlane.api, { name: NAME, namespace, minReplicas: 1, maxReplicas: REPLICAS, metric, behavior: AT_ONCE });
  }
});

let hpas: HpaWatch;
const answers = new Map<string, Poller>();
beforeAll(async () => {
  const { api } = rig().controlPlane;
  hpas = watchHpas(api);
  for (const { namespace, path } of KINDS) answers.set(namespace, poll(api, path, POLL_MS));
  await Promise.all(KINDS.map(({ namespace }) => active(namespace)));
});
afterAll(async () => {
  await hpas?.[Symbol.asyncDispose]();
  for (const poller of answers.values()) await poller[Symbol.asyncDispose]();
});

function answersOf(namespace: string): Poller {
  const found = answers.get(namespace);
  if (found === undefined) throw new Error(`nobody asks about ${namespace}`);
  return found;
}

async function active(namespace: string): Promise<void> {
  await hpas.becomes(
    { namespace, name: NAME },
    { test: (state) => conditionOf(state, 'ScalingActive')?.status === 'True', withinMs: 90_000 },
  );
}

async function podsOf(namespace: string): Promise<readonly string[]> {
  const truth = await rig().kubelets.truth(`${namespace}/${NAME}`);
  expect(truth).toHaveLength(REPLICAS);
  return truth.map(({ pod }) => pod);
}

function has(answer: Answer, pod: string): boolean {
  return answer.kind === 'items' && answer.items.some(({ name }) => name === pod);
}

/** Nothing below what there was, in any state that the HPAs went through. */
function expectNoScaleDown(sinceMs: number): void {
  for (const { namespace } of KINDS) {
    const lowest = Math.min(
      ...hpas
        .of(namespace, NAME)
        .filter((state) => state.atMs >= sinceMs)
        .map((state) => Math.min(state.desired, state.current)),
      REPLICAS,
    );
    expect([namespace, lowest]).toEqual([namespace, REPLICAS]);
  }
}

const rows: string[][] = [];
const missingAfter = new Map<string, number[]>();
const ROUNDS = isFull() ? 4 : 1;

describe.each(FAULTS)('a Triton that $title', ({ fault, title }) => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))('is missing in time, and nothing is scaled down (%i)', async () => {
    const victims = new Map(
      await Promise.all(KINDS.map(async ({ namespace }) => [namespace, (await podsOf(namespace))[0] ?? ''] as const)),
    );
    const victim = victims.get('fault-pods') ?? '';
    // At any moment between two scrapes.
    await setTimeout(Math.random() * INTERVAL_MS);
    const changed = await Promise.all([...victims].map(([namespace, pod]) => rig().kubelets.setFault({ namespace, pods: [pod], fault })));
    const sinceMs = Math.max(...changed);
    const pods = answersOf('fault-pods');
    const missing = await pods.first((answer) => !has(answer, victim), { sinceMs, withinMs: 2 * MISSING_MS });
    expect(missing, 'the pod is served after its time').toBeDefined();
    const tookMs = (missing?.atMs ?? Number.NaN) - sinceMs;
    missingAfter.set(title, [...(missingAfter.get(title) ?? []), tookMs / 1000]);
    expect(tookMs).toBeLessThanOrEqual(MISSING_MS);
    // What was served until then is what was seen last.
    const told = pods.between(sinceMs, missing?.askedMs ?? sinceMs).flatMap(({ answer }) => (answer.kind === 'items' ? answer.items : []));
    for (const { value } of told.filter(({ name }) => name === victim)) expect(value).toBeGreaterThan(0.9 * Number(PER_POD));
    await setTimeout(HELD_SYNCS * SYNC_MS + 2000);
    expect(pods.between(missing?.askedMs ?? 0, Date.now()).some(({ answer }) => has(answer, victim))).toBe(false);
    for (const { namespace } of KINDS) {
      const refusals = answersOf(namespace)
        .between(sinceMs, Date.now())
        .filter(({ answer }) => answer.kind === 'refusal');
      expect(refusals.map(({ answer }) => answer)).toEqual([]);
      expect(conditionOf(hpas.latest(namespace, NAME), 'ScalingActive')).toMatchObject({ status: 'True' });
    }
    expectNoScaleDown(sinceMs);

    const backMs = Math.max(
      ...(await Promise.all([...victims].map(([namespace, pod]) => rig().kubelets.setFault({ namespace, pods: [pod], fault: 'none' })))),
    );
    const back = await pods.first((answer) => has(answer, victim), { sinceMs: backMs, withinMs: 90_000 });
    rows.push([title, (tookMs / 1000).toFixed(1), back === undefined ? 'never' : ((back.atMs - backMs) / 1000).toFixed(1)]);
    expect(back, 'the pod is back').toBeDefined();
    expectNoScaleDown(sinceMs);
    // Until its rates are over the whole window again.
    await settled();
  });
});

/** Settles when all pods say again what is in them. */
async function settled(): Promise<void> {
  const sinceMs = Date.now();
  const isFair = (answer: Answer): boolean =>
    answer.kind === 'items' && answer.items.length === REPLICAS && answer.items.every(({ value }) => value > 3.6 && value < 4.4);
  expect(await answersOf('fault-pods').first(isFair, { sinceMs, withinMs: 120_000 }), 'the load is even again').toBeDefined();
}

const reasons: string[][] = [];
const recovered: string[][] = [];

/** What the HPA wants when all rates have their window again. */
async function lastWanted(namespace: string): Promise<number> {
  const isWhole = ({ current, desired }: HpaState): boolean => current === REPLICAS && desired === REPLICAS;
  await setTimeout(2 * INTERVAL_MS);
  return (await hpas.becomes({ namespace, name: NAME }, { test: isWhole, withinMs: 150_000 })).desired;
}

describe('all Tritons of a workload', () => {
  it('die: scaling is not active, the reason is in the message, and the replicas stay', async () => {
    const all = await Promise.all(KINDS.map(async ({ namespace }) => ({ namespace, pods: await podsOf(namespace) })));
    const sinceMs = Math.max(...(await Promise.all(all.map((pods) => rig().kubelets.setFault({ ...pods, fault: 'dead' })))));
    for (const { namespace, title } of KINDS) {
      const test = (state: HpaState): boolean => conditionOf(state, 'ScalingActive')?.status === 'False';
      const state = await hpas.first({ namespace, name: NAME }, { test, sinceMs, withinMs: MISSING_MS + 3 * SYNC_MS });
      const condition = conditionOf(state, 'ScalingActive');
      reasons.push([title, condition?.reason ?? 'none', condition?.message ?? 'none']);
      expect(condition?.message).toContain('refused');
    }
    await setTimeout(HELD_SYNCS * SYNC_MS);
    expectNoScaleDown(sinceMs);
    const refused = answersOf('fault-pods').seen.at(-1)?.answer;
    expect(refused).toMatchObject({ kind: 'refusal', status: 404, message: expect.stringContaining('refused') });
  });

  it('come back: scaling is active again, and in the end there are as many as before', async () => {
    const sinceMs = Date.now();
    const all = await Promise.all(KINDS.map(async ({ namespace }) => ({ namespace, pods: await podsOf(namespace) })));
    await Promise.all(all.map((pods) => rig().kubelets.setFault({ ...pods, fault: 'none' })));
    await Promise.all(KINDS.map(({ namespace }) => active(namespace)));
    for (const { namespace, title } of KINDS) {
      // New processes all, whose rates fill their window from nothing: without a stabilisation that is a dip.
      const wanted = await lastWanted(namespace);
      const states = hpas.of(namespace, NAME).filter(({ atMs }) => atMs >= sinceMs);
      recovered.push([title, String(Math.min(wanted, ...states.map(({ desired }) => desired))), String(wanted)]);
      expect(wanted).toBe(REPLICAS);
    }
    await settled();
  });
});

describe('Plimsoll itself', () => {
  it('is killed and comes back: scaling is not active meanwhile, and nothing is scaled down', async () => {
    const { controlPlane, installation, plimsoll } = rig();
    const sinceMs = Date.now();
    await plimsoll.daemon.stop(0);
    for (const { namespace } of KINDS) {
      const test = (state: HpaState): boolean => conditionOf(state, 'ScalingActive')?.status === 'False';
      const state = await hpas.first({ namespace, name: NAME }, { test, sinceMs, withinMs: 4 * SYNC_MS });
      expect(conditionOf(state, 'ScalingActive'), namespace).toMatchObject({ status: 'False' });
    }
    const again = await startPlimsoll({ controlPlane, installation });
    await again.ready(90_000);
    await Promise.all(KINDS.map(({ namespace }) => active(namespace)));
    expectNoScaleDown(sinceMs);
    rows.push(['Plimsoll killed and started again', '', ((Date.now() - again.startedMs) / 1000).toFixed(1)]);
  });
});

describe('the report', () => {
  it('tells it', async () => {
    const figures = [...missingAfter].map(([title, values]) => [`a Triton ${title}`, `missing after ${shown(figureOf(values))} s`]);
    const peers = [
      ['a Triton refuses connections', 'the old gauge for 2 to 8 s, then missing; with rate[1m] 34 to 45 s more, sinking'],
      ['a Triton hangs', 'the old gauge for 24 s'],
      ['Prometheus is dead', '500 without the cause, everything says it is healthy'],
    ];
    const text = [
      `Scrapes every 5 s with 2.5 s of patience, so missing after at most ${(INTERVAL_MS + TIMEOUT_MS + 200) / 1000} s (min / median / max of ${ROUNDS}):`,
      table(['fault', 'what the HPA is told'], figures),
      'Prometheus with prometheus-adapter, scrapes every 15 s:',
      table(['fault', 'what the HPA is told'], peers),
      'Each fault: seconds until the pod is missing, and from its recovery until it is served again:',
      table(['a Triton', 'missing after', 'served again after'], rows),
      'All Tritons dead: `ScalingActive=False`, and the message of the condition:',
      table(['HPA', 'reason', 'message'], reasons),
      'When they all come back at once they are new processes, whose rates begin at nothing. These HPAs scale down at once; the examples wait for five minutes:',
      table(['HPA', 'fewest replicas wanted', 'in the end'], recovered),
    ].join('\n');
    await writePart({ key: '3 faults', title: '3. Faults', text });
  });
});
