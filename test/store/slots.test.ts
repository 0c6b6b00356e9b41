import { expect, it } from 'vitest';
import { sampleWindow } from '../../src/model/sample-source.ts';
import { INTERVAL_MS, newestOf, openTarget, RETENTION_MS, rowOf, samplesOf, storeWith } from './support/fixtures.ts';

function twoRows() {
  const store = storeWith();
  const writer = openTarget(store, 't');
  writer.begin(1000);
  const a = rowOf(writer, { __name__: 'a' });
  const b = rowOf(writer, { __name__: 'b' });
  return { store, writer, a, b };
}

it('reads (from, to], oldest first', () => {
  const { store, writer, a } = twoRows();
  for (const seconds of [2, 3, 4]) {
    writer.begin(seconds * 1000);
    writer.put(a, seconds);
  }
  const [two, three, four] = [
    [2000, 2],
    [3000, 3],
    [4000, 4],
  ];
  expect(samplesOf(store, a, { toMs: 9000 })).toEqual([two, three, four]);
  expect(samplesOf(store, a, { fromMs: 2000, toMs: 4000 })).toEqual([three, four]);
  expect(samplesOf(store, a, { fromMs: 1999, toMs: 3999 })).toEqual([two, three]);
  expect(samplesOf(store, a, { fromMs: 4000, toMs: 9000 })).toEqual([]);
  expect(samplesOf(store, a, { fromMs: 3000, toMs: 2000 })).toEqual([]);
  expect(newestOf(store, a, { toMs: 3999 })).toEqual(three);
  expect(newestOf(store, a, { fromMs: 4000, toMs: 9000 })).toBeUndefined();
});

it('a row that is not written is stale at once, and back when it is written again', () => {
  const { store, writer, a, b } = twoRows();
  writer.put(a, 1);
  writer.put(b, 1);
  writer.begin(2000);
  writer.put(b, 2);
  expect(newestOf(store, a, { toMs: 1999 })).toEqual([1000, 1]);
  expect(newestOf(store, a, { toMs: 2000 })).toBeUndefined();
  expect(newestOf(store, b, { toMs: 2000 })).toEqual([2000, 2]);
  writer.begin(3000);
  writer.put(a, 3);
  expect(newestOf(store, a, { toMs: 3000 })).toEqual([3000, 3]);
  expect(newestOf(store, b, { toMs: 3000 })).toBeUndefined();
  expect(samplesOf(store, a, { toMs: 3000 })).toEqual([
    [1000, 1],
    [3000, 3],
  ]);
});

it('a row that was silent for a whole round of the ring has none of its old values', () => {
  const { store, writer, a, b } = twoRows();
  writer.put(a, 1);
  for (let slot = 1; slot < 200; slot += 1) {
    writer.begin(1000 + slot * INTERVAL_MS);
    writer.put(b, slot);
    expect(newestOf(store, a, { toMs: 1000 + slot * INTERVAL_MS })).toBeUndefined();
  }
  writer.put(a, 2);
  expect(samplesOf(store, a, { toMs: 1e9 })).toEqual([[1000 + 199 * INTERVAL_MS, 2]]);
});

it('says nothing about a time before the oldest slot that is kept', () => {
  const { store, writer, a } = twoRows();
  for (let slot = 1; slot < 128; slot += 1) {
    if (slot <= 16) writer.put(a, slot);
    const toMs = 1000 + (slot - 32) * INTERVAL_MS;
    writer.begin(1000 + slot * INTERVAL_MS);
    expect(newestOf(store, a, { toMs })?.[0] ?? toMs).toBe(toMs);
  }
});

