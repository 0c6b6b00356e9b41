import { expect, it } from 'vitest';
import { type PendingState, pendingAfter, STANDSTILL_MS } from '../../src/facts/pending-leak.ts';

type Step = readonly [atSeconds: number, pending: number, progress: number];

function leakedAfter(steps: readonly Step[]): number {
  let state: PendingState | undefined;
  for (const [atSeconds, pending, progress] of steps) state = pendingAfter(state, { pending, progress }, atSeconds * 1000);
  return state?.leaked ?? Number.NaN;
}

const STILL = STANDSTILL_MS / 1000;
const LEAKED: readonly Step[] = [
  [0, 4, 9],
  [STILL, 4, 9],
];

it.each([
  { name: 'the first reading', steps: [[0, 4, 9]], leaked: 0 },
  {
    name: 'nearly five minutes',
    steps: [
      [0, 4, 9],
      [STILL - 1, 4, 9],
    ],
    leaked: 0,
  },
  { name: 'five minutes', steps: LEAKED, leaked: 4 },
  {
    name: 'an idle gauge at 0',
    steps: [
      [0, 0, 9],
      [STILL, 0, 9],
    ],
    leaked: 0,
  },
  {
    name: 'progress',
    steps: [
      [0, 4, 9],
      [STILL, 4, 10],
    ],
    leaked: 0,
  },
  {
    name: 'a gauge that moved',
    steps: [
      [0, 4, 9],
      [200, 5, 9],
      [STILL, 4, 9],
    ],
    leaked: 0,
  },
  { name: 'load on top of it', steps: [...LEAKED, [400, 7, 20]], leaked: 4 },
  { name: 'more of it', steps: [...LEAKED, [400, 6, 20], [400 + STILL, 6, 20]], leaked: 6 },
  { name: 'a gauge below it', steps: [...LEAKED, [400, 1, 20], [410, 8, 30]], leaked: 1 },
  { name: 'a restart into load', steps: [...LEAKED, [400, 8, 2]], leaked: 0 },
  { name: 'a reload', steps: [...LEAKED, [400, 0, 0], [410, 3, 1]], leaked: 0 },
] satisfies { name: string; steps: readonly Step[]; leaked: number }[])('after $name $leaked are leaked', ({ steps, leaked }) => {
  expect(leakedAfter(steps)).toBe(leaked);
});
