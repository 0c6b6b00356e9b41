// What discovery knows of a target becomes series beside its numbers.
import { expect, it } from 'vitest';
import { type Fact, NODE_CPU_CORES } from '../../../src/model/fact.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import type { IngestResult } from '../../../src/model/pipeline.ts';
import { createFeed, held, type Job, START_MS, targetAt } from '../support/feed.ts';

const KUBELET: Job = { source: 'kubelet', labels: { node: 'n1' } };
const CORES = { names: /cpu_cores$/ };

function cores(value: number): readonly Fact[] {
  return [{ labels: labelsOf({ __name__: NODE_CPU_CORES }), value }];
}

function text(takenMs: number): string {
  return `node_cpu_usage_seconds_total 100 ${START_MS + takenMs}\n`;
}

function codesOf(result: IngestResult | undefined): string[] {
  return result?.kind === 'ingested' ? result.warnings.map(({ code }) => code) : [];
}

it('is written at each good scrape, as the target says it now, and goes when nobody says it', async () => {
  const feed = createFeed([KUBELET]);
  const target = targetAt(feed.targets, 0);
  expect(codesOf(await feed.scrape(text(0), { ...target, facts: cores(8) }))).toEqual([]);
  expect(held(feed, CORES)).toEqual(['node_cpu_cores{node="n1"} 8']);
  await feed.scrape(text(0), { ...target, facts: cores(16) });
  expect(held(feed, CORES)).toEqual(['node_cpu_cores{node="n1"} 16']);
  await feed.scrape(undefined, { ...target, facts: cores(16) });
  expect(held(feed, CORES)).toEqual([]);
  expect(codesOf(await feed.scrape(text(0), target))).toEqual(['cores-unknown']);
  expect(held(feed, CORES)).toEqual([]);
});

it('comes back when its row was freed, and is written anew after other settings', async () => {
  const feed = createFeed([KUBELET]);
  const known = { ...targetAt(feed.targets, 0), facts: cores(8) };
  await feed.scrape(text(0), known);
  for (let missed = 0; missed < 70; missed += 1) await feed.scrape(undefined, known);
  feed.ingest.sweep();
  await feed.scrape(text(350_000), known);
  expect(held(feed, CORES)).toEqual(['node_cpu_cores{node="n1"} 8']);
  feed.configure([KUBELET]);
  await feed.scrape(text(355_000), known);
  expect(held(feed, CORES)).toEqual(['node_cpu_cores{node="n1"} 8']);
});

it('cannot be forged by what the kubelet says', async () => {
  const feed = createFeed([KUBELET]);
  await feed.scrape(`${text(0)}node_cpu_cores 1000\n`);
  expect(held(feed, CORES)).toEqual(['exported_node_cpu_cores{node="n1"} 1000']);
});

it('is missed by a kubelet alone', async () => {
  const feed = createFeed([{ source: 'triton' }]);
  const result = await feed.scrape('nv_inference_pending_request_count{model="m",version="1"} 3\n');
  expect(codesOf(result)).not.toContain('cores-unknown');
});

it('finds no room in a full store: the scrape fails', async () => {
  const feed = createFeed([KUBELET], { 'limits.series': 2 });
  const result = await feed.scrape(text(0), { ...targetAt(feed.targets, 0), facts: cores(8) });
  expect(result).toMatchObject({ kind: 'failed', error: { failure: 'series-limit' } });
});
