import { expect, it } from 'vitest';
import { trendOf } from './trend.ts';

const points = (...values: readonly number[]) => values.map((value, at) => ({ at, value }));

it.each([
  { name: 'a level', values: [7, 7, 7, 7], mean: 7, growth: 0 },
  { name: 'a rise, as a share of the mean', values: [8, 9, 10, 11, 12], mean: 10, growth: 0.4 },
  { name: 'a fall', values: [12, 10, 8], mean: 10, growth: -0.4 },
  { name: 'a wave without a trend', values: [9, 11, 11, 9], mean: 10, growth: 0 },
])('is $name', ({ values, mean, growth }) => {
  const trend = trendOf(points(...values));
  expect(trend.mean).toBeCloseTo(mean);
  expect(trend.growth).toBeCloseTo(growth);
});

it('is not known of a single point', () => {
  expect(trendOf(points(1)).growth).toBeNaN();
});