it.each([
  { puts: [1, 2], kept: 2 },
  { puts: [2, 1], kept: 2 },
  { puts: [-1, -2], kept: -1 },
  { puts: [Number.NaN, 1], kept: 1 },
  { puts: [1, Number.NaN], kept: 1 },
  { puts: [Number.NaN, Number.NaN], kept: Number.NaN },
  { puts: [Number.NEGATIVE_INFINITY, Number.NaN], kept: Number.NEGATIVE_INFINITY },
])('of $puts in one slot $kept stays', ({ puts, kept }) => {
  const { store, writer, a } = twoRows();
  for (const value of puts) writer.put(a, value);
  expect(newestOf(store, a, { toMs: 1000 })).toEqual([1000, kept]);
});

it('the next slot starts afresh: a smaller value replaces a larger one', () => {
  const { store, writer, a } = twoRows();
  writer.put(a, 9);
  writer.begin(2000);
  writer.put(a, 1);
  expect(newestOf(store, a, { toMs: 2000 })).toEqual([2000, 1]);
});

it.each([
  { timeMs: 500, slotMs: 1001 },
  { timeMs: 1000, slotMs: 1001 },
  { timeMs: 1000.5, slotMs: 1001 },
  { timeMs: 1001.5, slotMs: 1001.5 },
])('a slot at $timeMs after one at 1000 is at $slotMs', ({ timeMs, slotMs }) => {
  const { store, writer, a } = twoRows();
  writer.put(a, 1);
  expect(writer.begin(timeMs)).toBe(slotMs);
  writer.put(a, 2);
  expect(samplesOf(store, a, { toMs: 9000 })).toEqual([
    [1000, 1],
    [slotMs, 2],
  ]);
});

it.each([1, 40, 250, 1000, INTERVAL_MS, 7777])('loses no sample inside the retention when scraped every %d ms', (stepMs) => {
  const store = storeWith();
  const writer = openTarget(store, 't');
  const said: [number, number][] = [];
  const slots = Math.min(2000, Math.ceil((3 * RETENTION_MS) / stepMs) + 40);
  for (let slot = 0; slot < slots; slot += 1) {
    const timeMs = writer.begin(slot * stepMs);
    const row = rowOf(writer, { __name__: 'a' });
    // A second row that comes and goes has pages of different ages when the ring grows.
    if (slot % 64 < 3) writer.put(rowOf(writer, { __name__: 'b' }), slot);
    writer.put(row, slot);
    said.push([timeMs, slot]);
    if (slot % 37 !== 0) continue;
    const fromMs = timeMs - RETENTION_MS;
    const recent = said.filter(([at]) => at > fromMs);
    expect(samplesOf(store, row, { fromMs, toMs: timeMs })).toEqual(recent);
    const rare = recent.filter(([, value]) => value % 64 < 3);
    expect(samplesOf(store, rowOf(writer, { __name__: 'b' }), { fromMs, toMs: timeMs })).toEqual(rare);
  }
});

it('grows a window that is too small and leaves a large one alone', () => {
  const { store, writer, a } = twoRows();
  for (let slot = 1; slot <= 20; slot += 1) {
    writer.begin(1000 + slot);
    writer.put(a, slot);
  }
  const window = sampleWindow(2);
  const visit = (): void => {};
  const rows = Int32Array.of(a);
  store.readEach(rows, { fromMs: 0, toMs: 9000 }, { window, visit });
  expect([window.length, window.values[19]]).toEqual([20, 20]);
  const { timesMs, values } = window;
  store.readEach(rows, { fromMs: 0, toMs: 1005 }, { window, visit });
  expect(window.length).toBe(5);
  expect(window.timesMs).toBe(timesMs);
  expect(window.values).toBe(values);
});

it('refuses to write where nothing can be meant', () => {
  const { store, writer, a } = twoRows();
  const other = openTarget(store, 'other');
  expect(() => other.put(a, 1)).toThrow(`BUG: row ${a} belongs to another target`);
  expect(() => writer.put(99, 1)).toThrow('BUG: there is no row 99');
  expect(() => other.put(rowOf(other, { __name__: 'x' }), 1)).toThrow('BUG: a value was put before a slot was opened');
  expect(() => store.labels(99)).toThrow('BUG: there is no row 99');
});
