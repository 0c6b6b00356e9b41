// Alive is a scrape loop that goes on; ready is every target tried once.
import { describe, expect, it } from 'vitest';
import { healthChecks } from '../../src/app/health.ts';
import { createWorld, hanging, saying, tritons, type World } from './support/world.ts';

const TEXT = 'nv_inference_count{model="m",version="1"} 7\n';

function reportsOf({ plimsoll, clock }: World): { live: () => string; ready: () => string } {
  const { live, ready } = healthChecks(plimsoll, clock);
  const report = (checks: typeof live) => (): string =>
    checks.map(({ name, check }) => `${name} ${check().ok ? 'ok' : 'failed'}: ${check().why}`).join('\n');
  return { live: report(live), ready: report(ready) };
}

describe('live', () => {
  it('fails when no scrape was begun for an interval, a time-out and fifteen seconds', async () => {
    const world = createWorld(tritons('a'), saying(TEXT));
    const { live } = reportsOf(world);
    const stop = new AbortController();
    const running = world.plimsoll.scraper.start(stop.signal);
    await world.clock.advance(60_000);
    expect(live()).toBe('scrape-loop ok: scrapes go on');
    stop.abort();
    await running;
    await world.clock.advance(17_400);
    expect(live()).toBe('scrape-loop ok: scrapes go on');
    await world.clock.advance(5_100);
    expect(live()).toMatch(/^scrape-loop failed: no scrape was begun for 2[2-7] s$/);
  });

  it('fails when the loop never began, and not without targets', async () => {
    const world = createWorld(tritons('a'), saying(TEXT));
    const idle = createWorld(tritons(), saying(TEXT));
    const reports = [reportsOf(world), reportsOf(idle)];
    await world.clock.advance(22_501);
    await idle.clock.advance(3_600_000);
    expect(reports.map(({ live }) => live())).toEqual([
      'scrape-loop failed: no scrape was begun for 23 s',
      'scrape-loop ok: scrapes go on',
    ]);
  });

  it('gives targets that a reload brought the time of a first scrape, however long ago the start was', async () => {
    const world = createWorld(tritons('a'), hanging);
    const { live } = reportsOf(world);
    await world.clock.advance(3_600_000);
    world.plimsoll.apply(tritons('b'));
    await world.clock.advance(22_500);
    expect(live()).toBe('scrape-loop ok: scrapes go on');
    await world.clock.advance(1);
    expect(live()).toBe('scrape-loop failed: no scrape was begun for 23 s');
  });
});

describe('ready', () => {
  it('waits until every target was tried, read or not', async () => {
    const world = createWorld(tritons('a', 'b'), (target, signal) => (target.job === 'b' ? hanging : saying(TEXT))(target, signal));
    const { ready } = reportsOf(world);
    const stop = new AbortController();
    expect(ready()).toBe('targets-tried failed: 0 of 2 targets tried, 0 read');
    const running = world.plimsoll.scraper.start(stop.signal);
    await world.clock.advance(1000);
    expect(ready()).toBe('targets-tried failed: 1 of 2 targets tried, 1 read');
    await world.clock.advance(2000);
    expect(ready()).toBe('targets-tried ok: 2 of 2 targets tried, 1 read');
    stop.abort();
    await running;
  });

  it('stays so when a reload adds a target', async () => {
    const world = createWorld(tritons(), hanging);
    const { ready } = reportsOf(world);
    expect(ready()).toBe('targets-tried ok: 0 of 0 targets tried, 0 read');
    world.plimsoll.apply(tritons('a'));
    expect(ready()).toBe('targets-tried ok: 0 of 1 targets tried, 0 read');
  });
});
