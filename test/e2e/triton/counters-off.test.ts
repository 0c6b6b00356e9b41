// A real server that was told not to count: what can still be known, and what cannot.
import { beforeAll, expect, it } from 'vitest';
import { inferBody, inferPath } from './load.ts';
import { PLAIN } from './models.ts';
import { NEWEST } from './releases.ts';
import { type Rig, startRig } from './rig.ts';
import { describeTriton } from './suite.ts';

const BODY = inferBody(0.31);

await describeTriton(NEWEST, 'a real Triton with counter_latencies=false', (install) => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig(install, { models: [PLAIN], flags: ['--metrics-config=counter_latencies=false'] });
    rig.load({ path: inferPath(PLAIN.name), body: () => BODY }).setConcurrency(4);
    await rig.settle();
    return () => rig[Symbol.asyncDispose]();
  });

  it('still knows what waits, what there is room for, and what is busy', async () => {
    await rig.expectTruths({ triton_pending_requests: 2, triton_capacity_requests: 2, triton_busy_instances_ratio: 1 });
  });

  it('is logged with what to change', () => {
    expect(rig.plimsoll.log()).toMatch(/"counters-disabled".*start it without --metrics-config counter_latencies=false/);
  });

  // Success and executions stay in the exposition with a value that is 0 for ever.
  it.each([
    'triton_inflight_requests',
    'triton_executing_requests',
    'triton_queued_requests',
    'triton_saturation_ratio',
    'triton_requests_per_second',
    'triton_inferences_per_second',
    'triton_request_latency_seconds',
    'triton_failure_ratio',
    'triton_batch_size',
  ])('has no %s, and says why', async (signal) => {
    expect(await rig.ask(signal)).toEqual({ kind: 'refusal', code: 404, message: expect.stringContaining('counter_latencies') });
  });
});
