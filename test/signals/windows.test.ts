import { expect, it } from 'vitest';
import type { SourceName } from '../../src/model/target.ts';
import { windowsFor } from '../../src/signals/windows.ts';
import { status } from './support.ts';

function every(intervalMs: number, source: SourceName = 'triton'): ReturnType<typeof status> {
  const one = status('a', { source });
  return { ...one, target: { ...one.target, intervalMs } };
}

it.each([
  { intervals: [5000], configured: undefined, windowMs: 60_000, liveWindowMs: 15_000 },
  { intervals: [5000, 30_000, 10_000], configured: undefined, windowMs: 120_000, liveWindowMs: 90_000 },
  { intervals: [2000], configured: 15_000, windowMs: 15_000, liveWindowMs: 6000 },
])('spans $intervals with $windowMs', ({ intervals, configured, windowMs, liveWindowMs }) => {
  expect(
    windowsFor(
      intervals.map((intervalMs) => every(intervalMs)),
      configured,
    ),
  ).toEqual({ windowMs, liveWindowMs });
});

it.each([
  { intervalMs: 5000, liveWindowMs: 90_000 },
  { intervalMs: 30_000, liveWindowMs: 90_000 },
  { intervalMs: 60_000, liveWindowMs: 180_000 },
])('has room for two samples of a kubelet that is read every $intervalMs ms, however it pauses', ({ intervalMs, liveWindowMs }) => {
  expect(windowsFor([every(5000), every(intervalMs, 'kubelet')], undefined).liveWindowMs).toBe(liveWindowMs);
});
