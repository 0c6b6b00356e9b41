// The door between scrape and store: limits, failures that cost one target only, and what time and changed settings take away.
import { describe, expect, it } from 'vitest';
import type { IngestResult } from '../../../src/model/pipeline.ts';
import { createFeed, held, INTERVAL_MS, type Job, models, rowCount, START_MS, targetAt } from '../support/feed.ts';

const GENERIC: Job = { source: 'generic' };
const TRITON: Job = { source: 'triton' };
const DCGM: Job = { source: 'dcgm' };
const DCGM_TEXT = 'DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1"} 61\n';

function lines(count: number, name = 'x'): string {
  return Array.from({ length: count }, (_, index) => `${name}{i="${index}"} ${index}\n`).join('');
}

/** `failure: message`, or the number of samples. */
function said(result: IngestResult | undefined): string | number | undefined {
  return result?.kind === 'failed' ? `${result.error.failure}: ${result.error.message}` : result?.samples;
}

describe('a scrape that cannot be used', () => {
  it.each([
    {
      name: 'more series than one target may say',
      job: GENERIC,
      text: lines(4),
      message:
        'series-limit: cannot read the answer: it has more than 3 series; drop some at their source, or raise limits.series_per_target',
    },
    {
      name: 'nothing but malformed lines',
      job: GENERIC,
      text: '\u0000\u0001{\n'.repeat(4),
      message: 'not-text: cannot read the answer as Prometheus text: more than 3 of its lines are malformed; is it an exposition?',
    },
    {
      name: 'an empty answer of a Triton',
      job: TRITON,
      text: '',
      message:
        'wrong-source: cannot read the answer as triton: it names no metric at all; Triton answers any path but /metrics with an empty 200: check metrics_path, and the port (8002 by default)',
    },
    {
      name: 'an exporter where a Triton should be',
      job: TRITON,
      text: DCGM_TEXT,
      message:
        'wrong-source: cannot read the answer as triton: it names other metrics: "DCGM_FI_DEV_GPU_TEMP"; Triton answers any path but /metrics with an empty 200: check metrics_path, and the port (8002 by default)',
    },
  ])('$name: the error says so, nothing of it is kept, and up is 0', async ({ job, text, message }) => {
    const feed = createFeed([job], { 'limits.series_per_target': 3 });
    expect(said(await feed.scrape(text))).toBe(message);
    expect(held(feed)).toEqual([]);
    expect(held(feed, { names: /./ })).toEqual([
      'scrape_duration_seconds 0.25',
      `scrape_interval_seconds{source="${job.source ?? 'generic'}"} 5`,
      'scrape_samples_scraped 0',
      'up 0',
    ]);
  });

  it('makes what was there before stale at once, and the next good one brings it back', async () => {
    const feed = createFeed([GENERIC], { 'limits.series_per_target': 3 });
    expect(said(await feed.scrape(lines(3)))).toBe(3);
    const before = held(feed);
    const goodMs = feed.clock.nowMs();
    await feed.scrape(lines(4));
    expect(held(feed)).toEqual([]);
    expect(held(feed, { atMs: goodMs })).toEqual(before);
    expect(said(await feed.scrape(lines(3)))).toBe(3);
    expect(held(feed)).toEqual(before);
    expect(held(feed, { names: /^(up|scrape_samples_scraped)$/ })).toEqual(['scrape_samples_scraped 3', 'up 1']);
  });

  it('as one that was refused, makes all of the target stale', async () => {
    const feed = createFeed([GENERIC]);
    await feed.scrape('x 1\n');
    await feed.scrape(undefined);
    expect(held(feed)).toEqual([]);
    expect(held(feed, { names: /^up$/ })).toEqual(['up 0']);
  });

  it('has an up of its own when it is the first', async () => {
    const feed = createFeed([GENERIC]);
    await feed.scrape(undefined);
    expect(held(feed, { names: /^up$/ })).toEqual(['up 0']);
  });
});

describe('malformed lines', () => {
  it('cost themselves only, and are counted by reason over all scrapes', async () => {
    const feed = createFeed([GENERIC], { 'limits.line_bytes': 40, 'limits.labels_per_line': 2 });
    const text = `good 1\n0bad 1\nno_value\nno_value2 x\n${'long'.repeat(10)} 1\nmany{a="1",b="2",c="3"} 1\ngood 2\n`;
    expect(said(await feed.scrape(text))).toBe(1);
    expect(said(await feed.scrape('good 3\n0bad 1\n'))).toBe(1);
    expect(held(feed)).toEqual(['good 3']);
    const counted = [...feed.metrics].filter(([name]) => name.startsWith('plimsoll_exposition'));
    expect(Object.fromEntries(counted)).toEqual({
      'plimsoll_exposition_malformed_lines_total{bad-name}': 2,
      'plimsoll_exposition_malformed_lines_total{bad-value}': 2,
      'plimsoll_exposition_malformed_lines_total{too-long}': 1,
      'plimsoll_exposition_malformed_lines_total{too-many-labels}': 1,
      'plimsoll_exposition_malformed_lines_total{duplicate}': 1,
    });
  });
});

