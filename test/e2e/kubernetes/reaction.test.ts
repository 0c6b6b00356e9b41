// How long a step of load takes to reach the API, and the HPA's desiredReplicas.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Figure, figureOf, shown, table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { type HpaState, type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { type Poller, poll } from './rig/poller.ts';
import { type Answer, podsPath, sumOf } from './rig/questions.ts';
import { useRig } from './rig/use-rig.ts';
import { AT_ONCE, createHpa, createWorkload, podsMetric, QUICK_TRITON } from './rig/workloads.ts';
import { isFull } from './run-folder.ts';

const INTERVAL_MS = 5000;
const SYNC_MS = 15_000;
const POLL_MS = 200;
const NAMESPACE = 'steps';
const MIN_REPLICAS = 2;
const MAX_REPLICAS = 6;
const INFLIGHT = 100;
/** Each executes four. */
const EXECUTING = MAX_REPLICAS * QUICK_TRITON.instances;
/** Longest time for a step to be over: the window of a rate, two syncs, a little. */
const STEP_MS = 120_000;

/** What is followed, and what it comes to while the load is there. */
const SIGNALS = [
  { signal: 'triton_pending_requests', finally: INFLIGHT - EXECUTING },
  { signal: 'triton_inflight_requests', finally: INFLIGHT },
] as const;
type SignalName = (typeof SIGNALS)[number]['signal'];

/** Five Deployments for each signal, as the peers were measured; steps of one Deployment come one after the other. */
const DEPLOYMENTS = SIGNALS.flatMap(({ signal, finally: final }, kind) =>
  Array.from({ length: 5 }, (_, number) => ({ name: `step-${kind}-${number}`, signal, final })),
);
type Stepped = (typeof DEPLOYMENTS)[number];
const ROUNDS = isFull() ? 4 : 1;

/** Seconds from the change of load. */
interface Step {
  readonly signal: SignalName;
  readonly firstPod: number;
  readonly bothPods: number;
  readonly ninety: number;
  readonly desired: number;
  /** The way down: the first pod, and desiredReplicas back at the minimum. */
  readonly firstPodDown: number;
  readonly desiredDown: number;
}

const rig = useRig({ name: 'reaction' }, async ({ controlPlane, plimsoll }) => {
  const { api } = controlPlane;
  for (const { name } of DEPLOYMENTS) {
    await createWorkload(api, { namespace: NAMESPACE, name, replicas: MIN_REPLICAS, triton: QUICK_TRITON });
  }
  await plimsoll.ready(90_000);
  for (const { name, signal } of DEPLOYMENTS) {
    const scale = { minReplicas: MIN_REPLICAS, maxReplicas: MAX_REPLICAS, behavior: AT_ONCE };
    await createHpa(api, { name, namespace: NAMESPACE, metric: podsMetric(signal, '10'), ...scale });
  }
});

let hpas: HpaWatch;
beforeAll(() => {
  hpas = watchHpas(rig().controlPlane.api);
});
afterAll(async () => {
  await hpas?.[Symbol.asyncDispose]();
});

const steps: Step[] = [];

it(`sees ${ROUNDS * 5} steps of each signal, at random moments`, { timeout: ROUNDS * 2 * STEP_MS + 60_000 }, async () => {
  await Promise.all(DEPLOYMENTS.map(stepsOf));
  expect(steps).toHaveLength(ROUNDS * DEPLOYMENTS.length);
});

async function stepsOf(stepped: Stepped): Promise<void> {
  const { name, signal } = stepped;
  await using answers = poll(rig().controlPlane.api, podsPath(signal, { namespace: NAMESPACE, app: name }), POLL_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    const isAtRest = ({ current, desired }: HpaState): boolean => current === MIN_REPLICAS && desired === MIN_REPLICAS;
    await hpas.becomes({ namespace: NAMESPACE, name }, { test: isAtRest, withinMs: STEP_MS });
    await atRest(answers);
    await setTimeout(Math.random() * SYNC_MS);
    const up = await stepUp(stepped, answers);
    const down = await stepDown(stepped, answers);
    steps.push({ signal, ...up, ...down });
  }
}

/** Nothing of the step before is left in the window. */
async function atRest(answers: Poller): Promise<void> {
  const isNothing = (answer: Answer): boolean => (sumOf(answer) ?? 1) < 0.01;
  expect(await answers.first(isNothing, { sinceMs: Date.now(), withinMs: STEP_MS }), 'the rates fall to nothing').toBeDefined();
}

async function stepUp({ name, final }: Stepped, answers: Poller): Promise<Pick<Step, 'firstPod' | 'bothPods' | 'ninety' | 'desired'>> {
  const workload = `${NAMESPACE}/${name}`;
  const before = (await rig().kubelets.truth(workload)).map(({ pod }) => pod);
  const sinceMs = await rig().kubelets.setLoad(workload, { kind: 'inflight', requests: INFLIGHT });
  const isNew = (answer: Answer): readonly string[] =>
    answer.kind === 'refusal' ? [] : answer.items.filter(({ value }) => value > 1).map((item) => item.name);
  const [firstPod, bothPods, ninety, desired] = await Promise.all([
    answers.first((answer) => isNew(answer).length > 0, { sinceMs, withinMs: STEP_MS }),
    answers.first((answer) => before.every((pod) => isNew(answer).includes(pod)), { sinceMs, withinMs: STEP_MS }),
    answers.first((answer) => (sumOf(answer) ?? 0) >= 0.9 * final, { sinceMs, withinMs: STEP_MS }),
    hpas.first({ namespace: NAMESPACE, name }, { test: (state) => state.desired > MIN_REPLICAS, sinceMs, withinMs: STEP_MS }),
  ]);
  const after = (seen: { readonly atMs: number } | undefined): number => secondsSince(sinceMs, seen);
  return { firstPod: after(firstPod), bothPods: after(bothPods), ninety: after(ninety), desired: after(desired) };
}

