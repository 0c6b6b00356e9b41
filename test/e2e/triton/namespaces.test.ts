// A real server whose models have namespaces, which its statistics cannot live with: what its pod is asked stays right.
import { beforeAll, expect, it } from 'vitest';
import { inferBody, inferPath } from './load.ts';
import { PLAIN } from './models.ts';
import { NEWEST } from './releases.ts';
import { type Rig, startRig } from './rig.ts';
import { describeTriton } from './suite.ts';

const BODY = inferBody(0.31);

await describeTriton(NEWEST, 'a real Triton with namespaces of models', (install) => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig(install, {
      models: [PLAIN],
      flags: ['--model-namespacing=true'],
      settings: { models: { [PLAIN.name]: { kind: 'leaf', instances: 2 } } },
    });
    rig.load({ path: inferPath(PLAIN.name), body: () => BODY }).setConcurrency(4);
    await rig.settle();
    return () => rig[Symbol.asyncDispose]();
  });

  it('keeps the namespace of a model apart from that of its pod', async () => {
    expect(await rig.server.exposition()).toMatch(/nv_inference_count\{model="delay_plain",namespace="/);
    await rig.expectTruths({ triton_inflight_requests: 4, triton_pending_requests: 2, triton_executing_requests: 2 });
  });

  it('takes from the configuration what this server fails to say', async () => {
    expect((await fetch(`${rig.server.url}/v2/models/stats`)).status).toBe(400);
    await rig.expectTruths({ triton_capacity_requests: 2, triton_saturation_ratio: 2 });
  });

  it('has no busy instances, and says why', async () => {
    const message = expect.stringContaining('/v2/models/stats');
    expect(await rig.ask('triton_busy_instances_ratio')).toEqual({ kind: 'refusal', code: 404, message });
  });
});
