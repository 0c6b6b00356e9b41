// Every way in which requests fail on a real server: what Triton counts of it, and what an HPA then reads.
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { beginSequence } from './grpc.ts';
import { inferBody, inferPath } from './load.ts';
import { ERROR_RESPONSE, EXCEPTION, ensemble, instances, type Model, PROCESS_DIES } from './models.ts';
import { NEWEST } from './releases.ts';
import { type Rig, startRig } from './rig.ts';
import { describeTriton } from './suite.ts';

const DELAY_SECONDS = 0.31;
const BODY = inferBody(DELAY_SECONDS);

function queue(policy: string): string {
  return `max_batch_size: 1 ${instances(1)} dynamic_batching { default_queue_policy { ${policy} } }`;
}

function single(name: string): Model {
  return { name, config: `max_batch_size: 1 ${instances(1)}` };
}

const ERRORS = single('errors');
const EXCEPTIONS = single('exceptions');
const FULL: Model = { name: 'full_queue', config: queue('max_queue_size: 2') };
const IMPATIENT: Model = { name: 'impatient_queue', config: queue('timeout_action: REJECT default_timeout_microseconds: 100000') };
const BREAKING = single('breaking');
const BROKEN = ensemble('broken', [BREAKING.name]);
const MISUSED = single('misused');
const ABANDONED = single('abandoned');
const DYING = single('dying');
const SEQUENCES: Model = {
  name: 'sequences',
  config: `max_batch_size: 1 sequence_batching { oldest { max_candidate_sequences: 1 } max_sequence_idle_microseconds: 60000000 } ${instances(1)}`,
};
const WELL = single('well');
const MODELS = [ERRORS, EXCEPTIONS, FULL, IMPATIENT, BREAKING, BROKEN, MISUSED, ABANDONED, DYING, SEQUENCES, WELL];

/** Kills the process of the model with the first request. */
function deadlyBodies(): () => string {
  let sent = 0;
  return () => {
    sent += 1;
    return inferBody(sent === 1 ? PROCESS_DIES : DELAY_SECONDS);
  };
}

const LOADS: readonly { model: Model; clients: number; body: () => string }[] = [
  { model: ERRORS, clients: 1, body: () => inferBody(ERROR_RESPONSE) },
  { model: EXCEPTIONS, clients: 1, body: () => inferBody(EXCEPTION) },
  { model: FULL, clients: 12, body: () => BODY },
  { model: IMPATIENT, clients: 3, body: () => BODY },
  { model: BROKEN, clients: 1, body: () => inferBody(EXCEPTION) },
  { model: MISUSED, clients: 1, body: () => '{"inputs": []}' },
  { model: DYING, clients: 1, body: deadlyBodies() },
  { model: WELL, clients: 2, body: () => BODY },
];

