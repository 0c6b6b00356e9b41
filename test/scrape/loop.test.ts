import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/model/fetch.ts';
import { isLive, type Target } from '../../src/model/target.ts';
import { phaseOf } from '../../src/scrape/schedule.ts';
import { BODY, createRig, failedWith, hang } from './support/rig.ts';
import { targetOf } from './support/targets.ts';

const START_MS = 1_000_000;
const always: Fetch = async () => BODY;

/** Differences between neighbours. */
function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? Number.NaN));
}

describe('when scrapes begin', () => {
  it('at the first tick, then on the phase of every interval', async () => {
    const rig = createRig({ fetch: always });
    rig.scraper.setTargets([targetOf('a')]);
    await rig.run(60_000);
    const [first, second = 0, ...rest] = rig.sent.get('a') ?? [];
    expect(first).toBe(START_MS);
    expect(second - START_MS).toBeGreaterThanOrEqual(1_250);
    const phaseMs = phaseOf('a', 5_000);
    expect(second % 5_000).toBe(Math.ceil(phaseMs / 100) * 100);
    expect(new Set(gaps([second, ...rest]))).toEqual(new Set([5_000]));
    await rig.stop();
  });

  it('on the phase still when each takes long, and none is begun while one runs', async () => {
    let running = 0;
    let most = 0;
    const rig = createRig({
      fetch: async () => {
        most = Math.max(most, ++running);
        await rig.clock.sleep(6_000);
        running--;
        return BODY;
      },
    });
    rig.scraper.setTargets([targetOf('a', { timeoutMs: 7_000 })]);
    await rig.run(61_000);
    const [, second = 0, ...rest] = rig.sent.get('a') ?? [];
    expect(new Set(gaps([second, ...rest]))).toEqual(new Set([10_000]));
    expect(most).toBe(1);
    expect(rig.metrics.get('plimsoll_scrapes_skipped_total{triton}')).toBeGreaterThan(4);
    await rig.clock.advance(6_000);
    await rig.stop();
  });

  it('without queueing what a stall has missed', async () => {
    const rig = createRig({ fetch: always });
    rig.scraper.setTargets([targetOf('a')]);
    rig.scraper.tick();
    await rig.scraper.idle();
    await rig.clock.advance(60_000);
    rig.scraper.tick();
    await rig.scraper.idle();
    rig.scraper.tick();
    await rig.scraper.idle();
    expect(rig.sent.get('a')).toEqual([START_MS, START_MS + 60_000]);
  });

  it('of new targets fifty at a tick, whether they answer or not', async () => {
    const rig = createRig({ fetch: hang });
    rig.scraper.setTargets(Array.from({ length: 90 }, (_, index) => targetOf(`t-${index}`)));
    const begun: number[] = [];
    for (let tick = 0; tick < 2; tick += 1) {
      rig.scraper.tick();
      begun.push([...rig.sent.values()].flat().length);
      await rig.clock.advance(100);
    }
    expect(begun).toEqual([50, 90]);
    await rig.stop();
  });

  it('of new targets none while the answers of others wait for their turn', async () => {
    const rig = createRig({ fetch: always });
    rig.scraper.setTargets(Array.from({ length: 90 }, (_, index) => targetOf(`t-${index}`)));
    rig.scraper.tick();
    // Their answers are there, and none had a turn of the event loop yet.
    for (let step = 0; step < 10; step += 1) await Promise.resolve();
    rig.scraper.tick();
    expect(rig.sent.size).toBe(50);
    await rig.scraper.idle();
    expect(rig.told.length).toBe(100);
    rig.scraper.tick();
    expect(rig.sent.size).toBe(90);
    await rig.scraper.idle();
    await rig.stop();
  });

  it('for each target at its own interval', async () => {
    const rig = createRig({ fetch: always });
    rig.scraper.setTargets([targetOf('fast', { intervalMs: 1_000, timeoutMs: 500 }), targetOf('slow', { intervalMs: 30_000 })]);
    await rig.run(60_000);
    expect(rig.sent.get('fast')?.length).toBeGreaterThanOrEqual(60);
    expect(rig.sent.get('slow')?.length).toBeLessThanOrEqual(3);
    await rig.stop();
  });
});