async function stepDown({ name }: Stepped, answers: Poller): Promise<Pick<Step, 'firstPodDown' | 'desiredDown'>> {
  const sumBefore = sumOf(answers.seen.at(-1)?.answer ?? { kind: 'items', items: [] }) ?? 0;
  const sinceMs = await rig().kubelets.setLoad(`${NAMESPACE}/${name}`, { kind: 'inflight', requests: 0 });
  const [firstPod, desired] = await Promise.all([
    answers.first((answer) => (sumOf(answer) ?? sumBefore) < 0.97 * sumBefore, { sinceMs, withinMs: STEP_MS }),
    hpas.first({ namespace: NAMESPACE, name }, { test: (state) => state.desired === MIN_REPLICAS, sinceMs, withinMs: STEP_MS }),
  ]);
  return { firstPodDown: secondsSince(sinceMs, firstPod), desiredDown: secondsSince(sinceMs, desired) };
}

/** NaN for what did not happen, which no bound allows. */
function secondsSince(sinceMs: number, seen: { readonly atMs: number } | undefined): number {
  return seen === undefined ? Number.NaN : (seen.atMs - sinceMs) / 1000;
}

function figure(signal: SignalName, field: Exclude<keyof Step, 'signal'>): Figure {
  return figureOf(steps.filter((step) => step.signal === signal).map((step) => step[field]));
}

it.each(SIGNALS)('serves $signal anew within one interval and 200 ms', ({ signal }) => {
  // Asking takes its own time: one poll, and the answer through kube-apiserver.
  expect(figure(signal, 'firstPod').max).toBeLessThanOrEqual((INTERVAL_MS + 200 + POLL_MS + 200) / 1000);
});

it.each(SIGNALS)('changes desiredReplicas by $signal within half a sync and half an interval in the median', ({ signal }) => {
  const { median, max } = figure(signal, 'desired');
  // Five steps have no median to speak of.
  if (isFull()) expect(median).toBeLessThanOrEqual((SYNC_MS / 2 + INTERVAL_MS / 2 + 1500) / 1000);
  expect(max).toBeLessThanOrEqual((SYNC_MS + INTERVAL_MS + 3000) / 1000);
});

/** Prometheus 3.15 with prometheus-adapter 0.12.0, five Deployments of two pods, measured on two cores. */
const PEERS = [
  ['prometheus-adapter, 15 s / 15 s', 'gauge', '0.6 / 5.7 / 9.5', '6.2 / 9.8 / 14.2', 'same', '4.3 / 9.1 / 17.8', '', ''],
  ['prometheus-adapter, 15 s / 15 s', 'rate[1m]', '1.4 / 2.0 / 8.1', '3.5 / 7.7 / 14.1', '46 / 50 / 53', '21.2 / 27.8 / 30.6', '', ''],
  ['prometheus-adapter, 5 s / 15 s', 'gauge', '0.6 / 1.2 / 2.8', '0.7 / 2.8 / 4.5', 'same', '1.9 / 12.0 / 17.1', '', ''],
  ['prometheus-adapter, 5 s / 5 s', 'gauge', '0.2 / 1.3 / 3.1', '0.7 / 2.4 / 5.0', 'same', '0.4 / 4.5 / 7.3', '', ''],
];

it('is told in the report', async () => {
  const ours = SIGNALS.map(({ signal }) => {
    const cells = (['firstPod', 'bothPods', 'ninety', 'desired', 'firstPodDown', 'desiredDown'] as const).map((field) =>
      shown(figure(signal, field)),
    );
    return [`**Plimsoll, 5 s / 15 s** (${ROUNDS * 5} steps)`, signal, ...cells];
  });
  const head = [
    'scrape / HPA sync',
    'metric',
    'first pod new',
    'both pods',
    '≥ 90 % of final',
    'desiredReplicas',
    'down: first pod',
    'down: desiredReplicas',
  ];
  const text = [
    `Requests in flight step from 0 to ${INFLIGHT} and back, at a random moment; the HPA (type Pods, target 10 a pod) scales from ${MIN_REPLICAS} to ${MAX_REPLICAS}.`,
    'Seconds, min / median / max. The figures of prometheus-adapter are from another run on such a machine, for a gauge and a rate that step from 0 to 50 a pod.',
    table(head, [...ours, ...PEERS]),
    'The final value of `triton_inflight_requests` includes what executes, which is a rate over 60 s; what waits is the live gauge.',
  ].join('\n');
  await writePart({ key: '2b reaction', title: '2. Reaction to a step of load', text });
});
