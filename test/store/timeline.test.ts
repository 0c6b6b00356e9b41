// Which rows have columns, and what the shortcuts over whole spans say against a look at each sample.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growthColumns, sampleWindow } from '../../src/model/sample-source.ts';
import { growthOf } from '../../src/store/growth.ts';
import { RowStates } from '../../src/store/row-states.ts';
import { Timeline } from '../../src/store/timeline.ts';

const INTERVAL_MS = 5000;
const FOREVER = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

function timelineOf({ slots = 14 } = {}) {
  const timeline = new Timeline({ states: new RowStates(), retentionMs: 60_000, slots });
  let rows = 0;
  const addRow = (): number => {
    timeline.addRow(rows);
    rows += 1;
    return rows - 1;
  };
  let slot = -1;
  const open = (missed = false): void => {
    slot += 1;
    timeline.open(slot * INTERVAL_MS, { nowMs: slot * INTERVAL_MS, missed });
  };
  const read = (place: number): number[] => {
    const window = sampleWindow(0);
    timeline.read(place, timeline.span(FOREVER.fromMs, FOREVER.toMs), window);
    return [...window.values.subarray(0, window.length)];
  };
  return { timeline, addRow, open, read };
}

describe('a row', () => {
  it.each<{ name: string; said: (number | 'nothing' | 'missed')[]; columns: number; samples: number[] }>([
    { name: 'that stands still has no column', said: [1, 1, 1], columns: 0, samples: [1, 1, 1] },
    { name: 'that stands still over a missed slot', said: [1, 'missed', 1], columns: 0, samples: [1, 1] },
    { name: 'that stands still as NaN', said: [Number.NaN, Number.NaN], columns: 0, samples: [Number.NaN, Number.NaN] },
    { name: 'that changes has one', said: [1, 1, 2, 2], columns: 1, samples: [1, 1, 2, 2] },
    { name: 'that changes its sign', said: [0, -0], columns: 1, samples: [0, -0] },
    { name: 'that was silent in a good slot', said: [1, 'nothing', 1], columns: 1, samples: [1, 1] },
    { name: 'that changes after a missed slot', said: [1, 'missed', 2], columns: 1, samples: [1, 2] },
    { name: 'that begins late', said: ['nothing', 'missed', 3], columns: 0, samples: [3] },
  ])('$name', ({ said, columns, samples }) => {
    const { timeline, addRow, open, read } = timelineOf();
    const place = addRow();
    for (const value of said) {
      open(value === 'missed');
      if (typeof value === 'number') timeline.put(place, value);
    }
    expect(timeline.columnsInUse).toBe(columns);
    expect(read(place)).toEqual(samples);
  });

  it('that is removed gives its column to the next one', () => {
    const { timeline, addRow, open, read } = timelineOf();
    const places = [addRow(), addRow(), addRow()];
    for (const value of [1, 2]) {
      open();
      for (const place of places) timeline.put(place, value);
    }
    expect(timeline.columnsInUse).toBe(3);
    timeline.removeRow(1);
    expect(timeline.columnsInUse).toBe(2);
    const next = addRow();
    for (const value of [7, 8]) {
      open();
      timeline.put(next, value);
    }
    expect([timeline.columnsInUse, read(next)]).toEqual([3, [7, 8]]);
  });

  it('said in a missed slot only', () => {
    const { timeline, addRow, open, read } = timelineOf();
    const place = addRow();
    for (const missed of [true, false, true]) {
      open(missed);
      timeline.put(place, missed ? 0 : 1);
    }
    expect(read(place)).toEqual([0, 1, 0]);
  });
});

it('has times for the slots that it keeps', () => {
  const { timeline, open } = timelineOf();
  expect([timeline.newestMs, timeline.newestSlot(0, 1e9)]).toEqual([Number.NEGATIVE_INFINITY, -1]);
  for (let slot = 0; slot < 100; slot += 1) open();
  expect(timeline.newestMs).toBe(495_000);
  for (let slot = 86; slot < 100; slot += 1) {
    expect([timeline.newestSlot(0, slot * INTERVAL_MS), timeline.newestSlot(0, slot * INTERVAL_MS + 4999)]).toEqual([slot, slot]);
    expect(timeline.newestSlot(slot * INTERVAL_MS, slot * INTERVAL_MS)).toBe(-1);
  }
  expect(timeline.newestSlot(Number.NEGATIVE_INFINITY, 86 * INTERVAL_MS - 1)).toBe(-1);
});

it('knows when a row was last said for as long as the slot is kept', () => {
  const { timeline, addRow, open } = timelineOf();
  const early = addRow();
  expect(timeline.lastSaidMs(early)).toBe(Number.NEGATIVE_INFINITY);
  open();
  const place = addRow();
  expect(timeline.lastSaidMs(place)).toBe(0);
  open();
  timeline.put(place, 1);
  expect(timeline.lastSaidMs(place)).toBe(5000);
  for (let slot = 0; slot < 14; slot += 1) open();
  expect(timeline.lastSaidMs(place)).toBe(Number.NEGATIVE_INFINITY);
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
      const { timeline, addRow, open } = timelineOf();
      const place = addRow();
      let base = 0;
      for (const { missed, values } of said) {
        open(missed);
        if (climbs) base += 10;
        for (const value of values) timeline.put(place, base + value);
      }
      const toMs = timeline.newestMs - back * INTERVAL_MS;
      const range = { fromMs: toMs - (length + 1) * INTERVAL_MS, toMs };
      const [short, long] = [growthColumns(1), growthColumns(1)];
      const run = { rows: Int32Array.of(place), from: 0, to: 1 };
      timeline.readGrowth(run, timeline.span(range.fromMs, range.toMs), short);
      const window = sampleWindow();
      timeline.read(place, timeline.span(range.fromMs, range.toMs), window);
      growthOf(window, { at: 0, into: long });
      long.length = 1;
      // With no sample the other columns mean nothing.
      expect(short.samples).toEqual(long.samples);
      if (window.length > 0) expect(short).toEqual(long);
    }),
    { numRuns: 2000 },
  );
});
