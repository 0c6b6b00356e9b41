import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../arch/source-files.ts';
import { createFeed, type Feed, held, targetAt } from './support/feed.ts';

const EXPORTER = { source: 'dcgm', labels: { node: 'n' } };
const TRITON = { source: 'triton', labels: { namespace: 'ml', pod: 'a', node: 'n' } };
const GPU = 'gpu="0",UUID="GPU-1"';
const bare = `DCGM_FI_DEV_GPU_TEMP{${GPU}} 40\n`;
const own = 'nv_gpu_utilization{gpu_uuid="GPU-1"} 0.5\n';

const LEFT_OUT = ['job', 'instance', 'node', 'source', 'gpu', 'why'];

function owners(feed: Feed): string[] {
  return held(feed, { names: /^gpu_owner/, without: LEFT_OUT });
}

describe('owners', () => {
  it('follow what another target says, at the next scrape of their own', async () => {
    const feed = createFeed([EXPORTER, TRITON]);
    const [x, a] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
    await feed.scrape(bare, x);
    expect(owners(feed)).toEqual([]);
    await feed.scrape('nv_inference_count{model="m",version="1"} 1\n', a);
    await feed.scrape(bare, x);
    expect(owners(feed)).toEqual(['gpu_owner{evidence="only-gpu-pod",namespace="ml",pod="a",uuid="GPU-1"} 1']);
    await feed.scrape(own, a);
    await feed.scrape(bare, x);
    expect(owners(feed)).toEqual(['gpu_owner{evidence="triton-uuid",namespace="ml",pod="a",uuid="GPU-1"} 1']);
  });

  it('go with the target whose lines are their evidence', async () => {
    const feed = createFeed([EXPORTER, TRITON]);
    const [x, a] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
    await feed.scrape(bare, x);
    await feed.scrape(own, a);
    expect(owners(feed)).toHaveLength(1);
    await feed.scrape(undefined, a);
    expect(owners(feed)).toEqual([]);
    await feed.scrape(own, a);
    expect(owners(feed)).toHaveLength(1);
    feed.ingest.forget(a);
    await feed.scrape(bare, x);
    expect(owners(feed)).toEqual([]);
  });

  it('move with the labels in the same scrape, and come back after the rows were freed', async () => {
    const feed = createFeed([EXPORTER], { retention: '20s' });
    const held = (pod: string): string => `DCGM_FI_DEV_GPU_TEMP{${GPU},namespace="ml",pod="${pod}"} 40\n`;
    for (const pod of ['a', 'b', 'a']) {
      await feed.scrape(held(pod));
      expect(owners(feed)).toEqual([`gpu_owner{evidence="exporter-labels",namespace="ml",pod="${pod}",uuid="GPU-1"} 1`]);
    }
    for (let scrape = 0; scrape < 6; scrape += 1) await feed.scrape(undefined);
    feed.ingest.sweep();
    await feed.scrape(held('a'));
    expect(owners(feed)).toHaveLength(1);
  });

  it('a full store has no room for them: the scrape fails and says so', async () => {
    const feed = createFeed([EXPORTER], { 'limits.series': 5 });
    const result = await feed.scrape(
      `DCGM_FI_DEV_GPU_TEMP{${GPU},namespace="ml",pod="a"} 40\nDCGM_FI_DEV_POWER_USAGE{${GPU},namespace="ml",pod="a"} 4\n`,
    );
    expect(result?.kind).toBe('ingested');
    const more = await feed.scrape(
      `DCGM_FI_DEV_GPU_TEMP{${GPU},namespace="ml",pod="a"} 40\nDCGM_FI_DEV_GPU_TEMP{${GPU},namespace="ml",pod="b"} 40\n`,
    );
    expect(more).toMatchObject({ kind: 'failed', error: { failure: 'series-limit' } });
  });
});

describe('numbers that need a memory', () => {
  const xid = (code: number): string => `DCGM_FI_DEV_XID_ERRORS{${GPU},err_code="${code}",err_msg="x"} ${code}\n`;

  it('XID errors are counted through failed scrapes and reloads, though the line changes with the code', async () => {
    const feed = createFeed([EXPORTER]);
    const counts: string[] = [];
    for (const code of [13, 13, undefined, 79, 79, 31]) {
      await feed.scrape(code === undefined ? undefined : xid(code));
      if (code === 79) feed.ingest.recompile();
      counts.push(...held(feed, { names: /^gpu_xid/, without: [...LEFT_OUT, 'uuid'] }).map((line) => line.replace(/.* /, '')));
    }
    expect(counts).toEqual(['0', '0', '1', '1', '2']);
  });

  it('percents under the name of a ratio are warned of, for as long as the target is read', async () => {
    const feed = createFeed([EXPORTER]);
    const share = (value: number): string => `DCGM_FI_DEV_GPU_UTIL_RATIO{${GPU},namespace="ml",pod="a"} ${value}\n`;
    expect(await feed.scrape(share(0))).toMatchObject({ warnings: [] });
    expect(await feed.scrape(share(57))).toMatchObject({ warnings: [{ code: 'unit-disproved' }] });
    expect(await feed.scrape(share(1))).toMatchObject({ warnings: [{ code: 'unit-disproved' }] });
    expect(held(feed, { names: /^gpu_util/, without: [...LEFT_OUT, 'uuid'] })).toEqual(['gpu_utilization_ratio 0.01']);
  });

  it('an alias of the configuration is read from the next scrape on', async () => {
    const feed = createFeed([EXPORTER]);
    await feed.scrape(`${bare}cloud_gpu{${GPU}} 50\n`);
    const ratio = (): string[] => held(feed, { names: /^gpu_util/, without: [...LEFT_OUT, 'uuid'] });
    expect(ratio()).toEqual([]);
    feed.configure([EXPORTER], { aliases: [{ raw: 'cloud_gpu', canonical: 'gpu_utilization_ratio', scale: 0.01 }] });
    await feed.scrape(`${bare}cloud_gpu{${GPU}} 50\n`);
    expect(ratio()).toEqual(['gpu_utilization_ratio 0.5']);
  });
});

it('families in another order each scrape, and rows that are missing, change no number that is there', async () => {
  const lines = readFileSync(join(ROOT, 'fixtures/dcgm/authored-4.8-mig-vgpu-pods.txt'), 'utf8').trimEnd().split('\n');
  const values = (feed: Feed): string[] => held(feed, { names: /^gpu_(?!owner)/ });
  const intact = createFeed([EXPORTER]);
  await intact.scrape(lines.join('\n'));
  const whole = new Set(values(intact));
  const picks = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.nat()), { minLength: lines.length, maxLength: lines.length });
  await fc.assert(
    fc.asyncProperty(fc.array(picks, { minLength: 1, maxLength: 4 }), async (scrapes) => {
      const feed = createFeed([EXPORTER]);
      for (const scrape of scrapes) {
        const kept = lines
          .map((line, index) => ({ line, miss: scrape[index]?.[0] ?? 1, key: scrape[index]?.[1] ?? 0 }))
          .filter(({ miss }) => miss > 0);
        await feed.scrape(
          `${kept
            .sort((a, b) => a.key - b.key)
            .map(({ line }) => line)
            .join('\n')}\n`,
        );
        expect(values(feed).filter((line) => !whole.has(line))).toEqual([]);
        expect(values(feed).length).toBeGreaterThan(whole.size / 2);
      }
    }),
    { numRuns: 20 },
  );
});