await describeTriton(NEWEST, 'a real Triton whose requests fail', (install) => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig(install, { models: MODELS });
    for (const { model, clients, body } of LOADS) rig.load({ path: inferPath(model.name), body }).setConcurrency(clients);
    await rig.settle();
    return () => rig[Symbol.asyncDispose]();
  });

  /** As soon as the live window, which spans three scrapes, holds nothing else. */
  async function expectPending(labels: string, truth: number): Promise<void> {
    await until({
      ask: async () => (await rig.read('triton_pending_requests', labels)) === truth || undefined,
      withinMs: 5 * rig.profile.intervalMs,
      everyMs: 100,
      failure: () => `pending requests of ${labels} are not ${truth}`,
    });
  }

  it('counts a request in which execution threw as failed', async () => {
    await rig.expectTruths({ triton_failure_ratio: 1, triton_inflight_requests: 0 }, `model=${EXCEPTIONS.name}`);
  });

  it('counts an error that a model answers with as success, as Triton does since 24.09', async () => {
    await rig.expectTruths({ triton_failure_ratio: 0 }, `model=${ERRORS.name}`);
    expect(await rig.read('triton_requests_per_second', `model=${ERRORS.name}`)).toBeGreaterThan(1);
  });

  it('counts what a full queue holds, and nothing of what it refuses', async () => {
    await rig.expectTruths({ triton_pending_requests: 2, triton_failure_ratio: 0 }, `model=${FULL.name}`);
    // The refusals keep Triton from its next execution for some milliseconds each (measured: it executes for 80 to 100 % of the time).
    const executing = await rig.read('triton_executing_requests', `model=${FULL.name}`);
    expect(executing).toBeGreaterThan(0.7);
    expect(executing).toBeLessThan(1.05);
    expect(await rig.read('triton_inflight_requests', `model=${FULL.name}`)).toBeCloseTo(2 + executing, 0);
  });

  it('counts requests that waited too long as failed', async () => {
    // Each execution ends with two requests in the queue that have waited for more than 100 ms.
    await rig.expectTruths({ triton_failure_ratio: 2 / 3, triton_executing_requests: 1 }, `model=${IMPATIENT.name}`);
  });

  it('counts a failed request of an ensemble once, at the model that failed', async () => {
    const ofBoth = `model in (${BROKEN.name},${BREAKING.name})`;
    await rig.expectTruths({ triton_failure_ratio: 1, triton_inflight_requests: 0 }, ofBoth);
    expect(await rig.ask('triton_failure_ratio', `model=${BROKEN.name}`)).toMatchObject({ kind: 'refusal', code: 404 });
  });

  it('has no ratio of failures where Triton counted no request, for it was not understood', async () => {
    await rig.expectTruths({ triton_inflight_requests: 0, triton_requests_per_second: 0 }, `model=${MISUSED.name}`);
    expect(await rig.ask('triton_failure_ratio', `model=${MISUSED.name}`)).toMatchObject({ kind: 'refusal', code: 404 });
  });

  it('shows by failures alone that the process of a model died: Triton stays ready', async () => {
    for (const path of ['/v2/health/ready', `/v2/models/${DYING.name}/ready`])
      expect((await fetch(rig.server.url + path)).status).toBe(200);
    await rig.expectTruths({ triton_failure_ratio: 1, triton_inflight_requests: 0 }, `model=${DYING.name}`);
  });

  it('serves the models that are well as if nothing failed', async () => {
    await rig.expectTruths({ triton_inflight_requests: 2, triton_executing_requests: 1, triton_failure_ratio: 0 }, `model=${WELL.name}`);
  });

  it('counts requests that were cancelled in the backlog of a sequence as failed', async () => {
    const labels = `model=${SEQUENCES.name}`;
    const send = async (parameters: object): Promise<number> => {
      const body = inferBody(0, { parameters: { sequence_id: 1, ...parameters } });
      return (await fetch(rig.server.url + inferPath(SEQUENCES.name), { method: 'POST', body })).status;
    };
    expect(await send({ sequence_start: true })).toBe(200);
    const clients = new AbortController();
    const grpc = `127.0.0.1:${rig.server.ports.grpc}`;
    const calls = [2, 3].map((id) => beginSequence(grpc, { model: SEQUENCES.name, id, cancel: clients.signal }));
    await expectPending(labels, 2);
    clients.abort();
    await Promise.all(calls);
    expect(await send({ sequence_end: true })).toBe(200);
    await expectPending(labels, 0);
    expect(await rig.read('triton_failure_ratio', labels)).toBeGreaterThan(0);
  });

  it('counts requests that nobody waits for any more, for Triton executes them to their end', async () => {
    // Long enough for the live window to lie within the first request.
    const body = inferBody((6 * rig.profile.intervalMs) / 1000);
    const clients = new AbortController();
    const url = rig.server.url + inferPath(ABANDONED.name);
    const requests = [1, 2, 3].map(() => fetch(url, { method: 'POST', body, signal: clients.signal }).catch(() => 'left'));
    await setTimeout(300);
    clients.abort();
    expect(await Promise.all(requests)).toEqual(['left', 'left', 'left']);
    await expectPending(`model=${ABANDONED.name}`, 2);
  });
});
