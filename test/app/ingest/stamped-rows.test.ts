// A kubelet says when each of its samples was taken: what the store then holds, and for how long.
import { describe, expect, it } from 'vitest';
import { NODE_CPU_CORES } from '../../../src/model/fact.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import type { IngestResult } from '../../../src/model/pipeline.ts';
import { createFeed, type Feed, held, INTERVAL_MS, type Job, rowCount, START_MS, targetAt } from '../support/feed.ts';

const KUBELET: Job = { source: 'kubelet', labels: { node: 'n1' } };

/** What a kubelet says of its node and some pods, each sample taken so many milliseconds after the start. */
function says(pods: Readonly<Record<string, readonly [cpu: number, takenMs: number]>>, nodeTakenMs = 1000): string {
  const lines = Object.entries(pods).map(
    ([name, [cpu, takenMs]]) => `pod_cpu_usage_seconds_total{namespace="demo",pod="${name}"} ${cpu} ${START_MS + takenMs}\n`,
  );
  return `${lines.join('')}node_memory_working_set_bytes 100 ${START_MS + nodeTakenMs}\n`;
}

/** The pods whose processor time is known, with it. */
function cpuOf(feed: Feed, { raw = false, atMs = feed.clock.nowMs() } = {}): string[] {
  const lines = held(feed, { names: raw ? /^pod_cpu_usage/ : /^pod_cpu_used/, only: ['pod'], atMs });
  return lines.map((line) => line.replace(/^.*pod="(.*)"\} (.*)$/, '$1 $2'));
}

function codesOf(result: IngestResult | undefined): string[] {
  return result?.kind === 'ingested' ? result.warnings.map(({ code }) => code) : [];
}

describe('samples of a kubelet', () => {
  it('have their own time, beside the raw ones, with the labels of pod and node', async () => {
    const feed = createFeed([KUBELET]);
    await feed.scrape(says({ a: [7, 3000] }));
    expect(held(feed, { names: /^(pod|node)_/ })).toEqual([
      'node_memory_used_bytes{node="n1"} 100',
      'node_memory_working_set_bytes{node="n1"} 100',
      'pod_cpu_usage_seconds_total{namespace="demo",node="n1",pod="a"} 7',
      'pod_cpu_used_seconds_total{namespace="demo",node="n1",pod="a"} 7',
    ]);
    expect(cpuOf(feed, { atMs: START_MS + 2999 })).toEqual([]);
    expect(cpuOf(feed, { atMs: START_MS + 3000 })).toEqual(['a 7']);
  });

  it('are the same sample while the time stands still', async () => {
    const feed = createFeed([KUBELET]);
    await feed.scrape(says({ a: [7, 3000] }));
    await feed.scrape(says({ a: [8, 3000] }));
    expect(cpuOf(feed)).toEqual(['a 7']);
  });

  it('end when their line is no longer said, and go on when it is said again with a later one', async () => {
    const feed = createFeed([KUBELET]);
    await feed.scrape(says({ a: [7, 3000], b: [1, 3000] }));
    await feed.scrape(says({ b: [1, 3000] }));
    expect(cpuOf(feed)).toEqual(['b 1']);
    expect(cpuOf(feed, { raw: true })).toEqual(['b 1']);
    expect(cpuOf(feed, { atMs: feed.clock.nowMs() - 1 })).toEqual(['a 7', 'b 1']);
    await feed.scrape(says({ b: [1, 3000], a: [9, 13_000] }));
    expect(cpuOf(feed)).toEqual(['a 9', 'b 1']);
  });

  it('end when rules drop their line from now on', async () => {
    const feed = createFeed([KUBELET]);
    await feed.scrape(says({ a: [7, 3000], b: [1, 3000] }));
    feed.configure([{ ...KUBELET, metric_relabel_configs: [{ source_labels: ['pod'], regex: 'a', action: 'drop' }] }]);
    await feed.scrape(says({ a: [7, 3000], b: [1, 3000] }));
    expect(cpuOf(feed)).toEqual(['b 1']);
  });

  it('are forgotten when nobody could read them for long: their rows may be others’ by then', async () => {
    const feed = createFeed([KUBELET]);
    await feed.scrape(says({ a: [7, 3000], b: [1, 3000] }));
    for (let missed = 0; missed < 70; missed += 1) await feed.scrape(undefined);
    feed.ingest.sweep();
    expect(rowCount(feed)).toBe(4);
    await feed.scrape(says({ c: [2, 350_000] }, 350_000));
    expect(cpuOf(feed)).toEqual(['c 2']);
  });

  it('do not end with a text that could not be kept', async () => {
    // Room for two rows of each pod and the node, and for the report of a scrape.
    const feed = createFeed([KUBELET], { 'limits.series': 9 });
    const target = targetAt(feed.targets, 0);
    await feed.scrape(says({ a: [7, 3000], b: [1, 3000] }));
    const facts = [{ labels: labelsOf({ __name__: NODE_CPU_CORES }), value: 8 }];
    expect(await feed.scrape(says({ b: [2, 8000] }), { ...target, facts })).toMatchObject({ kind: 'failed' });
    await feed.scrape(says({ a: [8, 12_000], b: [2, 12_000] }));
    expect(cpuOf(feed)).toEqual(['a 8', 'b 2']);
  });

  it('do not end with a scrape that fails, nor with one that says nothing but an error: the target is not live then', async () => {
    const feed = createFeed([KUBELET]);
    await feed.scrape(says({ a: [7, 3000] }));
    await feed.scrape(undefined);
    const result = await feed.scrape('resource_scrape_error 1\n');
    expect(result).toMatchObject({ kind: 'failed', error: { failure: 'wrong-source' } });
    expect(cpuOf(feed)).toEqual(['a 7']);
  });
});

