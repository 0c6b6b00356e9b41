// The signal that an HPA should follow, against a real server whose true concurrency is known.
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formOf } from '../../fleet/form.ts';
import { type Answer, createHpa, type Hpa } from './hpa.ts';
import { installTriton } from './install.ts';
import { createLoad, type Load } from './load.ts';
import { BATCHED, PLAIN } from './models.ts';
import { type PlimsollProcess, startPlimsoll } from './plimsoll.ts';
import { profileOf } from './profile.ts';
import { startTriton, type TritonServer } from './server.ts';
import { until } from './wait.ts';

const FIXTURE = new URL('../../../fixtures/triton/real-2.51.0-cpu.txt', import.meta.url);
const { intervalMs, timeoutMs, windowMs, settings } = profileOf(process.env);
/** Of one execution. No few of them make a scrape interval, so scrapes meet the loop at all its points. */
const DELAY_SECONDS = 0.31;
const READINGS = 3;
/** Two good readings, the three scrapes for which the live window keeps an outlier, three good readings. */
const MOST_READINGS = 8;
const POLL_MS = 100;

const CUSTOM = 'custom.metrics.k8s.io/v1beta2/namespaces/e2e';
const INFLIGHT = podsMetric('triton_inflight_requests');
const PENDING = podsMetric('triton_pending_requests');

function podsMetric(signal: string): string {
  return `${CUSTOM}/pods/*/${signal}?labelSelector=deployment%3Dtriton`;
}

const progress = (text: string): void => void process.stderr.write(text);
const install = await installTriton(process.env, progress);
if (install.kind === 'unavailable') progress(`skipped: ${install.why}\n`);

