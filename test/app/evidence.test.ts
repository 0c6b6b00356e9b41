// Series of the store with their samples, and the lines behind them.
import { describe, expect, it } from 'vitest';
import { createEvidence } from '../../src/app/evidence.ts';
import { keyOf } from '../../src/lib/key.ts';
import type { EvidenceRequest, EvidenceSource, SeriesEvidence } from '../../src/model/evidence.ts';
import { METRIC_NAME } from '../../src/model/labels.ts';
import { podSetOf } from '../../src/model/pod.ts';
import { parseMatchers } from '../../src/promql/syntax/parse-selector.ts';
import { createFeed, type Feed, INTERVAL_MS, targetAt } from './support/feed.ts';

function evidenceOf({ store, ingest, clock }: Feed): EvidenceSource {
  return createEvidence({ source: store, ingest, clock, lookbackMs: 300_000 });
}

type Asking = Partial<Omit<EvidenceRequest, 'matchers'>> & { readonly rangeMs?: number };

async function ask(
  feed: Feed,
  selector: string,
  { rangeMs, ...rest }: Asking = {},
): Promise<{ series: readonly SeriesEvidence[]; more: number }> {
  const atMs = feed.clock.nowMs();
  const range = rangeMs === undefined ? undefined : { fromMs: atMs - rangeMs, toMs: atMs };
  return await evidenceOf(feed).series({ matchers: parseMatchers(selector), scope: {}, range, atMs, most: 100, ...rest });
}

const TRITON = { source: 'triton', labels: { namespace: 'ml', pod: 'a' } };
const count = (value: number): string => `# TYPE nv_inference_count counter\nnv_inference_count{model="m",version="1"} ${value}\n`;

describe('samples', () => {
  it('are the newest, and the ends of a range with the growth of a counter that restarted', async () => {
    const feed = createFeed([TRITON]);
    for (const value of [10, 40, 5, 15]) await feed.scrape(count(value));
    const endMs = feed.clock.nowMs();
    const { series } = await ask(feed, 'nv_inference_count', { rangeMs: 60_000 });
    expect(series).toMatchObject([
      {
        targetId: 'job-0|http://a:1/metrics',
        newest: { value: 15, timeMs: endMs },
        run: { samples: 4, first: { value: 10, timeMs: endMs - 3 * INTERVAL_MS }, last: { value: 15, timeMs: endMs }, growth: 45 },
      },
    ]);
    const [instant] = (await ask(feed, 'nv_inference_count')).series;
    expect([instant?.newest?.value, instant?.run]).toEqual([15, undefined]);
  });

  it('of a series that is stale now are still in a range, and no newest', async () => {
    const feed = createFeed([TRITON]);
    await feed.scrape(count(1));
    await feed.scrape(undefined);
    expect((await ask(feed, 'nv_inference_count')).series).toEqual([]);
    expect((await ask(feed, 'nv_inference_count', { rangeMs: 60_000 })).series).toMatchObject([{ newest: undefined, run: { samples: 1 } }]);
    expect((await ask(feed, 'nv_inference_count', { rangeMs: 1000 })).series).toEqual([]);
  });
});

describe('the line', () => {
  it('of a raw series is the one that was said, before relabelling', async () => {
    const rules = [{ source_labels: ['model'], target_label: 'model', replacement: 'other' }];
    const feed = createFeed([{ ...TRITON, metric_relabel_configs: rules }]);
    await feed.scrape(count(7));
    const [series] = (await ask(feed, 'nv_inference_count')).series;
    expect(series?.labels.get('model')).toBe('other');
    expect(series?.origin).toEqual({
      kind: 'line',
      line: {
        labels: new Map([
          [METRIC_NAME, 'nv_inference_count'],
          ['model', 'm'],
          ['version', '1'],
        ]),
        type: 'counter',
      },
      value: 7,
      scale: undefined,
      guards: [],
    });
  });

  it.each([
    {
      raw: 'DCGM_FI_DEV_FB_USED',
      said: 2,
      series: 'gpu_memory_used_bytes',
      value: 2 * 1024 * 1024,
      scale: { times: 1024 * 1024, dividedBy: 1 },
      guards: ['blank'],
    },
    {
      raw: 'DCGM_FI_DEV_GPU_UTIL',
      said: 50,
      series: 'gpu_utilization_ratio',
      value: 0.5,
      scale: undefined,
      guards: ['blank', 'converted'],
    },
  ])('of $series is $raw with what became of it', async ({ raw, said, series, value, scale, guards }) => {
    const feed = createFeed([{ source: 'dcgm' }]);
    await feed.scrape(`${raw}{gpu="0",UUID="U"} ${said}\n`);
    const [one] = (await ask(feed, series)).series;
    expect(one?.newest?.value).toBe(value);
    expect(one?.origin).toMatchObject({ kind: 'line', value: said, scale, guards });
  });

  it('of a fact is what it follows from, and of a report of Plimsoll’s own nothing', async () => {
    const feed = createFeed([TRITON]);
    await feed.scrape(count(7));
    expect((await ask(feed, 'triton_model_info')).series).toMatchObject([
      { origin: { kind: 'fact', evidence: expect.stringContaining('models.<name>') } },
    ]);
    expect((await ask(feed, 'up')).series).toMatchObject([{ origin: { kind: 'unknown' } }]);
  });
});

