// Models of a real server that come and go while requests arrive, and a server that is not there yet.
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { freePorts } from '../ports.ts';
import { until } from '../wait.ts';
import { type Answer, createHpa } from './hpa.ts';
import { inferBody, inferPath } from './load.ts';
import { instances, type Model, slowToLoad } from './models.ts';
import { startPlimsoll } from './plimsoll.ts';
import { isFull, profileOf } from './profile.ts';
import { NEWEST } from './releases.ts';
import { jobOf, podsMetric, type Rig, startRig } from './rig.ts';
import { startTriton } from './server.ts';
import { tolerance } from './steady.ts';
import { describeTriton } from './suite.ts';

const BODY = inferBody(0.31);
const POLL_MS = 200;
const INFLIGHT = 'triton_inflight_requests';

/** With so many instances. */
function moving(count: number): Model {
  return { name: 'moving', config: `max_batch_size: 1 ${instances(count)}` };
}

const MOVING = 'model=moving';
const STAYING: Model = { name: 'staying', config: `max_batch_size: 1 ${instances(1)}` };

const FLAGS = ['--model-control-mode=explicit', '--load-model=*'];

await describeTriton(NEWEST, 'a real Triton whose models come and go', (install) => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig(install, { models: [moving(2), STAYING], flags: FLAGS });
    rig.load({ path: inferPath('moving'), body: () => BODY }).setConcurrency(4);
    rig.load({ path: inferPath(STAYING.name), body: () => BODY }).setConcurrency(2);
    await rig.settle();
    return () => rig[Symbol.asyncDispose]();
  });

  /** Answers of a signal from now on until `done` is one's turn. */
  async function watch(
    signal: string,
    { labels, done }: { labels?: string; done: (answer: Answer) => boolean },
  ): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    await until({
      ask: async () => {
        const answer = await rig.ask(signal, labels);
        answers.push(answer);
        return done(answer) || undefined;
      },
      withinMs: 2 * rig.profile.windowMs,
      everyMs: POLL_MS,
      failure: () => `${signal}: ${JSON.stringify(answers.slice(-3))}`,
    });
    return answers;
  }

  function valuesOf(answers: readonly Answer[]): readonly number[] {
    return answers.flatMap((answer) => (answer.kind === 'value' ? [answer.value] : []));
  }

  function isNear(answer: Answer, truth: number): boolean {
    return answer.kind === 'value' && Math.abs(answer.value - truth) <= tolerance(truth);
  }

  it('forgets a model that is unloaded under load, and only that one', async () => {
    await rig.expectTruths({ [INFLIGHT]: 6, triton_capacity_requests: 3, triton_saturation_ratio: 2 });
    await rig.server.unload(moving(2));
    const answers = await watch(INFLIGHT, { done: (answer) => isNear(answer, 2) });
    expect(valuesOf(answers).filter((value) => value < 2 - tolerance(2) || value > 6 + tolerance(6))).toEqual([]);
    expect(await rig.ask(INFLIGHT, MOVING)).toMatchObject({ kind: 'refusal', code: 404 });
    await rig.expectTruths({ [INFLIGHT]: 2, triton_capacity_requests: 1 });
  });

  it('knows it again when it is loaded with another number of instances, its counters back at zero', async () => {
    await rig.server.load(moving(1));
    const answers = await watch(INFLIGHT, { labels: MOVING, done: (answer) => isNear(answer, 4) });
    // In a window that has just begun one execution more is much.
    expect(valuesOf(answers).filter((value) => value > 5)).toEqual([]);
    await rig.settle();
    await rig.expectTruths(
      { [INFLIGHT]: 4, triton_executing_requests: 1, triton_capacity_requests: 1, triton_saturation_ratio: 4 },
      MOVING,
    );
    await rig.expectTruths({ [INFLIGHT]: 6 });
  });

  it('keeps its numbers when it is loaded anew while it serves', async () => {
    await rig.server.load(moving(3));
    const endMs = performance.now() + rig.profile.windowMs;
    const values: number[] = [];
    while (performance.now() < endMs) {
      values.push(await rig.read(INFLIGHT, MOVING));
      await setTimeout(POLL_MS);
    }
    // Two requests more execute from now on: they leave the pending gauge at once, and enter the rate as its window fills.
    expect(values.filter((value) => value < 1.5 || value > 4 + tolerance(4))).toEqual([]);
    await rig.settle();
    await rig.expectTruths({ [INFLIGHT]: 4, triton_executing_requests: 3 }, MOVING);
  });

  it.runIf(isFull(process.env))('notices other instances of a model that stayed loaded within a minute', { timeout: 200_000 }, async () => {
    await setTimeout(60_000 + 2 * rig.profile.intervalMs);
    await rig.expectTruths({ triton_capacity_requests: 3, triton_saturation_ratio: 4 / 3 }, MOVING);
  });

  it('has no number for a model that is still being loaded, and its numbers for the others', async () => {
    const slow: Model = { name: 'slow', config: `max_batch_size: 1 ${instances(1)}`, code: slowToLoad(4) };
    const loading = rig.server.load(slow);
    const answers: Answer[] = [];
    const staying: number[] = [];
    let isLoading = true;
    void loading.then(() => {
      isLoading = false;
    });
    while (isLoading) {
      answers.push(await rig.ask('triton_pending_requests', 'model=slow'));
      staying.push(await rig.read(INFLIGHT, 'model=staying'));
      await setTimeout(POLL_MS);
    }
    // A scrape between the moment at which it was ready and the one at which we heard of it is not wrong.
    expect(valuesOf(answers.slice(0, -5))).toEqual([]);
    expect(staying.filter((value) => Math.abs(value - 2) > 0.5)).toEqual([]);
    await watch('triton_pending_requests', { labels: 'model=slow', done: (answer) => isNear(answer, 0) });
    await rig.expectTruths({ [INFLIGHT]: 6 });
  });
});

await describeTriton(NEWEST, 'a real Triton that still loads its models', (install) => {
  it('is absent until it serves, and then idle', async () => {
    const [http = 0, grpc = 0, metrics = 0] = await freePorts(3);
    const ports = { http, grpc, metrics };
    const slow: Model = { name: 'slow', config: `max_batch_size: 1 ${instances(1)}`, code: slowToLoad(5) };
    await using resources = new AsyncDisposableStack();
    const starting = startTriton(install, { models: [slow], ports }).then((server) => resources.use(server));
    const plimsoll = resources.use(await startPlimsoll({ ...profileOf(process.env).settings, scrape_configs: [jobOf(ports)] }));
    const hpa = resources.use(createHpa(plimsoll.metricsApiUrl));
    const pending = podsMetric('triton_pending_requests');
    expect(await hpa.ask(pending)).toEqual({ kind: 'refusal', code: 404, message: expect.stringContaining('connection refused') });
    await starting;
    const first = await until({
      ask: async () => {
        const answer = await hpa.ask(pending);
        return answer.kind === 'value' ? answer.value : undefined;
      },
      withinMs: 30_000,
      everyMs: POLL_MS,
      failure: () => 'no number of a server that is ready',
    });
    expect(first).toBe(0);
  });
});