describe('a kubelet whose cAdvisor hangs', () => {
  /** Scrapes until so many milliseconds after the start; `b` goes on. */
  async function repeat(feed: Feed, untilMs: number, frozen: readonly [number, number] = [7, 3000]): Promise<IngestResult | undefined> {
    let result: IngestResult | undefined;
    for (let atMs = feed.clock.nowMs() - START_MS; atMs < untilMs; atMs += INTERVAL_MS) {
      const freshMs = atMs + INTERVAL_MS - 1000;
      result = await feed.scrape(says({ a: frozen, b: [freshMs, freshMs] }, freshMs));
    }
    return result;
  }

  it('says nothing of a sample that is read more than a minute after it was taken', async () => {
    const feed = createFeed([KUBELET]);
    expect(codesOf(await repeat(feed, 60_000))).not.toContain('old-samples');
    expect(cpuOf(feed)).toEqual(['a 7', 'b 59000']);
    expect(codesOf(await repeat(feed, 65_000))).toContain('old-samples');
    expect(cpuOf(feed)).toEqual(['b 64000']);
    expect(cpuOf(feed, { raw: true })).toEqual(['b 64000']);
    // From when on is known: a minute after it was taken.
    expect(cpuOf(feed, { atMs: START_MS + 62_999 })).toContain('a 7');
    expect(cpuOf(feed, { atMs: START_MS + 63_000 })).not.toContain('a 7');
  });

  it('is believed again with the next sample, and the warning goes', async () => {
    const feed = createFeed([KUBELET]);
    await repeat(feed, 100_000);
    expect(codesOf(await repeat(feed, 105_000, [9, 98_000]))).not.toContain('old-samples');
    expect(cpuOf(feed)).toEqual(['a 9', 'b 104000']);
  });

  it('keeps its rows for as long as it says them: none is made anew', async () => {
    const feed = createFeed([KUBELET]);
    await repeat(feed, 10_000);
    const rows = [...feed.store.select([])];
    for (let minute = 1; minute <= 12; minute += 1) {
      await repeat(feed, minute * 60_000);
      feed.ingest.sweep();
    }
    expect([...feed.store.select([])]).toEqual(rows);
  });

  it('is never believed while its clock is a minute behind', async () => {
    const feed = createFeed([KUBELET]);
    for (let taken = 0; taken < 30; taken += 1) {
      const lateMs = taken * INTERVAL_MS - 61_000;
      expect(codesOf(await feed.scrape(says({ a: [taken, lateMs] }, lateMs)))).toContain('old-samples');
      expect(cpuOf(feed)).toEqual([]);
    }
  });

  it('may repeat what nothing is made of: when a container started', async () => {
    const feed = createFeed([KUBELET]);
    const started = 'container_start_time_seconds{namespace="demo",pod="a",container="c"} 1.7e9 1700000000000\n';
    expect(codesOf(await feed.scrape(started + says({ a: [1, 4000] }, 4000)))).not.toContain('old-samples');
  });
});

it('any other source may hand on samples of any age', async () => {
  const feed = createFeed([{ source: 'triton' }]);
  const line = (takenMs: number): string => `nv_inference_pending_request_count{model="m",version="1"} 3 ${START_MS + takenMs}\n`;
  for (let scrape = 0; scrape < 40; scrape += 1) expect(codesOf(await feed.scrape(line(1000)))).not.toContain('old-samples');
  expect(held(feed, { names: /^nv_/ })).toHaveLength(1);
});
