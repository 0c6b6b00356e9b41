import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { Deadlines } from '../../src/scrape/deadlines.ts';

interface Rig {
  readonly clock: VirtualClock;
  readonly deadlines: Deadlines;
  /** `name time` of what was over. */
  readonly over: string[];
  set(name: string, atMs: number): { readonly atMs: number; readonly over: () => void };
}

function createRig(): Rig {
  const clock = new VirtualClock();
  const deadlines = new Deadlines(clock);
  const over: string[] = [];
  const set = (name: string, atMs: number) => {
    const deadline = { atMs, over: () => void over.push(`${name} ${clock.nowMs()}`) };
    deadlines.set(deadline);
    return deadline;
  };
  return { clock, deadlines, over, set };
}

it('comes at its time, once, in the order of time', async () => {
  const { clock, over, set } = createRig();
  set('late', 2_345);
  set('early', 1_000);
  await clock.advance(999);
  expect(over).toEqual([]);
  await clock.advance(5_000);
  expect(over).toEqual(['early 1000', 'late 2345']);
});

it('does not come when it was taken back', async () => {
  const { clock, deadlines, over, set } = createRig();
  const deadline = set('a', 1_000);
  set('b', 1_000);
  deadlines.takeBack(deadline);
  await clock.advance(2_000);
  expect(over).toEqual(['b 1000']);
});

it('comes a tick late at most when it was set while others were waited for', async () => {
  const { clock, over, set } = createRig();
  set('far', 60_000);
  await clock.advance(10);
  set('near', 30);
  await clock.advance(1_000);
  expect(over).toEqual(['near 100']);
});

it('is watched again after all were over', async () => {
  const { clock, over, set } = createRig();
  set('first', 50);
  await clock.advance(10_000);
  set('second', 10_020);
  await clock.advance(1_000);
  expect(over).toEqual(['first 50', 'second 10020']);
});