describe('a target that says other series at every scrape', () => {
  it('fails before it has used up what all targets share, and goes on when its old series have left the retention', async () => {
    const feed = createFeed([GENERIC, GENERIC], { 'limits.series_per_target': 10, 'limits.series': 100 });
    const [churning, steady] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
    const outcomes: (string | number | undefined)[] = [];
    for (let scrape = 0; scrape < 20; scrape += 1) {
      const text = Array.from({ length: 10 }, (_, line) => `x{id="${scrape}-${line}"} 1\n`).join('');
      outcomes.push(said(await feed.scrape(text, churning)));
    }
    expect(outcomes[0]).toBe(10);
    expect(outcomes.at(-1)).toContain('4 times limits.series_per_target (10) are kept');
    expect(said(await feed.scrape(lines(3), steady))).toBe(3);
  });
});

describe('limits.series', () => {
  const FULL = 'series-limit: cannot keep the answer: all targets together have reached 10 series; scrape fewer, or raise limits.series';

  it('fails the scrape that would pass it, and leaves the other targets alone', async () => {
    const feed = createFeed([GENERIC, GENERIC], { 'limits.series': 10 });
    const [first, second] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
    await feed.scrape(lines(3), first);
    expect(said(await feed.scrape(lines(5), second))).toBe(FULL);
    expect(said(await feed.scrape(lines(3), first))).toBe(3);
    expect(held(feed, { without: ['job'] })).toEqual([0, 1, 2].map((i) => `x{i="${i}",instance="a:1"} ${i}`));
  });

  it('holds for canonical rows and facts too, and the series go on when there is room again', async () => {
    for (const seriesLimit of [6, 7, 8, 9]) {
      const feed = createFeed([GENERIC, DCGM], { 'limits.series': seriesLimit });
      const [first, second] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
      const text = 'DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1",container="c",namespace="n",pod="p"} 61\n';
      await feed.scrape('a 1\nb 1\n', first);
      const fits = seriesLimit === 9;
      expect(said(await feed.scrape(text, second))).toBe(fits ? 1 : FULL.replace('10', String(seriesLimit)));
      feed.ingest.forget(first);
      await feed.clock.advance(300_000);
      feed.ingest.sweep();
      expect(said(await feed.scrape(text, second))).toBe(1);
      expect(held(feed)).toEqual([
        'DCGM_FI_DEV_GPU_TEMP{UUID="GPU-1",container="c",gpu="0",namespace="n",pod="p"} 61',
        'gpu_owner{container="c",evidence="exporter-labels",namespace="n",pod="p",uuid="GPU-1"} 1',
        'gpu_temperature_celsius{gpu="0",source="dcgm",uuid="GPU-1"} 61',
      ]);
    }
  });

  it('a fact that found no room is written as soon as there is some, though the lines are the same', async () => {
    const feed = createFeed([GENERIC, DCGM], { 'limits.series': 11, retention: '1m' });
    const [first, second] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
    const owned = DCGM_TEXT.replace('}', ',namespace="n",pod="p"}');
    await feed.scrape('a 1\nb 1\n', first);
    await feed.clock.advance(30_000);
    expect(said(await feed.scrape(DCGM_TEXT, second))).toBe(1);
    expect(said(await feed.scrape(owned, second))).toBe(FULL.replace('10', '11'));
    feed.ingest.forget(first);
    await feed.clock.advance(20_000);
    feed.ingest.sweep();
    expect(said(await feed.scrape(owned, second))).toBe(1);
    expect(held(feed, { names: /^gpu_owner/ })).toHaveLength(1);
  });

  it('leaves out up where not even that has room', async () => {
    const feed = createFeed([GENERIC], { 'limits.series': 2 });
    expect(said(await feed.scrape('a 1\nb 1\n'))).toBe(2);
    expect(held(feed, { names: /./ })).toEqual(['a 1', 'b 1']);
  });
});

describe('a target that leaves', () => {
  it('has no series from then on, and no rows after the retention', async () => {
    const feed = createFeed([GENERIC, GENERIC], { retention: '1m' });
    const [first, second] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
    await feed.scrape('x 1\n', first);
    await feed.scrape('x 2\n', second);
    feed.ingest.forget(first);
    feed.ingest.forget(first);
    expect(held(feed)).toEqual(['x 2']);
    await feed.clock.advance(60_000 - INTERVAL_MS);
    await feed.scrape('x 3\n', second);
    feed.ingest.sweep();
    expect(rowCount(feed)).toBe(5);
    expect(held(feed)).toEqual(['x 3']);
  });

  it('and comes back goes on with a plan of its own', async () => {
    const feed = createFeed([GENERIC]);
    await feed.scrape('x 1\ny 1\n');
    feed.ingest.forget(targetAt(feed.targets, 0));
    await feed.clock.advance(1);
    expect(held(feed)).toEqual([]);
    expect(said(await feed.scrape('x 2\n'))).toBe(1);
    expect(held(feed)).toEqual(['x 2']);
  });
});

