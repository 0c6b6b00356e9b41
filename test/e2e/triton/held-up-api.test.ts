// A real server whose only HTTP thread loads a model: its API tells nothing until that is done, and its metrics go on.
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { instances, type Model, PLAIN, slowToLoad } from './models.ts';
import { NEWEST } from './releases.ts';
import { type Rig, startRig } from './rig.ts';
import { describeTriton } from './suite.ts';

const LOADING_SECONDS = 12;
const SLOW: Model = { name: 'slow', config: `max_batch_size: 1 ${instances(1)}`, code: slowToLoad(LOADING_SECONDS) };

await describeTriton(NEWEST, 'a real Triton that is held up by the loading of a model', (install) => {
  let rig: Rig;

  beforeAll(async () => {
    const flags = ['--http-thread-count=1', '--model-control-mode=explicit', `--load-model=${PLAIN.name}`];
    rig = await startRig(install, { models: [PLAIN, SLOW], flags });
    return () => rig[Symbol.asyncDispose]();
  });

  it('has no load of that model, not 0, until the server tells that it is ready', async () => {
    const labels = `model=${SLOW.name}`;
    const loading = fetch(`${rig.server.url}/v2/repository/models/${SLOW.name}/load`, { method: 'POST' });
    let isLoaded = false;
    void loading.then(() => (isLoaded = true));
    const seen = new Set<string>();
    while (!isLoaded) {
      const answer = await rig.ask('triton_pending_requests', labels);
      if (!isLoaded) seen.add(answer.kind);
      await setTimeout(rig.profile.intervalMs / 4);
    }
    expect((await loading).status).toBe(200);
    expect([...seen]).toEqual(['refusal']);
    const answer = await until({
      ask: async () => {
        const said = await rig.ask('triton_pending_requests', labels);
        return said.kind === 'refusal' ? undefined : said;
      },
      withinMs: 30_000,
      everyMs: 200,
      failure: () => 'the model is not there 30 s after it was loaded',
    });
    expect(answer).toMatchObject({ value: 0 });
    await rig.expectTruths({ triton_capacity_requests: 3 });
  });
});
