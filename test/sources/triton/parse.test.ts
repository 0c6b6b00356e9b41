// The JSON of a real Triton (captured on 2.51, 2.50, 2.44, 2.39 and 2.36) and what is made of it.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/sources/triton/parse-config.ts';
import { parseStats } from '../../../src/sources/triton/parse-stats.ts';

const CAPTURES = new URL('../../../../shared/captures/triton-json/', import.meta.url);
const present = existsSync(CAPTURES);
const skipped = present ? '' : 'skipped: ../shared/captures is not there: ';

function capture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, CAPTURES), 'utf8'));
}

const LEAF = { kind: 'leaf', decoupled: false, batching: false, sequence: false, instances: 1, maxBatchSize: 0, steps: [] };

describe('parseConfig', () => {
  it.skipIf(!present).each([
    { name: 'config_delay_b4_i2', model: { name: 'delay_b4_i2', batching: true, instances: 2, maxBatchSize: 4 } },
    { name: 'config_nobatch8', model: { name: 'delay_i2_nobatch8', instances: 2, maxBatchSize: 8 } },
    { name: 'config_delay_autocfg_noinst', model: { name: 'delay_autocfg_noinst', batching: true, maxBatchSize: 4 } },
    { name: 'config_ens', model: { name: 'ens', kind: 'ensemble', instances: 0, steps: ['ens_a', 'ens_b'] } },
    { name: 'config_decoupled', model: { name: 'decoupled', decoupled: true } },
    { name: 'config_seq_oldest', model: { name: 'seq_oldest', batching: true, sequence: true, maxBatchSize: 2 } },
    { name: 'config_twover', model: { name: 'twover' } },
    { name: 'config_rl_a', model: { name: 'rl_a', instances: 4 } },
    { name: 'pytriton_Delay_config', model: { name: 'Delay', batching: true, instances: 2, maxBatchSize: 4 } },
    { name: 'old_0.3.1_config_delay_b4_i2', model: { name: 'delay_b4_i2', batching: true, instances: 2, maxBatchSize: 4 } },
    { name: 'old_0.4.2_config_delay_b4_i2', model: { name: 'delay_b4_i2', batching: true, instances: 2, maxBatchSize: 4 } },
    { name: 'old_0.5.5_config_delay_b4_i2', model: { name: 'delay_b4_i2', batching: true, instances: 2, maxBatchSize: 4 } },
  ])(`${skipped}$name`, ({ name, model }) => {
    expect(parseConfig(capture(name), '7')).toEqual({ ...LEAF, version: '7', ...model });
  });

  it.each([
    {
      name: 'a group on two GPUs',
      json: { name: 'm', instance_group: [{ count: 2, gpus: [0, 1] }, { gpus: [] }] },
      model: { instances: 5 },
    },
    { name: 'an ensemble by its platform alone', json: { name: 'm', platform: 'ensemble' }, model: { kind: 'ensemble', instances: 0 } },
    { name: 'the least', json: { name: 'm' }, model: { instances: 0 } },
  ])('$name', ({ json, model }) => {
    expect(parseConfig(json, '1')).toEqual({ ...LEAF, name: 'm', version: '1', ...model });
  });

  it.each([
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { error: 'unknown model' },
    { name: 'm', max_batch_size: -1 },
    { name: 'm', instance_group: {} },
  ])('is nothing for %j', (json) => {
    expect(parseConfig(json, '1')).toBeUndefined();
  });
});

describe('parseStats', () => {
  it.skipIf(!present).each([
    // Two executions of one request, one of two, three of four: 2.156 + 1.001 + 2.503 s of inference and little else.
    { name: 'stats_delay_b4_i2', models: 1, first: { model: 'delay_b4_i2', version: '1', busySeconds: 5.661190092 } },
    { name: 'stats_all_idle', models: 26, first: { model: 'bls', version: '1', busySeconds: 0 } },
    { name: 'stats_decoupled', models: 1, first: { model: 'decoupled', version: '1', busySeconds: 4.011407939 } },
    { name: 'old_0.3.1_stats_delay_b4_i2', models: 1, first: { model: 'delay_b4_i2', version: '1', busySeconds: 2.623551417 } },
  ])(`${skipped}$name`, ({ name, models, first }) => {
    const statistics = parseStats(capture(name));
    expect(statistics).toHaveLength(models);
    expect(statistics?.[0]).toEqual({ ...first, busySeconds: expect.closeTo(first.busySeconds, 6) });
  });

  it.skipIf(!present)(`${skipped}shows two busy instances of a saturated model as 2`, () => {
    const busy = (name: string): number => parseStats(capture(name))?.find(({ model }) => model === 'delay_i2')?.busySeconds ?? Number.NaN;
    expect((busy('x_stats_t10') - busy('x_stats_t00')) / 10).toBeCloseTo(2, 1);
  });

  it.each([undefined, null, [], {}, { model_stats: {} }, { model_stats: [{ name: 'm' }] }])('is nothing for %j', (json) => {
    expect(parseStats(json)).toBeUndefined();
  });
});
