import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  { name: 'forward', byMs: 3_600_000 },
  { name: 'back', byMs: -3_600_000 },
])('a wall clock that is set $name does not move it', ({ byMs }) => {
  const clock = systemClock();
  const before = clock.nowMs();
  const set = Date.now() + byMs;
  vi.spyOn(Date, 'now').mockImplementation(() => set);
  const passed = clock.nowMs() - before;
  expect(passed).toBeGreaterThanOrEqual(0);
  expect(passed).toBeLessThan(60_000);
});

it('begins with the wall clock’s time', () => {
  expect(Math.abs(systemClock().nowMs() - Date.now())).toBeLessThan(1000);
});

it('ends a sleep that is broken off at once', async () => {
  const stop = new AbortController();
  const slept = systemClock().sleep(3_600_000, stop.signal);
  stop.abort();
  await slept;
  await systemClock().sleep(3_600_000, stop.signal);
});
