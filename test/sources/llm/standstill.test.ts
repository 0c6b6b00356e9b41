import { describe, expect, it } from 'vitest';
import { Standstill } from '../../../src/sources/llm/standstill.ts';

/** What a gauge of 8 comes to in each scrape, in which the iteration counter is read before it. */
function gauges(iterations: readonly number[], value = 8): number[] {
  const standstill = new Standstill();
  return iterations.map((count) => {
    standstill.observe(count);
    return standstill.gauge(value);
  });
}

describe('a gauge of the last iteration', () => {
  it.each([
    { name: 'is true while the engine iterates', iterations: [1, 2, 3, 4], expected: [8, 8, 8, 8] },
    { name: 'is true in one long iteration', iterations: [1, 1, 2, 2], expected: [8, 8, 8, 8] },
    { name: 'is not known from the third equal count on', iterations: [1, 1, 1, 1], expected: [8, 8, Number.NaN, Number.NaN] },
    { name: 'is true again with the next iteration', iterations: [1, 1, 1, 2], expected: [8, 8, Number.NaN, 8] },
    { name: 'is true after a restart of the counter', iterations: [9, 9, 9, 1], expected: [8, 8, Number.NaN, 8] },
  ])('$name', ({ iterations, expected }) => {
    expect(gauges(iterations)).toEqual(expected);
  });

  it('that says 0 is true at rest: the engine has nothing to do', () => {
    expect(gauges([1, 1, 1, 1], 0)).toEqual([0, 0, 0, 0]);
  });

  it('is told to be withheld until the engine moves', () => {
    const standstill = new Standstill();
    for (const count of [1, 1, 1]) standstill.observe(count);
    expect(standstill.hasWithheld).toBe(false);
    standstill.gauge(3);
    standstill.observe(1);
    expect([standstill.hasWithheld, standstill.isStill]).toEqual([true, true]);
    standstill.observe(2);
    expect([standstill.hasWithheld, standstill.isStill]).toEqual([false, false]);
  });
});
