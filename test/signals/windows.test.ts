import { expect, it } from 'vitest';
import { windowsFor } from '../../src/signals/windows.ts';
import { status } from './support.ts';

function every(intervalMs: number): ReturnType<typeof status> {
  const one = status('a');
  return { ...one, target: { ...one.target, intervalMs } };
}

it.each([
  { intervals: [5000], configured: undefined, windowMs: 60_000, liveWindowMs: 15_000 },
  { intervals: [5000, 30_000, 10_000], configured: undefined, windowMs: 120_000, liveWindowMs: 90_000 },
  { intervals: [2000], configured: 15_000, windowMs: 15_000, liveWindowMs: 6000 },
])('spans $intervals with $windowMs', ({ intervals, configured, windowMs, liveWindowMs }) => {
  expect(windowsFor(intervals.map(every), configured)).toEqual({ windowMs, liveWindowMs });
});
