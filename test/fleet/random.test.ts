import { describe, expect, it } from 'vitest';
import { createRandom, exponential } from '../../src/fleet/random.ts';

function draws(seed: number, purpose: string, count: number): readonly number[] {
  const random = createRandom(seed, purpose);
  return Array.from({ length: count }, random);
}

describe('createRandom', () => {
  it('repeats itself for the same seed and purpose', () => {
    expect(draws(7, 'a', 20)).toEqual(draws(7, 'a', 20));
  });

  it.each([
    { name: 'seed', seed: 8, purpose: 'a' },
    { name: 'high bits of the seed', seed: 7 + 2 ** 32, purpose: 'a' },
    { name: 'purpose', seed: 7, purpose: 'b' },
  ])('differs with another $name', ({ seed, purpose }) => {
    expect(draws(seed, purpose, 4)).not.toEqual(draws(7, 'a', 4));
  });

  it('is uniform on (0, 1]', () => {
    const values = draws(1, 'uniform', 100_000);
    const tenths = new Array<number>(10).fill(0);
    for (const value of values) {
      expect(value > 0 && value <= 1).toBe(true);
      const tenth = Math.ceil(value * 10) - 1;
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Nine degrees of freedom: 27.9 is exceeded by chance once in a thousand.
    let chiSquare = 0;
    for (const count of tenths) chiSquare += (count - 10_000) ** 2 / 10_000;
    expect(chiSquare).toBeLessThan(27.9);
  });
});

describe('exponential', () => {
  it('has the mean and the tail that it should', () => {
    const random = createRandom(2, 'exponential');
    const values = Array.from({ length: 100_000 }, () => exponential(random, 5));
    let total = 0;
    for (const value of values) total += value;
    expect(total / values.length).toBeCloseTo(5, 1);
    expect(values.filter((value) => value > 10).length / values.length).toBeCloseTo(Math.exp(-2), 2);
  });
});