describe('which series', () => {
  it('are those of the pods and of live targets', async () => {
    const other = (namespace: string) => ({ source: 'triton', labels: { namespace, pod: 'b' } });
    const feed = createFeed([TRITON, other('ml'), other('else')]);
    const [a, b] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
    await feed.scrape(count(3), targetAt(feed.targets, 2));
    await feed.scrape(count(1), a);
    await feed.scrape(count(2), b);
    const values = async (scope: EvidenceRequest['scope'], selector: string) =>
      (await ask(feed, selector, { scope })).series.map(({ newest }) => newest?.value);
    const podSet = podSetOf([{ namespace: 'ml', name: 'b' }]);
    expect(await values({ podSet }, 'nv_inference_count{__pod_set__="1"}')).toEqual([2]);
    expect(await values({ liveTargets: new Set([a.id]) }, 'nv_inference_count')).toEqual([1]);
    expect((await values({}, 'nv_inference_count')).toSorted()).toEqual([1, 2, 3]);
  });

  it('are those of some devices', async () => {
    const feed = createFeed([{ source: 'dcgm' }]);
    await feed.scrape(['U1', 'U2', 'U3'].map((uuid, at) => `DCGM_FI_DEV_GPU_TEMP{gpu="${at}",UUID="${uuid}"} ${at}\n`).join(''));
    const only = { labels: ['uuid', 'mig_id'], keys: new Set([keyOf(['U1', '']), keyOf(['U3', ''])]) };
    const { series, more } = await ask(feed, 'gpu_temperature_celsius', { only });
    expect([series.map(({ newest }) => newest?.value), more]).toEqual([[0, 2], 0]);
    await feed.scrape(
      [1, 2].map((id) => `DCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="0",UUID="U1",GPU_I_PROFILE="1g",GPU_I_ID="${id}"} 0.${id}\n`).join(''),
    );
    const slice = { labels: ['uuid', 'mig_id'], keys: new Set([keyOf(['U1', '2'])]) };
    expect((await ask(feed, 'gpu_engine_active_ratio', { only: slice })).series.map(({ newest }) => newest?.value)).toEqual([0.2]);
  });

  it('are counted past the most', async () => {
    const feed = createFeed([{ source: 'dcgm' }]);
    await feed.scrape(['U1', 'U2', 'U3'].map((uuid, at) => `DCGM_FI_DEV_GPU_TEMP{gpu="${at}",UUID="${uuid}"} ${at}\n`).join(''));
    const cut = await ask(feed, 'gpu_temperature_celsius', { most: 1 });
    expect([cut.series.length, cut.more]).toEqual([1, 2]);
  });
});

describe('bounds', () => {
  it.each([
    { scope: { sampleBudget: 2 }, failure: 'over-limit' },
    { scope: { deadlineMs: 1 }, failure: 'deadline' },
    { scope: { abortSignal: AbortSignal.abort() }, failure: 'aborted' },
  ])('$failure', async ({ scope, failure }) => {
    const feed = createFeed([TRITON]);
    for (const value of [1, 2, 3]) await feed.scrape(count(value));
    await expect(ask(feed, 'nv_inference_count', { scope, rangeMs: 60_000 })).rejects.toMatchObject({ name: 'QueryError', failure });
  });
});

it('knows the families that a target said, and those that feed a series', async () => {
  const feed = createFeed([TRITON]);
  const evidence = evidenceOf(feed);
  expect(evidence.families('nobody')).toEqual(new Set());
  await feed.scrape(count(1));
  expect(evidence.families(targetAt(feed.targets, 0).id)).toEqual(new Set(['nv_inference_count']));
  expect(evidence.feeding('nv_inference_count')).toEqual(['nv_inference_count']);
  expect(evidence.feeding('gpu_temperature_celsius')).toContain('DCGM_FI_DEV_GPU_TEMP');
  expect(evidence.feeding('triton_model_info')).toEqual([]);
});
