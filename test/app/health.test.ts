// Alive is a scrape loop that goes on; ready is the cluster listed, every target tried once and rates with their window.
import { describe, expect, it } from 'vitest';
import { healthChecks } from '../../src/app/health.ts';
import type { ClusterView } from '../../src/app/wire.ts';
import type { Unreadable } from '../../src/discovery/kubernetes/collection.ts';
import type { KubePod } from '../../src/discovery/kubernetes/objects.ts';
import { kubePod, snapshotOf } from '../discovery/kubernetes/builders.ts';
import { createWorld, discoveredTritons, failing, hanging, saying, tritons, type World } from './support/world.ts';

const TEXT = 'nv_inference_count{model="m",version="1"} 7\n';

interface Reports {
  readonly live: () => string;
  readonly ready: () => string;
}

function reportsOf({ plimsoll, clock }: World, isStopping = (): boolean => false): Reports {
  const { live, ready } = healthChecks({ plimsoll, clock, isStopping });
  const report = (checks: typeof live) => (): string =>
    checks.map(({ name, check }) => `${name} ${check().ok ? 'ok' : 'failed'}: ${check().why}`).join('\n');
  return { live: report(live), ready: report(ready) };
}

/** What holds whatever the targets do. */
const SERVING = 'serving ok: questions are answered';
const NO_CLUSTER = 'kubernetes-listed ok: no cluster is asked';
const NOTHING_READ = 'windows-filled ok: no target was read, so no rate is waited for';

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

  it('gives the same to the first pods that a cluster has for a long time', async () => {
    let pods: readonly KubePod[] = [];
    const cluster: ClusterView = { snapshot: () => snapshotOf({ pods }), isSynced: () => true, unreadable: () => [] };
    const world = createWorld(discoveredTritons(), hanging, cluster);
    const { live } = reportsOf(world);
    await world.clock.advance(3_600_000);
    pods = [kubePod('a', { containers: [{ name: 'triton', ports: [{ number: 8002 }] }] })];
    world.plimsoll.lookAgain();
    await world.clock.advance(22_500);
    world.plimsoll.lookAgain();
    expect(live()).toBe('scrape-loop ok: scrapes go on');
    await world.clock.advance(1);
    expect(live()).toBe('scrape-loop failed: no scrape was begun for 23 s');
  });

  it('does not take targets that come all the time for scrapes', async () => {
    const world = createWorld(tritons('a'), saying(TEXT));
    const { live } = reportsOf(world);
    const stop = new AbortController();
    const running = world.plimsoll.scraper.start(stop.signal);
    await world.clock.advance(1000);
    stop.abort();
    await running;
    for (const name of ['b', 'c', 'd']) {
      await world.clock.advance(10_000);
      world.plimsoll.apply(tritons('a', name));
    }
    expect(live()).toMatch(/^scrape-loop failed: no scrape was begun for 3\d s$/);
  });
});

describe('ready', () => {
  it('waits until every target was tried, read or not, and rates have their window and two intervals', async () => {
    const world = createWorld(tritons('a', 'b'), (target, signal) => (target.job === 'b' ? hanging : saying(TEXT))(target, signal));
    const { ready } = reportsOf(world);
    const stop = new AbortController();
    const report = (targets: string, windows: string): string => [SERVING, NO_CLUSTER, targets, windows].join('\n');
    expect(ready()).toBe(report('targets-tried failed: 0 of 2 targets tried, 0 read', NOTHING_READ));
    const running = world.plimsoll.scraper.start(stop.signal);
    await world.clock.advance(1000);
    expect(ready()).toBe(report('targets-tried failed: 1 of 2 targets tried, 1 read', 'windows-filled failed: 1 of 70 s read'));
    await world.clock.advance(2000);
    expect(ready()).toBe(report('targets-tried ok: 2 of 2 targets tried, 1 read', 'windows-filled failed: 3 of 70 s read'));
    await world.clock.advance(66_999);
    expect(ready()).toMatch(/windows-filled failed: 70 of 70 s read$/);
    await world.clock.advance(1);
    expect(ready()).toMatch(/windows-filled ok: 70 of 70 s read$/);
    stop.abort();
    await running;
  });

  it.each([
    { targets: 'dead ones', settings: tritons('a'), fetch: failing },
    { targets: 'none', settings: tritons(), fetch: hanging },
  ])('is not held up by targets: $targets', async ({ settings, fetch }) => {
    const world = createWorld(settings, fetch);
    const { ready } = reportsOf(world);
    const stop = new AbortController();
    const running = world.plimsoll.scraper.start(stop.signal);
    await world.clock.advance(1000);
    expect(ready()).not.toContain('failed');
    stop.abort();
    await running;
  });

  it('stays so when a reload adds a target', async () => {
    const world = createWorld(tritons(), hanging);
    const { ready } = reportsOf(world);
    expect(ready()).not.toContain('failed');
    world.plimsoll.apply(tritons('a'));
    expect(ready()).toBe([SERVING, NO_CLUSTER, 'targets-tried ok: 0 of 1 targets tried, 0 read', NOTHING_READ].join('\n'));
  });

  it('waits for a look at the whole cluster, and names what may not be read', () => {
    let isSynced = false;
    const unreadable: Unreadable[] = [
      { resource: 'nodes', kind: 'refused', why: 'forbidden' },
      { resource: 'pods', namespace: 'demo', kind: 'broken', why: 'connection refused' },
    ];
    const cluster: ClusterView = { snapshot: () => snapshotOf({ version: 1 }), isSynced: () => isSynced, unreadable: () => unreadable };
    const world = createWorld(tritons(), hanging, cluster);
    const { ready } = reportsOf(world);
    const notRead = 'nodes may not be read: forbidden; pods of demo cannot be followed now: connection refused';
    expect(ready()).toContain(`kubernetes-listed failed: not all is listed yet; ${notRead}`);
    isSynced = true;
    expect(ready()).toContain('kubernetes-listed failed: not all');
    world.plimsoll.lookAgain();
    expect(ready()).toContain(`kubernetes-listed ok: listed; ${notRead}`);
  });

  it('waits for the targets of a cluster that was listed but not looked at yet', async () => {
    let pods: readonly KubePod[] = [];
    const isSynced = (): boolean => pods.length > 0;
    const cluster: ClusterView = { snapshot: () => snapshotOf({ pods }), isSynced, unreadable: () => [] };
    const world = createWorld(discoveredTritons(), saying(TEXT), cluster);
    const { ready } = reportsOf(world);
    pods = [kubePod('a', { containers: [{ name: 'triton', ports: [{ number: 8002 }] }] })];
    expect(ready()).toContain('kubernetes-listed failed');
    world.plimsoll.lookAgain();
    expect(ready()).toContain('targets-tried failed: 0 of 1 targets tried, 0 read');
  });

  it('ends when a stop is asked for', () => {
    let isStopping = false;
    const { ready } = reportsOf(createWorld(tritons(), hanging), () => isStopping);
    expect(ready()).not.toContain('failed');
    isStopping = true;
    expect(ready()).toContain('serving failed: stopping');
  });
});
