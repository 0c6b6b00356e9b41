import { expect, it } from 'vitest';
import { PageArena } from '../../src/store/pages.ts';
import { Timeline } from '../../src/store/timeline.ts';

const options = { retentionMs: 60_000, intervalMs: 5000 };

it('gives the place and the pages of a removed row to the next one', () => {
  const arena = new PageArena();
  const timeline = new Timeline({ arena, ...options });
  const places = [timeline.addRow(), timeline.addRow(), timeline.addRow()];
  timeline.open(0, 0);
  for (const place of places) timeline.put(place, 1);
  timeline.removeRow(1);
  expect(arena.pagesInUse).toBe(2);
  expect(timeline.addRow()).toBe(1);
  timeline.put(1, 1);
  expect(arena.pagesInUse).toBe(3);
});

it('finds slots by time', () => {
  const timeline = new Timeline({ arena: new PageArena(), ...options });
  expect([timeline.newestMs, timeline.lastSlotUpTo(1e9)]).toEqual([Number.NEGATIVE_INFINITY, -1]);
  for (let slot = 0; slot < 100; slot += 1) timeline.open(slot * 5000, slot * 5000);
  const first = timeline.oldestSlot;
  expect([first, timeline.newestSlot, timeline.newestMs]).toEqual([80, 99, 495_000]);
  for (let slot = first; slot < 100; slot += 1) {
    expect([timeline.lastSlotUpTo(slot * 5000), timeline.lastSlotUpTo(slot * 5000 + 4999), timeline.timeAt(slot)]).toEqual([
      slot,
      slot,
      slot * 5000,
    ]);
  }
  expect([timeline.lastSlotUpTo(0), timeline.lastSlotUpTo(first * 5000 - 1)]).toEqual([first - 1, first - 1]);
});
