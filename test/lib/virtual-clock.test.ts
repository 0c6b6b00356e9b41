import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';

it('wakes sleepers in order of time, each at its own instant, and ends where it was told to', async () => {
  const clock = new VirtualClock(1_000);
  const woken: string[] = [];
  const sleeper = async (name: string, durationMs: number): Promise<void> => {
    await clock.sleep(durationMs);
    woken.push(`${name}@${clock.nowMs()}`);
  };
  void sleeper('late', 300);
  void sleeper('soon', 100);
  void sleeper('also soon', 100);
  void sleeper('past', -5);
  void sleeper('beyond', 501);
  await clock.advance(500);
  expect(woken).toEqual(['past@1000', 'soon@1100', 'also soon@1100', 'late@1300']);
  expect(clock.nowMs()).toBe(1_500);
  await clock.advance(1);
  expect(woken.at(-1)).toBe('beyond@1501');
});

it('lets what a sleeper does next happen before the next one wakes, sleeping again included', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const loop = async (name: string, periodMs: number): Promise<void> => {
    for (;;) {
      await clock.sleep(periodMs);
      seen.push(`${name}${clock.nowMs()}`);
      await Promise.resolve();
    }
  };
  void loop('a', 20);
  void loop('b', 30);
  await clock.advance(60);
  expect(seen).toEqual(['a20', 'b30', 'a40', 'b60', 'a60']);
});

it('ends a sleep when its signal is aborted, before and during it', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1_000, controller.signal);
  controller.abort();
  await sleeping;
  await clock.sleep(1_000, controller.signal);
  expect(clock.nowMs()).toBe(0);
});
