// A real server whose models have namespaces: it tells nothing of all models at once, and nothing of a name that two namespaces have.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { inferBody, inferPath } from './load.ts';
import { ensemble, instances, type Model, PLAIN, writeModels } from './models.ts';
import { NEWEST } from './releases.ts';
import { type Rig, startRig } from './rig.ts';
import { describeTriton } from './suite.ts';

const BODY = inferBody(0.31);
/** In both namespaces. Only an ensemble can ask for such a model, each for that of its own namespace. */
const TWICE: Model = { name: 'twice', config: `max_batch_size: 1 ${instances(1)}` };
const HERE = ensemble('here', [TWICE.name]);
const THERE = ensemble('there', [TWICE.name]);

await describeTriton(NEWEST, 'a real Triton with namespaces of models', (install) => {
  let rig: Rig;

  beforeAll(async () => {
    const second = await mkdtemp(join(tmpdir(), 'plimsoll-namespace-'));
    await writeModels(second, [TWICE, THERE]);
    rig = await startRig(install, {
      models: [PLAIN, TWICE, HERE],
      flags: ['--model-namespacing=true', `--model-repository=${second}`],
    });
    rig.load({ path: inferPath(PLAIN.name), body: () => BODY }).setConcurrency(3);
    rig.load({ path: inferPath(HERE.name), body: () => BODY }).setConcurrency(1);
    rig.load({ path: inferPath(THERE.name), body: () => BODY }).setConcurrency(2);
    await rig.settle();
    return async () => {
      await rig[Symbol.asyncDispose]();
      await rm(second, { recursive: true });
    };
  });

  it('keeps the namespace of a model apart from that of its pod', async () => {
    expect(await rig.server.exposition()).toMatch(/nv_inference_count\{model="delay_plain",namespace="/);
    await rig.expectTruths({ triton_inflight_requests: 6, triton_pending_requests: 2, triton_executing_requests: 4 });
  });

  it('asks about each model, for this server answers no question about all', async () => {
    expect((await fetch(`${rig.server.url}/v2/models/stats`)).status).toBe(400);
    const labels = `model=${PLAIN.name}`;
    await rig.expectTruths({ triton_inflight_requests: 3, triton_capacity_requests: 2, triton_saturation_ratio: 1.5 }, labels);
    await rig.expectTruths({ triton_busy_instances_ratio: 1 }, labels);
  });

  it('adds up the models of one name', async () => {
    await rig.expectTruths({ triton_inflight_requests: 3, triton_pending_requests: 1 }, `model=${TWICE.name}`);
  });

  it.each(['triton_capacity_requests', 'triton_saturation_ratio', 'triton_busy_instances_ratio'])(
    'has no %s of a pod with such a name, and says why',
    async (signal) => {
      const message = expect.stringContaining('several namespaces');
      expect(await rig.ask(signal)).toEqual({ kind: 'refusal', code: 404, message });
    },
  );
});