describe('what a scrape leaves behind', () => {
  it('ingests and reports at the time it was sent, with how long it took', async () => {
    const rig = createRig({
      fetch: async () => {
        await rig.clock.sleep(250);
        return BODY;
      },
    });
    rig.scraper.setTargets([targetOf('a')]);
    rig.scraper.tick();
    await rig.clock.advance(250);
    await rig.scraper.idle();
    expect(rig.told).toEqual([`ingest a ${START_MS}`, `report a ${START_MS} up`]);
    expect(rig.reports).toEqual([{ up: true, durationSeconds: 0.25, samples: 1 }]);
    expect(rig.scraper.book.get('a')).toMatchObject({
      lastAttemptMs: START_MS,
      lastSuccessMs: START_MS + 250,
      lastDurationMs: 250,
      samples: 1,
    });
    expect(rig.metrics.get('plimsoll_scrape_duration_seconds_sum{triton}')).toBe(0.25);
  });

  it.each([
    { name: 'a failed fetch', fetch: async () => failedWith('refused'), pipeline: {}, failure: 'refused' },
    {
      name: 'a failed ingest',
      fetch: always,
      pipeline: { ingest: () => ({ kind: 'failed', error: { failure: 'series-limit', message: 'too many' } }) as const },
      failure: 'series-limit',
    },
    {
      name: 'a fetch that rejects',
      fetch: () => Promise.reject(new Error('boom')),
      pipeline: {},
      failure: 'failed',
      message: 'BUG: fetch threw "boom"; please report it',
    },
    {
      name: 'an ingest that throws',
      fetch: always,
      pipeline: {
        ingest: () => {
          throw new Error('boom');
        },
      },
      failure: 'failed',
      message: 'BUG: ingest threw "boom"; please report it',
    },
  ])('$name is reported as down and does not end the loop', async ({ fetch, pipeline, failure, message }) => {
    const rig = createRig({ fetch, pipeline });
    rig.scraper.setTargets([targetOf('a')]);
    await rig.run(20_000);
    const status = rig.scraper.book.get('a');
    expect(status?.lastError?.failure).toBe(failure);
    if (message !== undefined) expect(status?.lastError?.message).toBe(message);
    expect(status?.consecutiveFailures).toBeGreaterThan(3);
    expect(rig.told[0]).toBe(`report a ${START_MS} down`);
    expect(rig.metrics.get(`plimsoll_scrapes_total{triton,${failure}}`)).toBe(status?.consecutiveFailures);
    expect(rig.logged).toHaveLength(1);
    expect(rig.logged[0]).toMatch(message === undefined ? /^warn target is down: a/ : /^error target is down: BUG: a failed/);
    await rig.stop();
  });

  it('a report that throws makes the target down, and only that one', async () => {
    const report = (target: Target) => {
      if (target.id === 'bad') throw 'not even an error';
    };
    const rig = createRig({ fetch: always, pipeline: { report } });
    rig.scraper.setTargets([targetOf('bad'), targetOf('good')]);
    await rig.run(100);
    expect(rig.scraper.book.get('bad')?.lastError?.message).toBe('BUG: report threw "not even an error"; please report it');
    expect(rig.scraper.book.get('good')?.lastError).toBeUndefined();
    await rig.stop();
  });
});

describe('the time-out', () => {
  it('aborts the request on the clock, once for each attempt', async () => {
    const rig = createRig({ fetch: hang });
    rig.scraper.setTargets([targetOf('a', { timeoutMs: 1_000 })]);
    await rig.run(999);
    expect(rig.scraper.book.get('a')?.lastError).toBeUndefined();
    await rig.run(1);
    expect(rig.scraper.book.get('a')).toMatchObject({ lastError: { failure: 'timeout' }, lastDurationMs: 1_000 });
    await rig.stop();
  });

  it('does not abort an answer that came in time', async () => {
    const signals: AbortSignal[] = [];
    const rig = createRig({
      fetch: async (_target, signal) => {
        signals.push(signal);
        return BODY;
      },
    });
    rig.scraper.setTargets([targetOf('a')]);
    await rig.run(5_000);
    expect(signals.map((signal) => signal.aborted)).not.toContain(true);
    await rig.stop();
  });

  it('of one target disturbs no other, and a dead target is not live within interval + time-out + 200 ms', async () => {
    let deadSinceMs = Number.POSITIVE_INFINITY;
    const rig = createRig({
      fetch: (target, signal) => (target.id === 'dead' && rig.clock.nowMs() >= deadSinceMs ? hang(target, signal) : always(target, signal)),
    });
    rig.scraper.setTargets([targetOf('dead'), targetOf('alive')]);
    await rig.run(30_000);
    deadSinceMs = rig.clock.nowMs();
    await rig.run(5_000 + 2_500 + 200);
    const live = [...rig.scraper.book.all()].filter((status) => isLive(status, rig.clock.nowMs())).map((status) => status.target.id);
    expect(live).toEqual(['alive']);
    await rig.stop();
  });
});

it('logs changes of state, not attempts', async () => {
  const outcomes = ['up', 'up', 'timeout', 'timeout', 'refused', 'refused', 'up', 'up'] as const;
  let attempt = 0;
  const rig = createRig({
    fetch: async () => {
      const outcome = outcomes[attempt++] ?? 'up';
      return outcome === 'up' ? BODY : failedWith(outcome);
    },
  });
  rig.scraper.setTargets([targetOf('a')]);
  await rig.run(60_000);
  expect(rig.logged).toEqual([
    'debug target is up: a',
    'warn target is down: a timeout',
    'warn target is down for another reason: a refused',
    'info target is up again: a',
  ]);
  expect(rig.metrics.get('plimsoll_scrapes_total{triton,timeout}')).toBe(2);
  expect(rig.metrics.get('plimsoll_targets{triton,up}')).toBe(1);
  expect(rig.metrics.get('plimsoll_targets{triton,down}')).toBe(0);
  await rig.stop();
});

it('stops: the running scrapes are aborted and count as nothing', async () => {
  const rig = createRig({ fetch: hang });
  rig.scraper.setTargets([targetOf('a')]);
  await rig.run(100);
  await rig.stop();
  expect(rig.told).toEqual([]);
  expect(rig.logged).toEqual([]);
  expect(rig.scraper.book.get('a')?.lastAttemptMs).toBeUndefined();
});
