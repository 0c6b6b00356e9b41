import { expect, it } from 'vitest';
import { isSentinel, isSentinelOrZero } from '../../src/sources/blank.ts';

it.each([
  2_147_483_632,
  2_147_483_633,
  2_147_483_634,
  2_147_483_635,
  2_147_483_636,
  2_147_483_647,
  140_737_488_355_328,
  140_737_488_355_331,
  140_737_488_355_332,
  9e18,
  Number('9223372036854775792'),
  Number('9223372036854775794'),
  Number('9223372036854775795'),
  Number('18446744073709551615'),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
])('%d is not a reading', (value) => {
  expect(isSentinel(value)).toBe(true);
  expect(isSentinelOrZero(value)).toBe(true);
});

it.each([-5, 0.5, 1, 100, 2_147_483_631, 2_147_483_632.5, 2_147_483_648, 140_737_488_355_327])('%d is a reading', (value) => {
  expect(isSentinel(value)).toBe(false);
  expect(isSentinelOrZero(value)).toBe(false);
});

it('takes 0 for a reading where a sensor may say it', () => {
  expect(isSentinel(0)).toBe(false);
  expect(isSentinelOrZero(0)).toBe(true);
});