describe.skipIf(install.kind === 'unavailable')('a real Triton', () => {
  const resources = new AsyncDisposableStack();
  let server: TritonServer;
  let plain: Load;
  let batched: Load;
  let plimsoll: PlimsollProcess;
  let hpa: Hpa;

  beforeAll(async () => {
    if (install.kind === 'unavailable') return;
    server = resources.use(await startTriton(install.triton));
    plain = resources.use(createLoad(server.url, { model: PLAIN, delaySeconds: DELAY_SECONDS }));
    batched = resources.use(createLoad(server.url, { model: BATCHED, delaySeconds: DELAY_SECONDS }));
    const labels = { namespace: 'e2e', deployment: 'triton', pod: 'triton-0' };
    const job = { job_name: 'triton', static_configs: [{ targets: [server.metricsAddress], labels }] };
    plimsoll = resources.use(await startPlimsoll({ ...settings, scrape_configs: [job] }));
    hpa = resources.use(createHpa(plimsoll.metricsApiUrl));
  });

  afterAll(async () => {
    await resources.disposeAsync();
  });

  async function read(path: string): Promise<number> {
    const answer = await hpa.ask(path);
    if (answer.kind === 'refusal') throw new Error(`${path}: ${answer.code} ${answer.message}`);
    return answer.value;
  }

  /** Long enough for the whole window to lie after the last change of load. */
  async function settle(): Promise<void> {
    await setTimeout(windowMs + intervalMs + DELAY_SECONDS * 1000);
  }

  /**
   * Three readings in a row, a scrape apart, within tolerance of the truth. A scrape in some hundreds meets the millisecond in which
   * one request is done and the next one of its client is counted as pending: readings begin anew after such a one, once.
   */
  async function expectSteady(path: string, truth: number): Promise<void> {
    const isOff = (value: number): boolean => Math.abs(value - truth) > tolerance(truth);
    const values: number[] = [];
    let inARow = 0;
    while (inARow < READINGS && values.length < MOST_READINGS) {
      if (values.length > 0) await setTimeout(intervalMs);
      const value = await read(path);
      values.push(value);
      inARow = isOff(value) ? 0 : inARow + 1;
    }
    progress(`  ${truth} in flight: ${values.join(', ')}\n`);
    expect(values.slice(-READINGS).filter(isOff)).toEqual([]);
  }

  it('says what the committed capture says, in the same form', async () => {
    const exposition = await (await fetch(`http://${server.metricsAddress}/metrics`)).text();
    expect(shapeOf(exposition)).toEqual(shapeOf(await readFile(FIXTURE, 'utf8')));
  });

  it('has no rate until Plimsoll has watched the server for a window', async () => {
    expect(await hpa.ask(INFLIGHT)).toEqual({
      kind: 'refusal',
      code: 404,
      message: expect.stringMatching(`warming up: \\d+ of ${windowMs / 1000} s read`),
    });
  });

  // Downwards, so that the step that follows begins at one.
  it.each([16, 8, 4, 2, 1])('serves %d requests in flight as so many', async (truth) => {
    plain.setConcurrency(truth);
    await settle();
    await expectSteady(INFLIGHT, truth);
  });

  it('serves the time of its newest sample and the window that was read', async () => {
    const askedMs = Date.now();
    const answer = await hpa.ask(INFLIGHT);
    expect(answer).toMatchObject({ kind: 'value', windowSeconds: windowMs / 1000 });
    const timestampMs = answer.kind === 'value' ? answer.timestampMs : 0;
    // Times are served in whole seconds, rounded down.
    expect(timestampMs).toBeGreaterThan(askedMs - intervalMs - timeoutMs - 1000);
    expect(timestampMs).toBeLessThanOrEqual(Date.now());
  });

  it('serves a true zero for a model without load', async () => {
    expect(await read(`${INFLIGHT}&metricLabelSelector=model%3D${BATCHED}`)).toBe(0);
  });

  it('shows a step from 1 to 16 in what is pending at the next scrape, and whole when the window has passed', async () => {
    const before = await read(PENDING);
    const beganMs = performance.now();
    plain.setConcurrency(16);
    const after = async (path: string, atLeast: number, withinMs: number): Promise<void> => {
      await until({
        ask: async () => (await read(path)) >= atLeast || undefined,
        withinMs: beganMs + withinMs - performance.now(),
        everyMs: POLL_MS,
        failure: () => `${path} is below ${atLeast} ${withinMs} ms after the step`,
      });
      progress(`  ${atLeast} after ${Math.round(performance.now() - beganMs)} ms\n`);
    };
    await after(PENDING, before + 0.1, intervalMs + 1000);
    await after(INFLIGHT, 1 + 0.9 * (16 - 1), windowMs + 5000);
  });

  // 16 clients keep both instances at full batches: with fewer, what is pending swings between two scrapes.
  it('counts each request of a batch, and adds models up on every face', async () => {
    batched.setConcurrency(16);
    await settle();
    await expectSteady(`${INFLIGHT}&metricLabelSelector=model%3D${BATCHED}`, 16);
    await expectSteady(`${CUSTOM}/deployments.apps/triton/triton_inflight_requests`, 32);
    batched.setConcurrency(0);
    expect([plain.failures(), batched.failures()]).toEqual([0, 0]);
  });

  it('answers 404 with the reason as soon as the server is known to be dead, and no false number before', async () => {
    await settle();
    const last = await read(INFLIGHT);
    const killedMs = performance.now();
    await server.kill();
    const answers: Answer[] = [];
    const refusal = await until({
      ask: async () => {
        const answer = await hpa.ask(INFLIGHT);
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
      expect(await hpa.ask(INFLIGHT)).toMatchObject({ kind: 'refusal', code: 404 });
      await setTimeout(POLL_MS);
    }
    expect(plimsoll.log().match(/connection refused/g)).toHaveLength(1);
    expect(await (await fetch(`${plimsoll.telemetryUrl}/federate?match[]=up`)).text()).toMatch(/^up\{.*\} 0(?: \d+)?$/m);
  });

  it('ends in order within five seconds of SIGTERM', async () => {
    expect(await plimsoll.stop()).toEqual({ code: 0, signal: null });
    expect(plimsoll.log()).toContain('"stopped"');
  });
});

function tolerance(truth: number): number {
  return Math.max(0.1, 0.05 * truth);
}

/** Families with help, type and labels; the class of numbers depends on their values. */
function shapeOf(exposition: string): readonly object[] {
  return formOf(exposition).map(({ numbers: _numbers, ...shape }) => shape);
}
