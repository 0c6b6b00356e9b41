// The simulated API, read by the reader of the real one.
import { expect, it } from 'vitest';
import { demoFleet } from '../../src/fleet/demo.ts';
import { fleetFetchJson } from '../../src/fleet/fetch.ts';
import { createFleet, type Fleet } from '../../src/fleet/fleet.ts';
import { serveFleet } from '../../src/fleet/serve.ts';
import type { DescribeResult } from '../../src/model/description.ts';
import { describeTriton } from '../../src/sources/triton/describe.ts';
import { targetOf } from '../sources/support.ts';
import { fleetSpec, handClock, leaf } from './specs.ts';

const TRITON = 'triton-0.demo:8002';

function ask(
  fleet: Fleet,
  { seconds, signal = new AbortController().signal }: { seconds: number; signal?: AbortSignal },
): Promise<DescribeResult> {
  const target = { ...targetOf('triton'), url: `http://${TRITON}/metrics` };
  return describeTriton({ target, rereads: false, signal }, fleetFetchJson(fleet, handClock(seconds * 1000)));
}

it('describes the models of the demo', async () => {
  const result = await ask(createFleet(demoFleet(), { seed: 1, startMs: 0 }), { seconds: 10 });
  if (result.kind === 'failed') throw new Error(result.error.message);
  const shown = result.description.models.map(({ name, kind, batching, instances, maxBatchSize }) => [
    name,
    kind,
    batching,
    instances,
    maxBatchSize,
  ]);
  expect(shown).toEqual([
    ['preprocess', 'leaf', false, 1, 1],
    ['resnet50', 'leaf', true, 2, 8],
    ['bert', 'leaf', true, 1, 4],
    ['vision', 'ensemble', false, 0, 0],
  ]);
  expect(result.description).toMatchObject({ serverReady: true, undescribed: [] });
});

it('counts a batch as one execution', async () => {
  const models = [leaf({ maxBatch: 4, maxQueueDelayUs: 200_000, fixedUs: 100_000 })];
  const fleet = createFleet(fleetSpec({ models }), { seed: 1, startMs: 0 });
  const result = await ask(fleet, { seconds: 60 });
  if (result.kind === 'failed') throw new Error(result.error.message);
  const [model] = fleet.snapshot().tritons[0]?.models ?? [];
  expect(model?.counters.success).toBeGreaterThan(3 * (model?.counters.executions ?? 0));
  expect(result.statistics).toEqual([
    { model: 'm', version: '1', busySeconds: expect.closeTo((model?.counters.executions ?? 0) * 0.1, 3) },
  ]);
});

it.each([
  { path: '/v2/health/ready', status: 200, body: '' },
  { path: '/v2/models/m/config', status: 200, body: '"name":"m"' },
  { path: '/v2/models/nope/versions/1/config', status: 400, body: 'unknown model' },
  { path: '/', status: 400, body: 'error' },
])('answers GET $path with $status', ({ path, status, body }) => {
  const fleet = createFleet(fleetSpec({}), { seed: 1, startMs: 0 });
  fleet.advanceTo(1000);
  expect(fleet.readApi(TRITON, path)).toEqual({ kind: 'api', status, body: expect.stringContaining(body) });
});

it('refuses with its process, and hangs with it', async () => {
  const faults = [{ atMs: 1000, pod: 'triton-0', kind: 'kill' } as const];
  expect(await ask(createFleet(fleetSpec({ faults }), { seed: 1, startMs: 0 }), { seconds: 2 })).toMatchObject({
    kind: 'failed',
    error: { failure: 'refused' },
  });
  const hanging = createFleet(fleetSpec({ faults: [{ atMs: 1000, pod: 'triton-0', kind: 'hang' }] }), { seed: 1, startMs: 0 });
  expect(await ask(hanging, { seconds: 2, signal: AbortSignal.abort() })).toMatchObject({ kind: 'failed', error: { failure: 'timeout' } });
  expect(hanging.readApi('dcgm-0.demo:9400', '/v2/health/ready')).toEqual({ kind: 'refused' });
});

it('listens on a port of its own', async () => {
  const clock = handClock(1000);
  const served = await serveFleet(createFleet(fleetSpec({}), { seed: 1, startMs: 0 }), { clock, host: '127.0.0.1' });
  try {
    expect([...served.apiUrls.keys()]).toEqual([TRITON]);
    const answer = await fetch(`${served.apiUrls.get(TRITON)}/v2/models/m/config`);
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toMatchObject([
      200,
      'application/json',
      { name: 'm' },
    ]);
  } finally {
    await served.close();
  }
});
