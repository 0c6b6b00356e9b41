// Servers of earlier years, each of which says less: the same load has the same numbers, or the reason why not.
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { expectFormOf } from './form.ts';
import { inferBody, inferPath } from './load.ts';
import { BATCHED, ERROR_RESPONSE, ensemble, instances, type Model, PLAIN } from './models.ts';
import { isFull } from './profile.ts';
import { type Release, WITH_LEAK, WITHOUT_PENDING, WITHOUT_REASONS } from './releases.ts';
import { type Rig, startRig } from './rig.ts';
import { describeTriton } from './suite.ts';

const BODY = inferBody(0.31);

function single(name: string): Model {
  return { name, config: `max_batch_size: 1 ${instances(1)}` };
}

const FIRST = single('first');
const SECOND = single('second');
const BOTH = ensemble('both', [FIRST.name, SECOND.name]);
const ERRORS = single('errors');
const FULL: Model = {
  name: 'full_queue',
  config: `max_batch_size: 1 ${instances(1)} dynamic_batching { default_queue_policy { max_queue_size: 2 } }`,
};
const MODELS = [PLAIN, BATCHED, FIRST, SECOND, BOTH, ERRORS, FULL];

interface Old {
  readonly release: Release;
  readonly fixture: string;
  readonly pending: 'said' | 'absent';
  readonly leaks: boolean;
}

const SERVERS: readonly Old[] = [
  { release: WITHOUT_REASONS, fixture: 'real-2.44.0-cpu.txt', pending: 'said', leaks: false },
  { release: WITH_LEAK, fixture: 'real-2.39.0-leak.txt', pending: 'said', leaks: true },
  { release: WITHOUT_PENDING, fixture: 'real-2.36.0-cpu.txt', pending: 'absent', leaks: false },
];

for (const { release, fixture, pending, leaks } of SERVERS) {
  await describeTriton(release, `a real Triton ${release.triton} (${release.container})`, (install) => {
    let rig: Rig;

    const run = async (clients: Readonly<Record<string, number>>): Promise<void> => {
      for (const [model, count] of Object.entries(clients)) rig.load({ path: inferPath(model), body: () => BODY }).setConcurrency(count);
      rig.load({ path: inferPath(ERRORS.name), body: () => inferBody(ERROR_RESPONSE) }).setConcurrency(1);
      await rig.settle();
    };

    beforeAll(async () => {
      rig = await startRig(install, { models: MODELS });
      await run({ [PLAIN.name]: 4, [BATCHED.name]: 16, [BOTH.name]: 3 });
      return () => rig[Symbol.asyncDispose]();
    });

    it('says what the committed capture says, in the same form', async () => {
      await expectFormOf(fixture, await rig.server.exposition());
    });

    it('serves as many requests in flight as there are clients', async () => {
      await Promise.all([
        rig.expectTruths({ triton_inflight_requests: 4, triton_executing_requests: 2 }, `model=${PLAIN.name}`),
        rig.expectTruths({ triton_inflight_requests: 16, triton_executing_requests: 8 }, `model=${BATCHED.name}`),
        rig.expectTruths({ triton_inflight_requests: 4 + 16 + 3 }),
      ]);
    });

    it('knows room, saturation, busy instances and batches', async () => {
      await Promise.all([
        rig.expectTruths(
          { triton_capacity_requests: 2, triton_saturation_ratio: 2, triton_busy_instances_ratio: 1 },
          `model=${PLAIN.name}`,
        ),
        rig.expectTruths({ triton_capacity_requests: 8, triton_saturation_ratio: 2, triton_batch_size: 4 }, `model=${BATCHED.name}`),
      ]);
    });

    it('counts an error that a model answers with as failed', async () => {
      await rig.expectTruths({ triton_failure_ratio: 1 }, `model=${ERRORS.name}`);
    });

    it.runIf(pending === 'said')('says what waits', async () => {
      await rig.expectTruths({ triton_pending_requests: 2 }, `model=${PLAIN.name}`);
    });

    it.runIf(pending === 'absent')('has no pending requests, and says why', async () => {
      const message = expect.stringContaining('older than 23.09');
      expect(await rig.ask('triton_pending_requests')).toEqual({ kind: 'refusal', code: 404, message });
      expect(rig.plimsoll.log()).toContain('"no-pending-gauge"');
    });

    it.runIf(leaks)('cannot tell at once what a full queue refused from what waits: this server counts it for ever', async () => {
      const url = rig.server.url + inferPath(FULL.name);
      const burst = await Promise.all([1, 2, 3, 4, 5].map(async () => (await fetch(url, { method: 'POST', body: BODY })).status));
      const refused = burst.filter((status) => status !== 200).length;
      expect(refused).toBeGreaterThan(0);
      await rig.settle();
      await rig.expectTruths({ triton_pending_requests: refused, triton_executing_requests: 0 }, `model=${FULL.name}`);
    });

    it.runIf(leaks && isFull(process.env))('subtracts it when nothing has moved for five minutes', { timeout: 500_000 }, async () => {
      await setTimeout(300_000 + 2 * rig.profile.intervalMs);
      await rig.expectTruths({ triton_pending_requests: 0, triton_inflight_requests: 0 }, `model=${FULL.name}`);
      await rig.expectTruths({ triton_pending_requests: 2 }, `model=${PLAIN.name}`);
    });
  });
}
