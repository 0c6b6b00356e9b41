import { expect, it } from 'vitest';
import { rank } from '../../../src/cli/probe/compare.ts';

it.each([
  [[1, 2, 3, 4], 0.5, 2],
  [[1, 2, 3, 4], 0.95, 4],
  [[7], 0.5, 7],
  [Array.from({ length: 100 }, (_none, at) => at + 1), 0.99, 99],
  [[], 0.5, Number.NaN],
])('of %j the rank at %d', (sorted, share, expected) => {
  expect(rank(sorted, share)).toBe(expected);
});
