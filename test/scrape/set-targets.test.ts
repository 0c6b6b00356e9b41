import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/model/fetch.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { BODY, createRig } from './support/rig.ts';
import { targetOf } from './support/targets.ts';

const START_MS = 1_000_000;
const always: Fetch = async () => BODY;

describe('setTargets', () => {
  it('forgets a target that left, and drops what its running scrape still brings', async () => {
    const answer = Promise.withResolvers<typeof BODY>();
    const aborted: string[] = [];
    const rig = createRig({
      fetch: (target, signal) => {
        signal.addEventListener('abort', () => aborted.push(target.id));
        return answer.promise;
      },
    });
    rig.scraper.setTargets([targetOf('a'), targetOf('b')]);
    rig.scraper.tick();
    rig.scraper.setTargets([targetOf('b')]);
    expect(aborted).toEqual(['a']);
    answer.resolve(BODY);
    await rig.scraper.idle();
    expect(rig.told).toEqual(['forget a', `ingest b ${START_MS}`, `report b ${START_MS} up`]);
    expect([...rig.scraper.book.all()].map((status) => status.target.id)).toEqual(['b']);
    expect(rig.metrics.get('plimsoll_targets{triton,up}')).toBe(1);
    expect(rig.metrics.get('plimsoll_targets{triton,unread}')).toBe(0);
  });

  it('leaves an equal target as it is', async () => {
    const rig = createRig({ fetch: always });
    rig.scraper.setTargets([targetOf('a')]);
    await rig.run(100);
    const status = rig.scraper.book.get('a');
    rig.scraper.setTargets([targetOf('a')]);
    expect(rig.scraper.book.get('a')).toBe(status);
    await rig.run(100);
    expect(rig.sent.get('a')).toEqual([START_MS]);
    await rig.stop();
  });

  it('changes interval, time-out and address in place, and reads at once', async () => {
    const rig = createRig({ fetch: always });
    rig.scraper.setTargets([targetOf('a')]);
    await rig.run(100);
    const changed = targetOf('a', { url: 'http://127.0.0.1:9/metrics', intervalMs: 1_000, timeoutMs: 500 });
    rig.scraper.setTargets([changed]);
    expect(rig.scraper.book.get('a')).toMatchObject({ target: changed, firstSuccessMs: START_MS });
    await rig.run(100);
    expect(rig.sent.get('a')).toEqual([START_MS, START_MS + 200]);
    expect(rig.told).not.toContain('forget a');
    await rig.stop();
  });

  it.each([
    { name: 'labels', change: { labels: labelsOf({ pod: 'a' }) } },
    { name: 'the source', change: { source: 'dcgm' } },
    { name: 'honor_labels', change: { honorLabels: true } },
  ] as const)('begins anew when $name changed, for its series are other series', async ({ change }) => {
    const rig = createRig({ fetch: always });
    rig.scraper.setTargets([targetOf('a')]);
    await rig.run(100);
    rig.scraper.setTargets([targetOf('a', change)]);
    expect(rig.told.at(-1)).toBe('forget a');
    expect(rig.scraper.book.get('a')?.firstSuccessMs).toBeUndefined();
    await rig.stop();
  });

  it('scrapes no more than the limit, says so once, and shows how many are left out', () => {
    const rig = createRig({ fetch: always, maxTargets: 2 });
    const targets = ['a', 'b', 'c', 'd'].map((id) => targetOf(id));
    rig.scraper.setTargets(targets);
    rig.scraper.setTargets(targets);
    expect([...rig.scraper.book.all()].map((status) => status.target.id)).toEqual(['a', 'b']);
    expect(rig.logged).toEqual(['warn more targets than limits.targets: the surplus is not scraped: 2']);
    expect(rig.metrics.get('plimsoll_targets_over_limit{}')).toBe(2);
    rig.scraper.setTargets(targets.slice(0, 2));
    expect(rig.metrics.get('plimsoll_targets_over_limit{}')).toBe(0);
  });

  it('goes on when forgetting throws', () => {
    const forget = () => {
      throw new Error('boom');
    };
    const rig = createRig({ fetch: always, pipeline: { forget } });
    rig.scraper.setTargets([targetOf('a'), targetOf('b')]);
    rig.scraper.setTargets([targetOf('c')]);
    expect([...rig.scraper.book.all()].map((status) => status.target.id)).toEqual(['c']);
    expect(rig.logged).toEqual(['error BUG: forgetting a target failed: a', 'error BUG: forgetting a target failed: b']);
  });
});
