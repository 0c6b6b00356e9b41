import { expect, it } from 'vitest';
import { isStale, PAGE_SAMPLES, PageArena, sampleOffset } from '../../src/store/pages.ts';

const slots = [...Array(PAGE_SAMPLES).keys()];

it('hands out pages whose samples are all stale, also when used before', () => {
  const arena = new PageArena();
  const page = arena.allocate(3);
  for (const slot of slots) arena.viewOf(page).setFloat64(sampleOffset(page, slot), slot, true);
  arena.release(page);
  const again = arena.allocate(4);
  expect(again).toBe(page);
  expect(arena.sequenceOf(again)).toBe(4);
  expect(slots.every((slot) => isStale(arena.viewOf(again), sampleOffset(again, slot)))).toBe(true);
});

it.each([0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE, Number.MAX_VALUE])(
  '%d is a value, not a stale mark',
  (value) => {
    const arena = new PageArena();
    const page = arena.allocate(0);
    const view = arena.viewOf(page);
    view.setFloat64(sampleOffset(page, 5), value, true);
    expect(isStale(view, sampleOffset(page, 5))).toBe(false);
    expect(view.getFloat64(sampleOffset(page, 5), true)).toBe(value);
  },
);

it('has the bits of Prometheus’s StaleNaN', () => {
  const arena = new PageArena();
  const page = arena.allocate(0);
  expect(arena.viewOf(page).getBigUint64(sampleOffset(page, 0), true)).toBe(0x7ff0000000000002n);
});

it('keeps pages apart across chunks and counts them', () => {
  const arena = new PageArena();
  const pages = [...Array(8193).keys()].map((sequence) => arena.allocate(sequence));
  expect(pages.map((page) => arena.sequenceOf(page))).toEqual([...Array(8193).keys()]);
  expect(arena.pagesInUse).toBe(8193);
  const twoChunks = arena.bytes;
  for (const page of pages) arena.release(page);
  expect(arena.pagesInUse).toBe(0);
  expect(arena.bytes).toBe(twoChunks);
});

it('knows a page that it never made', () => {
  expect(() => new PageArena().viewOf(0)).toThrow('BUG: page 0 was never made');
});
