// Two recipes under the same steady load, with pods that take two minutes to start: what each makes of it, whatever it is.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TritonAnnotation } from './kubelet/protocol.ts';
import { stepChart } from './report/chart.ts';
import { table } from './report/figures.ts';
import { attach, writePart } from './report/part.ts';
import { type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { useRig } from './rig/use-rig.ts';
import { createHpa, createWorkload, externalMetric, type HpaSpec, podsMetric } from './rig/workloads.ts';
import { isFull } from './run-folder.ts';

/** As in the simulations that the default comes from: four slots a pod, 0.4 s a request in the mean, 16 slots' worth of requests. */
const TRITON: TritonAnnotation = { model: 'bert', instances: 4, serviceMs: 400, variability: 'exponential', coldStartMs: 120_000 };
const PER_SECOND = 40;
const NEEDED_PODS = (PER_SECOND * TRITON.serviceMs) / 1000 / TRITON.instances;
const LONGEST_MS = isFull() ? 30 * 60_000 : 3 * 60_000;
const WANTED_CYCLES = 2;
const SAMPLE_MS = 1000;
const LATE_MS = 1000;

interface Recipe {
  readonly title: string;
  readonly namespace: string;
  readonly says: string;
  readonly hpa: Pick<HpaSpec, 'metric' | 'behavior'>;
}

const RECIPES: readonly [Recipe, Recipe] = [
  {
    title: 'queue time (NVIDIA)',
    namespace: 'recipe-queue',
    says: 'mean time in the queue, 50 ms a pod (type Pods), the controller’s own behavior',
    hpa: { metric: podsMetric('triton_queue_latency_seconds', '50m') },
  },
  {
    title: 'in-flight (Plimsoll)',
    namespace: 'recipe-inflight',
    says: 'requests in flight, 0.7 × 4 a pod (type External), up 4 pods/60 s, down 1 pod/60 s after 300 s',
    hpa: {
      metric: externalMetric('triton_inflight_requests', { app: 'triton' }, '2800m'),
      behavior: {
        scaleUp: { policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }] },
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
      },
    },
  },
];

/** One second of one workload. */
interface Sample {
  readonly seconds: number;
  readonly desired: number;
  readonly pods: number;
  readonly serving: number;
}

const rig = useRig({ name: 'recipes' }, async ({ controlPlane, plimsoll }) => {
  for (const { namespace } of RECIPES) {
    await createWorkload(controlPlane.api, { namespace, name: 'triton', replicas: 1, triton: TRITON });
  }
  await plimsoll.ready(90_000);
});

let hpas: HpaWatch;
beforeAll(() => {
  hpas = watchHpas(rig().controlPlane.api);
});
afterAll(async () => {
  await hpas?.[Symbol.asyncDispose]();
});

const samples = new Map<string, Sample[]>(RECIPES.map(({ namespace }) => [namespace, []]));

it('are watched until two cycles were seen, or time is up', { timeout: LONGEST_MS + 300_000 }, async () => {
  const { controlPlane, kubelets } = rig();
  for (const { namespace } of RECIPES) await serving(namespace);
  for (const { namespace, hpa } of RECIPES) {
    await kubelets.setLoad(`${namespace}/triton`, { kind: 'rate', perSecond: PER_SECOND });
    await createHpa(controlPlane.api, { name: 'triton', namespace, minReplicas: 1, maxReplicas: 40, ...hpa });
  }
  const startMs = Date.now();
  // The cycles of the queue's recipe: the other may flutter by a pod or two.
  const isOver = (): boolean => Date.now() - startMs >= LONGEST_MS || cyclesOf(samplesOf(RECIPES[0].namespace)) >= WANTED_CYCLES;
  while (!isOver()) {
    for (const { namespace } of RECIPES) {
      const state = hpas.latest(namespace, 'triton');
      const truth = await kubelets.truth(`${namespace}/triton`);
      const seconds = (Date.now() - startMs) / 1000;
      const pods = Math.max(1, state?.current ?? 1);
      // 0 says that nothing was computed yet.
      const desired = state === undefined || state.desired === 0 ? pods : state.desired;
      samplesOf(namespace).push({ seconds, desired, pods, serving: truth.length });
    }
    await setTimeout(SAMPLE_MS);
  }
  for (const { namespace } of RECIPES) expect(samplesOf(namespace).length).toBeGreaterThan(60);
});

