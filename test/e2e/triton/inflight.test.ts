// The signal that an HPA should follow, against a real server whose true concurrency is known.
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { expectFormOf } from './form.ts';
import type { Answer } from './hpa.ts';
import { inferBody, inferPath, type Load } from './load.ts';
import { BATCHED, PLAIN } from './models.ts';
import { profileOf } from './profile.ts';
import { NEWEST } from './releases.ts';
import { DEPLOYMENT, type Rig, startRig } from './rig.ts';
import { tolerance } from './steady.ts';
import { describeTriton, progress } from './suite.ts';

const { intervalMs, timeoutMs, windowMs } = profileOf(process.env);
/** Of one execution. No few of them make a scrape interval, so scrapes meet the loop at all its points. */
const BODY = inferBody(0.31);
const POLL_MS = 100;
const INFLIGHT = 'triton_inflight_requests';
const PENDING = 'triton_pending_requests';
const OF_BATCHED = `model=${BATCHED.name}`;

await describeTriton(NEWEST, 'a real Triton', (install) => {
  let rig: Rig;
  let plain: Load;
  let batched: Load;

  beforeAll(async () => {
    rig = await startRig(install, { models: [PLAIN, BATCHED] });
    plain = rig.load({ path: inferPath(PLAIN.name), body: () => BODY });
    batched = rig.load({ path: inferPath(BATCHED.name), body: () => BODY });
    return () => rig[Symbol.asyncDispose]();
  });

  it('says what the committed capture says, in the same form', async () => {
    await expectFormOf('real-2.51.0-cpu.txt', await rig.server.exposition());
  });

  it('has no rate until Plimsoll has watched the server for a window', async () => {
    expect(await rig.ask(INFLIGHT)).toEqual({
      kind: 'refusal',
      code: 404,
      message: expect.stringMatching(`warming up: \\d+ of ${windowMs / 1000} s read`),
    });
  });

  // Downwards, so that the step that follows begins at one.
  it.each([16, 8, 4, 2, 1])('serves %d requests in flight as so many', async (truth) => {
    plain.setConcurrency(truth);
    await rig.settle();
    await rig.expectTruths({ [INFLIGHT]: truth, triton_saturation_ratio: truth / 2 });
  });

  it('serves the time of its newest sample and the window that was read', async () => {
    const askedMs = Date.now();
    const answer = await rig.ask(INFLIGHT);
    expect(answer).toMatchObject({ kind: 'value', windowSeconds: windowMs / 1000 });
    const timestampMs = answer.kind === 'value' ? answer.timestampMs : 0;
    // Times are served in whole seconds, rounded down.
    expect(timestampMs).toBeGreaterThan(askedMs - intervalMs - timeoutMs - 1000);
    expect(timestampMs).toBeLessThanOrEqual(Date.now());
  });

  it('serves a true zero for a model without load', async () => {
    expect(await rig.read(INFLIGHT, OF_BATCHED)).toBe(0);
  });

  it('shows a step from 1 to 16 in what is pending at the next scrape, and whole when the window has passed', async () => {
    const before = await rig.read(PENDING);
    const beganMs = performance.now();
    plain.setConcurrency(16);
    const after = async (signal: string, atLeast: number, withinMs: number): Promise<void> => {
      await until({
        ask: async () => (await rig.read(signal)) >= atLeast || undefined,
        withinMs: beganMs + withinMs - performance.now(),
        everyMs: POLL_MS,
        failure: () => `${signal} is below ${atLeast} ${withinMs} ms after the step`,
      });
      progress(`  ${atLeast} after ${Math.round(performance.now() - beganMs)} ms\n`);
    };
    await after(PENDING, before + 0.1, intervalMs + 1000);
    await after(INFLIGHT, 1 + 0.9 * (16 - 1), windowMs + 5000);
  });

  // 16 clients keep both instances at full batches: with fewer, what is pending swings between two scrapes.
  it('counts each request of a batch, and adds models up on every face', async () => {
    batched.setConcurrency(16);
    await rig.settle();
    await rig.expectTruths({ [INFLIGHT]: 16 }, OF_BATCHED);
    await rig.expectTruths({ [INFLIGHT]: 32 });
    await rig.expectSteady(`${DEPLOYMENT}/${INFLIGHT}`, 32);
    batched.setConcurrency(0);
    expect([plain.failures(), batched.failures()]).toEqual([0, 0]);
  });

  it('answers 404 with the reason as soon as the server is known to be dead, and no false number before', async () => {
    await rig.settle();
    const last = await rig.read(INFLIGHT);
    const killedMs = performance.now();
    await rig.server.kill();
    const answers: Answer[] = [];
    const refusal = await until({
      ask: async () => {
        const answer = await rig.ask(INFLIGHT);
        answers.push(answer);
        return answer.kind === 'refusal' ? answer : undefined;
      },
      withinMs: intervalMs + timeoutMs + 200,
      everyMs: POLL_MS,
      failure: () => `still a value after the server was killed: ${JSON.stringify(answers.at(-1))}`,
    });
    progress(`  404 after ${Math.round(performance.now() - killedMs)} ms: ${refusal.message}\n`);
    expect(refusal).toEqual({ kind: 'refusal', code: 404, message: expect.stringContaining('connection refused') });
    const served = answers.flatMap((answer) => (answer.kind === 'value' ? [answer.value] : []));
    expect(served.filter((value) => Math.abs(value - last) > tolerance(last))).toEqual([]);
  });

  it('stays at 404 while the server is dead, and logs its death once', async () => {
    const endMs = performance.now() + 3 * intervalMs;
    while (performance.now() < endMs) {
      expect(await rig.ask(INFLIGHT)).toMatchObject({ kind: 'refusal', code: 404 });
      await setTimeout(POLL_MS);
    }
    expect(rig.plimsoll.log().match(/connection refused.*"target is down/g)).toHaveLength(1);
    expect(await (await fetch(`${rig.plimsoll.telemetryUrl}/federate?match[]=up`)).text()).toMatch(/^up\{.*\} 0(?: \d+)?$/m);
  });

  it('ends in order within five seconds of SIGTERM', async () => {
    expect(await rig.plimsoll.stop()).toEqual({ code: 0, signal: null });
    expect(rig.plimsoll.log()).toContain('"stopped"');
  });
});
