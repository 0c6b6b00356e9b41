import { expect, it } from 'vitest';
import { nearest } from '../../src/lib/nearest.ts';

it.each([
  ['intervall', 'interval'],
  ['INTERVAL', 'interval'],
  ['tmeout', 'timeout'],
  ['xyz', undefined],
])('%s → %s', (name, expected) => {
  expect(nearest(name, ['interval', 'timeout'])).toBe(expected);
});
