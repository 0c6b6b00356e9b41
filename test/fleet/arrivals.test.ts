import { describe, expect, it } from 'vitest';
import { createRouter, scheduleArrivals } from '../../src/fleet/arrivals.ts';
import { EventQueue } from '../../src/fleet/event-queue.ts';
import { constantLoad, type Load } from '../../src/fleet/load.ts';
import { createRandom } from '../../src/fleet/random.ts';

function arrivalsOf(load: Load, seconds: number): readonly number[] {
  const events = new EventQueue();
  const times: number[] = [];
  scheduleArrivals(load, { events, random: createRandom(1, 'arrivals'), arrive: () => times.push(events.nowUs / 1e6) });
  events.runUntil(seconds * 1e6);
  return times;
}

describe('scheduleArrivals', () => {
  // Four standard deviations of a Poisson count around its mean.
  it.each([
    { name: 'constant', load: constantLoad(100), mean: 10_000 },
    { name: 'thinned to a quarter', load: { maxPerSecond: 100, perSecond: () => 25 }, mean: 2_500 },
    { name: 'nothing in the second half', load: { maxPerSecond: 100, perSecond: (at: number) => (at < 50 ? 100 : 0) }, mean: 5_000 },
    { name: 'no load', load: constantLoad(0), mean: 0 },
  ])('$name', ({ load, mean }) => {
    expect(Math.abs(arrivalsOf(load, 100).length - mean)).toBeLessThanOrEqual(4 * Math.sqrt(mean));
  });

  it('keeps arrivals where the rate is', () => {
    const times = arrivalsOf({ maxPerSecond: 100, perSecond: (at) => (at < 50 ? 100 : 0) }, 100);
    expect(Math.max(...times)).toBeLessThan(50);
  });

  it('has gaps of an exponential distribution', () => {
    const times = arrivalsOf(constantLoad(100), 400);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.filter((gap) => gap > 0.01).length / gaps.length).toBeCloseTo(Math.exp(-1), 2);
  });
});

describe('createRouter', () => {
  const phases = (...names: string[]): readonly { process: { phase: string } }[] => names.map((phase) => ({ process: { phase } }));
  const random = (): ReturnType<typeof createRandom> => createRandom(3, 'routing');

  it.each(['random', 'round-robin'] as const)('%s shares evenly over the pods that are up', (routing) => {
    const pods = phases('up', 'starting', 'up', 'hanging', 'down', 'up');
    const route = createRouter(pods, { routing, random: random() });
    const counts = new Map<unknown, number>();
    for (let request = 0; request < 3_000; request += 1) {
      const pod = route();
      counts.set(pod, (counts.get(pod) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([pods[0], pods[2], pods[5]]);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });

  it('loses requests when none is up', () => {
    expect(createRouter(phases('down', 'hanging'), { routing: 'random', random: random() })()).toBeUndefined();
  });
});
