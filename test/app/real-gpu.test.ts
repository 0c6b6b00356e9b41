// A real H100, as Triton and the DCGM exporter say it at one moment, against what its driver says right before and after.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExposition } from '../../src/exposition/read.ts';
import { ROOT } from '../arch/source-files.ts';
import { contradictions, type GpuTruth, parseNvidiaSmi } from '../nvidia-smi.ts';
import { createFeed, held, targetAt } from './support/feed.ts';

const UUID = 'GPU-5b1d7c3e-8a94-4f26-b0e7-3c9f6a2d8e15';
const TRITON = { source: 'triton', labels: { namespace: 'inference', pod: 'triton-0' } };

const fixture = (path: string): string => readFileSync(join(ROOT, 'fixtures', path), 'utf8');

function truthOf(name: string): GpuTruth {
  const [gpu] = parseNvidiaSmi(fixture(`nvidia-smi/h100-${name}.xml`));
  if (gpu === undefined) throw new Error(`no GPU in ${name}`);
  return gpu;
}

/** What the store holds of the GPU after one scrape of a capture. */
async function readingsIn(file: string): Promise<{ readonly uuids: readonly string[]; readonly readings: ReadonlyMap<string, number> }> {
  const feed = createFeed([file.startsWith('triton') ? TRITON : { source: 'dcgm' }]);
  expect(await feed.scrape(fixture(file))).toMatchObject({ kind: 'ingested' });
  const { families } = readExposition(held(feed, { names: /^gpu_(?!owner)/ }).join('\n'));
  const samples = families.flatMap((family) => family.samples.map(({ value, labels }) => ({ name: family.name, value, labels })));
  return {
    uuids: [...new Set(samples.map(({ labels }) => labels.get('uuid') ?? ''))],
    readings: new Map(samples.map(({ name, value }) => [name, value])),
  };
}

const DEFAULT_COUNTERS = 11;
const ALL = 14;

describe('canonical series are what nvidia-smi says', () => {
  it.each([
    { moment: 'idle', file: 'triton/real-2.51.0-h100-idle.txt', compared: 5 },
    { moment: 'idle', file: 'dcgm/real-3.3.8-h100-idle.txt', compared: DEFAULT_COUNTERS },
    { moment: 'matmul', file: 'triton/real-2.51.0-h100-matmul.txt', compared: 5 },
    { moment: 'matmul', file: 'dcgm/real-3.3.8-h100-matmul.txt', compared: ALL },
    { moment: 'served', file: 'triton/real-2.51.0-h100-served.txt', compared: 5 },
    { moment: 'served', file: 'dcgm/real-3.3.8-h100-served.txt', compared: ALL },
    { moment: 'served', file: 'dcgm/real-3.3.8-h100-old-names.txt', compared: DEFAULT_COUNTERS },
  ])('$file', async ({ moment, file, compared }) => {
    const before = truthOf(`${moment}-before`);
    const after = truthOf(`${moment}-after`);
    const { uuids, readings } = await readingsIn(file);
    expect(uuids).toEqual([UUID]);
    expect([...readings.keys()].filter((name) => before.values.has(name))).toHaveLength(compared);
    expect(contradictions({ readings, before, after })).toEqual([]);
  });

  it.each([
    ['gpu_memory_used_bytes', 8268],
    ['gpu_power_watts', 690_151],
    ['gpu_utilization_ratio', 98],
    ['gpu_sm_clock_hertz', 1530],
  ])('a wrong unit of %s would not pass for it', (name, raw) => {
    const readings = new Map([[name, raw]]);
    expect(contradictions({ readings, before: truthOf('matmul-before'), after: truthOf('matmul-after') })).toHaveLength(1);
  });
});

it('profiling fields tell what the GPU does: matrices on the tensor cores, or memory that is filled', async () => {
  const of = async (file: string): Promise<unknown> => Object.fromEntries((await readingsIn(file)).readings);
  expect(await of('dcgm/real-3.3.8-h100-matmul.txt')).toMatchObject({
    gpu_engine_active_ratio: 0.978266,
    gpu_sm_active_ratio: 0.941886,
    gpu_tensor_active_ratio: 0.916944,
    gpu_dram_active_ratio: 0.247434,
  });
  expect(await of('dcgm/real-3.3.8-h100-served.txt')).toMatchObject({
    gpu_engine_active_ratio: 0.98919,
    gpu_sm_active_ratio: 0.984347,
    gpu_tensor_active_ratio: 0,
    gpu_dram_active_ratio: 0.956518,
  });
});

describe('the owner', () => {
  const owners = async (exporter: string): Promise<string[]> => {
    const feed = createFeed([{ source: 'dcgm' }, TRITON]);
    await feed.scrape(fixture(exporter), targetAt(feed.targets, 0));
    await feed.scrape(fixture('triton/real-2.51.0-h100-served.txt'), targetAt(feed.targets, 1));
    return held(feed, { names: /^gpu_owner/, only: ['pod', 'uuid', 'evidence'] });
  };

  it('is the pod whose Triton names the UUID that an exporter without pods reports', async () => {
    expect(await owners('dcgm/real-3.3.8-h100-idle.txt')).toEqual([`gpu_owner{evidence="triton-uuid",pod="triton-0",uuid="${UUID}"} 1`]);
  });

  it.each(['dcgm/real-3.3.8-h100-served.txt', 'dcgm/real-3.3.8-h100-old-names.txt'])(
    'is the pod that %s names, said once',
    async (file) => {
      expect(await owners(file)).toEqual([`gpu_owner{evidence="exporter-labels",pod="triton-0",uuid="${UUID}"} 1`]);
    },
  );
});
