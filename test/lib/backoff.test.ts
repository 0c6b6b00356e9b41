import { expect, it } from 'vitest';
import { Backoff } from '../../src/lib/backoff.ts';

const times = (count: number, backoff: Backoff): number[] => Array.from({ length: count }, () => backoff.next());

it('doubles up to a most, and begins anew after a success', () => {
  const backoff = new Backoff({ firstMs: 250, mostMs: 4_000, random: () => 0 });
  expect(times(7, backoff)).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
  backoff.reset();
  expect(times(2, backoff)).toEqual([250, 500]);
});

it('takes off up to a half at random', () => {
  expect(times(2, new Backoff({ firstMs: 100, mostMs: 1_000, random: () => 1 }))).toEqual([50, 100]);
  const [ms = 0] = times(1, new Backoff({ firstMs: 100, mostMs: 1_000 }));
  expect(ms).toBeGreaterThanOrEqual(50);
  expect(ms).toBeLessThanOrEqual(100);
});
