import { expect, it } from 'vitest';
import { Level } from '../../src/fleet/level.ts';

it.each([
  { name: 'never used', changes: [], integral: 0, busyUs: 0 },
  { name: 'one thing', changes: [[10, 1]], integral: 90, busyUs: 90 },
  {
    name: 'overlap counts once as busy',
    changes: [
      [0, 1],
      [20, 1],
      [50, -1],
      [60, -1],
    ],
    integral: 90,
    busyUs: 60,
  },
  {
    name: 'a batch of three',
    changes: [
      [40, 3],
      [50, -3],
    ],
    integral: 30,
    busyUs: 10,
  },
])('$name', ({ changes, integral, busyUs }) => {
  const level = new Level();
  for (const [atUs = 0, change = 0] of changes) level.add(change, atUs);
  expect({ integral: level.integralAt(100), busyUs: level.busyUsAt(100) }).toEqual({ integral, busyUs });
  expect(level.integralAt(100)).toBe(integral);
});
