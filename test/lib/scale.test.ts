import { expect, it } from 'vitest';
import { scaled, scaleOf } from '../../src/lib/scale.ts';

it.each([
  { value: 70, factor: 0.01, expected: 0.7 },
  { value: 57, factor: 0.01, expected: 0.57 },
  { value: 100, factor: 0.01, expected: 1 },
  { value: 322_187_456_123, factor: 0.001, expected: 322_187_456.123 },
  { value: 3, factor: 1e-9, expected: 3e-9 },
  { value: 1410, factor: 1e6, expected: 1_410_000_000 },
  { value: 30_123, factor: 1024 * 1024, expected: 31_586_254_848 },
  { value: 0.57, factor: 1, expected: 0.57 },
  { value: 10, factor: 0.3, expected: 3 },
  { value: 10, factor: 1.5, expected: 15 },
])('$value × $factor is $expected', ({ value, factor, expected }) => {
  expect(scaled(value, scaleOf(factor))).toBe(expected);
});

it('every whole percent is the number that its digits say', () => {
  const percent = scaleOf(0.01);
  for (let value = 0; value <= 100; value += 1) expect(scaled(value, percent)).toBe(Number(`${value}e-2`));
});
