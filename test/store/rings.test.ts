import { expect, it } from 'vitest';
import { LENGTH, Rings } from '../../src/store/rings.ts';

it('a ring that grows has no times but its own, whatever lay in the memory that it moves to', () => {
  const rings = new Rings();
  const grown = rings.add(2);
  // Of the size that the other one will take, and full of times.
  const before = rings.add(4);
  for (let at = 1; at <= 4; at += 1) rings.open(before, { timeMs: 1000 * at, missed: false });
  rings.remove(before);
  for (const timeMs of [1, 2, 3]) rings.open(grown, { timeMs, missed: false });
  rings.lengthen(grown);
  expect(rings.at(grown, LENGTH)).toBe(4);
  const times = [0, 1, 2].map((slot) => rings.timeAt(grown, slot));
  expect(times).toEqual([Number.NEGATIVE_INFINITY, 2, 3]);
});
