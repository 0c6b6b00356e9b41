import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rendezvous } from '../../src/lib/rendezvous.ts';

const anyKey = fc.string({ maxLength: 40 });
const anyCount = fc.integer({ min: 1, max: 50 });

it('is one of the places, and always the same', () => {
  fc.assert(
    fc.property(anyKey, anyCount, (key, count) => {
      const place = rendezvous(key, count);
      expect(place).toBeGreaterThanOrEqual(0);
      expect(place).toBeLessThan(count);
      expect(rendezvous(key, count)).toBe(place);
    }),
  );
});

it('a key stays where it is when a place is added, unless the new place has it', () => {
  fc.assert(
    fc.property(anyKey, anyCount, (key, count) => {
      expect([rendezvous(key, count), count]).toContain(rendezvous(key, count + 1));
    }),
  );
});

describe.each([
  { name: 'names that end in a number', keyOf: (at: number) => `node-${at}` },
  { name: 'names of a cloud', keyOf: (at: number) => `ip-10-${at % 8}-${at >> 3}-7.eu-central-1.compute.internal` },
  { name: 'addresses', keyOf: (at: number) => `10.0.${at >> 8}.${at & 255}` },
])('of 3,000 $name', ({ keyOf }) => {
  const keys = [...Array(3000).keys()].map(keyOf);

  it.each([2, 3, 4, 7, 16])('each of %i places has its share, within a quarter', (count) => {
    const shares = Array<number>(count).fill(0);
    for (const key of keys) shares[rendezvous(key, count)] = (shares[rendezvous(key, count)] ?? 0) + 1;
    for (const share of shares) expect(Math.abs((share * count) / keys.length - 1)).toBeLessThan(0.25);
  });

  it('a fourth place takes about a quarter of them', () => {
    const moved = keys.filter((key) => rendezvous(key, 3) !== rendezvous(key, 4)).length;
    expect(moved / keys.length).toBeGreaterThan(0.2);
    expect(moved / keys.length).toBeLessThan(0.3);
  });
});

// Collectors of different versions run beside each other during an update: a target must not be read by two of them, or by none.
it.each([
  ['node-0', [1, 1, 7]],
  ['node-1', [0, 0, 0]],
  ['node-2', [0, 2, 3]],
  ['10.0.0.7', [1, 1, 7]],
])('%s has the places that it always had', (key, places) => {
  expect([2, 3, 10].map((count) => rendezvous(key, count))).toEqual(places);
});