/** Settles when the first pod has started. */
async function serving(namespace: string): Promise<void> {
  while ((await rig().kubelets.truth(`${namespace}/triton`)).length === 0) await setTimeout(SAMPLE_MS);
}

function samplesOf(namespace: string): Sample[] {
  return samples.get(namespace) ?? [];
}

/** How often the wanted replicas have gone up and come down again by half of their range; a change of one pod is none. */
function cyclesOf(all: readonly Sample[]): number {
  const wanted = all.map(({ desired }) => desired);
  const half = (Math.max(...wanted) - Math.min(...wanted)) / 2;
  if (half < 1) return 0;
  let turn = wanted[0] ?? 0;
  let isRising = true;
  let cycles = 0;
  for (const value of wanted) {
    if (isRising ? value > turn : value < turn) turn = value;
    if (Math.abs(value - turn) < half) continue;
    if (isRising) cycles += 1;
    isRising = !isRising;
    turn = value;
  }
  return cycles;
}

it('are told in the report, with a picture', async () => {
  const minutes = Math.max(...[...samples.values()].map((all) => all.at(-1)?.seconds ?? 0)) / 60;
  const rows = await Promise.all(
    RECIPES.map(async ({ title, namespace }) => {
      const all = samplesOf(namespace);
      const wanted = all.map(({ desired }) => desired);
      const changes = wanted.filter((value, index) => index > 0 && value !== wanted[index - 1]).length;
      const podHours = all.reduce(
        (sum, { pods }, index) =>
          sum + (pods * ((all[index + 1]?.seconds ?? all[index]?.seconds ?? 0) - (all[index]?.seconds ?? 0))) / 3600,
        0,
      );
      const { answered, late } = await rig().kubelets.waits(`${namespace}/triton`);
      const range = `${Math.min(...wanted)} to ${Math.max(...wanted)}`;
      return [
        title,
        range,
        String(changes),
        String(cyclesOf(all)),
        podHours.toFixed(2),
        `${((100 * late) / Math.max(1, answered)).toFixed(1)} %`,
      ];
    }),
  );
  const minuteRows = Array.from({ length: Math.floor(minutes) + 1 }, (_, minute) => {
    const at = RECIPES.map(
      ({ namespace }) => samplesOf(namespace).findLast(({ seconds }) => seconds <= minute * 60) ?? samplesOf(namespace)[0],
    );
    return [String(minute), ...at.flatMap((sample) => [String(sample?.desired ?? ''), String(sample?.serving ?? '')])];
  });
  const series = RECIPES.flatMap(({ title, namespace }) => [
    { name: `${title}: wanted`, points: samplesOf(namespace).map(({ seconds, desired }) => ({ seconds, value: desired })) },
    { name: `${title}: serving`, points: samplesOf(namespace).map(({ seconds, serving: value }) => ({ seconds, value })) },
  ]);
  const title = `${PER_SECOND} requests a second, ${TRITON.instances} slots a pod, ${TRITON.serviceMs / 1000} s a request, a start takes ${TRITON.coldStartMs / 1000} s`;
  const picture = await attach('replicas.svg', stepChart({ title, series, endSeconds: minutes * 60, unit: 'pods' }));
  const text = [
    `${title}: ${NEEDED_PODS} pods have just enough slots. Both begin with one pod, which has had no load before.`,
    RECIPES.map(({ title: name, says }) => `- **${name}**: ${says}.`).join('\n'),
    `\n![replicas over time](${picture})\n`,
    table(['recipe', 'wanted replicas', 'changes', 'cycles', 'pod-hours', `waited more than ${LATE_MS / 1000} s`], rows),
    `Watched for ${minutes.toFixed(1)} minutes${isFull() ? '' : ' (E2E_FULL=1: until two cycles were seen, at most thirty)'}. By minute:`,
    table(['minute', ...RECIPES.flatMap((recipe) => [`${recipe.title}: wanted`, 'serving'])], minuteRows),
  ].join('\n\n');
  await writePart({ key: '4 recipes', title: '4. Two recipes, one steady load', text });
});
