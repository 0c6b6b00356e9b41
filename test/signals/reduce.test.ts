import { expect, it } from 'vitest';
import type { Reading } from '../../src/signals/readings.ts';
import { reduce } from '../../src/signals/reduce.ts';

function read(device: string, value: number, per = 1): Reading {
  return { device, value, per, newestMs: undefined };
}

it.each([
  { across: 'sum', readings: [read('a', 1), read('b', 2)], value: 3 },
  { across: 'sum', readings: [read('a', 1), read('a', 1)], value: 1 },
  { across: 'mean', readings: [read('a', 0.2), read('b', 0.6)], value: 0.4 },
  { across: 'mean', readings: [read('shared', 0.9), read('shared', 0.9), read('b', 0.1)], value: 0.5 },
  { across: 'ratio', readings: [read('a', 1, 1), read('b', 0, 3)], value: 0.25 },
  { across: 'ratio', readings: [read('a', 0, 0)], value: Number.NaN },
  { across: 'ratio', readings: [read('a', 1, 0)], value: Number.POSITIVE_INFINITY },
  { across: 'hottest', readings: [read('m', 3, 2), read('m', 0, 4), read('n', 1, 4)], value: 0.5 },
  { across: 'hottest', readings: [read('m', 0, 4)], value: 0 },
  { across: 'max', readings: [read('a', -3), read('b', -7)], value: -3 },
] as const)('$across of $readings.length readings is $value', ({ across, readings, value }) => {
  expect(reduce(across, readings)).toBe(value);
});