describe('sweep', () => {
  it('frees what left the retention; a line that comes back after it has its own value, not that of the row’s next owner', async () => {
    const feed = createFeed([DCGM], { retention: '1m' });
    const other = (n: number): string => lines(n, 'DCGM_FI_other');
    await feed.scrape(DCGM_TEXT + other(1));
    for (let scan = 0; scan < 14; scan += 1) {
      await feed.scrape(other(1));
      feed.ingest.sweep();
    }
    expect(held(feed, { names: /GPU_TEMP|celsius/, atMs: START_MS + INTERVAL_MS })).toEqual([]);
    // These rows get the ids of those freed.
    await feed.scrape(other(4));
    await feed.scrape(DCGM_TEXT.replace('61', '62') + other(4));
    expect(held(feed)).toEqual([
      'DCGM_FI_DEV_GPU_TEMP{UUID="GPU-1",gpu="0"} 62',
      ...[0, 1, 2, 3].map((i) => `DCGM_FI_other{i="${i}"} ${i}`),
      'gpu_temperature_celsius{gpu="0",source="dcgm",uuid="GPU-1"} 62',
    ]);
  });

  it('a target that was not tried for so long goes on, and writes into nobody else’s rows', async () => {
    const feed = createFeed([{ source: 'generic' }, { source: 'generic' }]);
    const [one, other] = [targetAt(feed.targets, 0), targetAt(feed.targets, 1)];
    await feed.scrape('a 1\n', one);
    await feed.clock.advance(600_000);
    feed.ingest.sweep();
    await feed.scrape('b 2\n', other);
    await feed.scrape('a 3\n', one);
    expect(held(feed, { names: /^(?:up|a|b)$/, without: ['job'] })).toEqual([
      'a{instance="a:1"} 3',
      'b{instance="b:1"} 2',
      'up{instance="a:1"} 1',
      'up{instance="b:1"} 1',
    ]);
  });

  it('forgets lines that were not said for sixty scrapes, though their rows are inside the retention', async () => {
    const feed = createFeed([GENERIC], { retention: '1h' });
    await feed.scrape('x 1\ny 1\n');
    for (let scan = 0; scan < 60; scan += 1) await feed.scrape('y 2\n');
    feed.ingest.sweep();
    const rows = rowCount(feed);
    await feed.scrape('z 3\ny 3\n');
    expect(held(feed)).toEqual(['y 3', 'z 3']);
    await feed.scrape('x 4\ny 4\nz 4\n');
    expect(held(feed)).toEqual(['x 4', 'y 4', 'z 4']);
    expect(rowCount(feed)).toBe(rows + 1);
  });
});

describe('changed settings', () => {
  it('kind of a model: the fact changes with the next scrape', async () => {
    const feed = createFeed([TRITON], { models: { m: { kind: 'leaf' } } });
    const text = 'nv_inference_count{model="m",version="1"} 7\n';
    await feed.scrape(text);
    feed.configure([TRITON], { models: { m: { kind: 'ensemble' } } });
    expect(models(feed)).toEqual(['triton_model_info{kind="leaf",model="m",version="1"} 1']);
    await feed.scrape(text);
    expect(models(feed)).toEqual(['triton_model_info{kind="ensemble",model="m",version="1"} 1']);
  });

  it('relabelling: comes, changes and goes with the next scrape, and no series of before stays', async () => {
    const rule = (replacement: string): Job => ({ ...GENERIC, metric_relabel_configs: [{ target_label: 'r', replacement }] });
    const feed = createFeed([GENERIC]);
    await feed.scrape('x 1\n');
    for (const { job, series } of [
      { job: rule('one'), series: 'x{r="one"} 2' },
      { job: rule('two'), series: 'x{r="two"} 2' },
      { job: GENERIC, series: 'x 2' },
    ]) {
      feed.configure([job]);
      await feed.scrape('x 2\n');
      expect(held(feed)).toEqual([series]);
    }
  });

  it('limits.series_per_target: holds from the next scrape on', async () => {
    const feed = createFeed([GENERIC], { 'limits.series_per_target': 1 });
    expect(said(await feed.scrape('x 1\ny 1\n'))).toContain('limits.series_per_target');
    feed.configure([GENERIC], { 'limits.series_per_target': 2 });
    expect(said(await feed.scrape('x 1\ny 1\n'))).toBe(2);
    expect(held(feed)).toEqual(['x 1', 'y 1']);
  });
});
