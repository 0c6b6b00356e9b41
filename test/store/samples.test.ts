// Which rows have columns, and what the shortcuts over whole spans say against a look at each sample.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growthColumns, sampleWindow } from '../../src/model/sample-source.ts';
import { growthOf } from '../../src/store/growth.ts';
import { SampleReader } from '../../src/store/sample-reader.ts';
import { Samples } from '../../src/store/samples.ts';

const INTERVAL_MS = 5000;
const FOREVER = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY, number: 1 };

function oneRing({ slots = 14 } = {}) {
  const samples = new Samples(60_000);
  const reader = new SampleReader(samples);
  const ring = samples.rings.add(slots);
  let rows = 0;
  const addRow = (): number => {
    samples.add(rows, ring);
    rows += 1;
    return rows - 1;
  };
  let slot = -1;
  const open = (missed = false): void => {
    slot += 1;
    samples.open(ring, { timeMs: slot * INTERVAL_MS, nowMs: slot * INTERVAL_MS, missed });
  };
  const put = (row: number, value: number): void => samples.put(row, ring, value);
  const read = (row: number): number[] => {
    const window = sampleWindow(0);
    reader.readRun({ rows: Int32Array.of(row), ring, from: 0, to: 1 }, FOREVER, { window, visit: () => {} });
    return [...window.values.subarray(0, window.length)];
  };
  const newestSlot = (fromMs: number, toMs: number): number => reader.newestSlot(ring, { fromMs, toMs });
  return { samples, reader, ring, addRow, open, put, read, newestSlot, columnsInUse: () => samples.rings.columnsInUse(ring) };
}

describe('a row', () => {
  it.each<{ name: string; said: (number | 'nothing' | 'missed')[]; columns: number; kept: number[] }>([
    { name: 'that stands still has no column', said: [1, 1, 1], columns: 0, kept: [1, 1, 1] },
    { name: 'that stands still over a missed slot', said: [1, 'missed', 1], columns: 0, kept: [1, 1] },
    { name: 'that stands still as NaN', said: [Number.NaN, Number.NaN], columns: 0, kept: [Number.NaN, Number.NaN] },
    { name: 'that changes has one', said: [1, 1, 2, 2], columns: 1, kept: [1, 1, 2, 2] },
    { name: 'that changes its sign', said: [0, -0], columns: 1, kept: [0, -0] },
    { name: 'that was silent in a good slot', said: [1, 'nothing', 1], columns: 1, kept: [1, 1] },
    { name: 'that changes after a missed slot', said: [1, 'missed', 2], columns: 1, kept: [1, 2] },
    { name: 'that begins late', said: ['nothing', 'missed', 3], columns: 0, kept: [3] },
  ])('$name', ({ said, columns, kept }) => {
    const { addRow, open, put, read, columnsInUse } = oneRing();
    const place = addRow();
    for (const value of said) {
      open(value === 'missed');
      if (typeof value === 'number') put(place, value);
    }
    expect(columnsInUse()).toBe(columns);
    expect(read(place)).toEqual(kept);
  });

  it('that is removed gives its column to the next one', () => {
    const { samples, ring, addRow, open, put, read, columnsInUse } = oneRing();
    const places = [addRow(), addRow(), addRow()];
    for (const value of [1, 2]) {
      open();
      for (const place of places) put(place, value);
    }
    expect(columnsInUse()).toBe(3);
    samples.remove(1, ring);
    expect(columnsInUse()).toBe(2);
    const next = addRow();
    for (const value of [7, 8]) {
      open();
      put(next, value);
    }
    expect([columnsInUse(), read(next)]).toEqual([3, [7, 8]]);
  });

  it('said in a missed slot only', () => {
    const { addRow, open, put, read } = oneRing();
    const place = addRow();
    for (const missed of [true, false, true]) {
      open(missed);
      put(place, missed ? 0 : 1);
    }
    expect(read(place)).toEqual([0, 1, 0]);
  });
});

it('has times for the slots that it keeps', () => {
  const { samples, ring, open, newestSlot } = oneRing();
  expect([samples.rings.newestMs(ring), newestSlot(0, 1e9)]).toEqual([Number.NEGATIVE_INFINITY, -1]);
  for (let slot = 0; slot < 100; slot += 1) open();
  expect(samples.rings.newestMs(ring)).toBe(495_000);
  for (let slot = 86; slot < 100; slot += 1) {
    expect([newestSlot(0, slot * INTERVAL_MS), newestSlot(0, slot * INTERVAL_MS + 4999)]).toEqual([slot, slot]);
    expect(newestSlot(slot * INTERVAL_MS, slot * INTERVAL_MS)).toBe(-1);
  }
  expect(newestSlot(Number.NEGATIVE_INFINITY, 86 * INTERVAL_MS - 1)).toBe(-1);
});

it('knows when a row was last said for as long as the slot is kept', () => {
  const { samples, ring, addRow, open, put } = oneRing();
  const early = addRow();
  expect(samples.lastSaidMs(early, ring)).toBe(Number.NEGATIVE_INFINITY);
  open();
  const place = addRow();
  expect(samples.lastSaidMs(place, ring)).toBe(0);
  open();
  put(place, 1);
  expect(samples.lastSaidMs(place, ring)).toBe(5000);
  for (let slot = 0; slot < 14; slot += 1) open();
  expect(samples.lastSaidMs(place, ring)).toBe(Number.NEGATIVE_INFINITY);
});

/** What a row says in one slot: undefined is silence. */
const slotSaid = fc.record({
  missed: fc.constant(false),
  values: fc.array(fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 9 }) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }), {
    maxLength: 2,
  }),
});

it('growth by the two ends of a span is growth by all its samples', () => {
  const slots = fc.array(
    fc.oneof({ weight: 5, arbitrary: slotSaid }, { weight: 1, arbitrary: fc.constant({ missed: true, values: [] }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(slots, fc.nat(13), fc.nat(13), fc.boolean(), (said, back, length, climbs) => {
      const { samples, reader, ring, addRow, open, put } = oneRing();
      const place = addRow();
      let base = 0;
      for (const { missed, values } of said) {
        open(missed);
        if (climbs) base += 10;
        for (const value of values) put(place, base + value);
      }
      const toMs = samples.rings.newestMs(ring) - back * INTERVAL_MS;
      const range = { fromMs: toMs - (length + 1) * INTERVAL_MS, toMs, number: 1 };
      const [short, long] = [growthColumns(1), growthColumns(1)];
      const run = { rows: Int32Array.of(place), ring, from: 0, to: 1 };
      samples.rings.look(ring, range);
      reader.readGrowth(run, short);
      const window = sampleWindow();
      reader.readRun(run, range, { window, visit: () => {} });
      growthOf(window, { at: 0, into: long });
      long.length = 1;
      // With no sample the other columns mean nothing.
      expect(short.samples).toEqual(long.samples);
      if (window.length > 0) expect(short).toEqual(long);
    }),
    { numRuns: 2000 },
  );
});
