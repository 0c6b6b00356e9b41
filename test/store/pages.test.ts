import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleWindow } from '../../src/model/sample-source.ts';
import { PAGE_SAMPLES, PageArena, type PageId } from '../../src/store/pages.ts';

const slots = [...Array(PAGE_SAMPLES).keys()];
const timesMs = Float64Array.from(slots, (slot) => slot * 1000);

function writtenTo(arena: PageArena, values: readonly (number | undefined)[]): PageId {
  let page = arena.allocate(7);
  for (const [slot, value] of values.entries()) if (value !== undefined) page = arena.put(page, slot, value);
  return page;
}

function readFrom(arena: PageArena, page: PageId): (number | undefined)[] {
  const into = sampleWindow(PAGE_SAMPLES);
  arena.append(page, { first: 0, last: PAGE_SAMPLES - 1, timesMs, timeAt: 0 }, into);
  const read: (number | undefined)[] = slots.map(() => undefined);
  for (let at = 0; at < into.length; at += 1) read[(into.timesMs[at] ?? 0) / 1000] = into.values[at];
  return read;
}

it('hands out pages whose samples are all stale, also when used before', () => {
  const arena = new PageArena();
  arena.release(
    writtenTo(
      arena,
      slots.map(() => 5),
    ),
  );
  const again = arena.allocate(4);
  expect([arena.sequenceOf(again), readFrom(arena, again).every((value) => value === undefined)]).toEqual([4, true]);
  expect(slots.some((slot) => arena.has(again, slot))).toBe(false);
});

it.each([
  { name: 'one value takes the small form', values: slots.map(() => 0.5), bytes: 16 },
  { name: 'one value with gaps', values: slots.map((slot) => (slot % 3 === 0 ? undefined : 2)), bytes: 16 },
  { name: 'whole numbers are kept as steps', values: slots.map((slot) => 1e12 + slot * 5e6), bytes: 80 },
  { name: 'whole numbers with gaps', values: slots.map((slot) => (slot % 5 === 2 ? undefined : 1 - slot)), bytes: 80 },
  { name: 'steps beyond an int32', values: slots.map((slot) => slot * 2 ** 31), bytes: 136 },
  { name: 'steps from a number beyond the exact ones', values: slots.map((slot) => 2 ** 53 + slot * 4), bytes: 136 },
  { name: 'fractions', values: slots.map((slot) => slot / 7), bytes: 136 },
  { name: 'a minus zero', values: slots.map((slot) => (slot === 3 ? -0 : slot)), bytes: 136 },
  { name: 'not a number', values: slots.map((slot) => (slot === 3 ? Number.NaN : slot)), bytes: 136 },
  { name: 'infinity first', values: slots.map((slot) => (slot === 0 ? Number.POSITIVE_INFINITY : slot)), bytes: 136 },
])('$name', ({ values, bytes }) => {
  const arena = new PageArena();
  const sealed = arena.seal(writtenTo(arena, values));
  expect(readFrom(arena, sealed)).toEqual(values);
  expect([arena.sequenceOf(sealed), arena.pagesInUse]).toEqual([7, 1]);
  expect(arena.bytesInUse).toBe(bytes);
});

it('reads back what was written, bit for bit, sealed or not', () => {
  const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, 1, 2 ** 53, -(2 ** 31), undefined));
  fc.assert(
    fc.property(fc.array(value, { minLength: PAGE_SAMPLES, maxLength: PAGE_SAMPLES }), (values) => {
      const arena = new PageArena();
      const page = writtenTo(arena, values);
      expect(readFrom(arena, page)).toEqual(values);
      for (const slot of slots) expect(arena.has(page, slot) ? arena.valueAt(page, slot) : undefined).toBe(values[slot]);
      expect(readFrom(arena, arena.seal(page))).toEqual(values);
    }),
    { numRuns: 200 },
  );
});

it('overwrites a slot, also when it is the only one', () => {
  const arena = new PageArena();
  let page = writtenTo(arena, [1]);
  page = arena.put(page, 0, 2);
  expect([readFrom(arena, page)[0], arena.bytesInUse]).toEqual([2, 16]);
  page = arena.put(arena.put(page, 1, 2), 1, 3);
  expect(readFrom(arena, page).slice(0, 3)).toEqual([2, 3, undefined]);
});

it('keeps pages apart across chunks and counts them', () => {
  const arena = new PageArena();
  const pages = [...Array(8193).keys()].map((sequence) => arena.allocate(sequence));
  expect(pages.map((page) => arena.sequenceOf(page))).toEqual([...Array(8193).keys()]);
  expect(arena.pagesInUse).toBe(8193);
  const twoChunks = arena.bytes;
  for (const page of pages) arena.release(page);
  expect([arena.pagesInUse, arena.bytesInUse]).toEqual([0, 0]);
  expect(arena.bytes).toBe(twoChunks);
});

it('knows a page that it never made', () => {
  expect(() => new PageArena().sequenceOf(0)).toThrow('BUG: page 0 was never made');
});
