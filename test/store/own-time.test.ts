import { describe, expect, it } from 'vitest';
import { INTERVAL_MS, newestOf, openTarget, RETENTION_MS, rowOf, samplesOf, storeWith } from './support/fixtures.ts';

const OWN = { ownTime: true };

function stampedRow() {
  const store = storeWith();
  const writer = openTarget(store, 't');
  writer.begin(100_000);
  return { store, writer, row: rowOf(writer, { __name__: 'cpu' }, OWN) };
}

it('keeps the line’s own times', () => {
  const { store, writer, row } = stampedRow();
  writer.putStamped(row, 92_000, 1);
  writer.begin(105_000);
  writer.putStamped(row, 103_500, 2);
  expect(samplesOf(store, row, { toMs: 105_000 })).toEqual([
    [92_000, 1],
    [103_500, 2],
  ]);
});

it.each([
  { name: 'unchanged', stampMs: 92_000 },
  { name: 'older', stampMs: 91_000 },
  { name: 'no number', stampMs: Number.NaN },
  { name: 'more than ten minutes ahead', stampMs: 105_000 + 600_001 },
])('a time stamp that is $name adds no sample', ({ stampMs }) => {
  const { store, writer, row } = stampedRow();
  writer.putStamped(row, 92_000, 1);
  writer.begin(105_000);
  writer.putStamped(row, stampMs, 2);
  writer.putStamped(row, 103_000, 3);
  expect(samplesOf(store, row, { toMs: 1e9 })).toEqual([
    [92_000, 1],
    [103_000, 3],
  ]);
});

it('is not stale when a scrape goes by without it, but is when the target is closed', () => {
  const { store, writer, row } = stampedRow();
  writer.putStamped(row, 92_000, 1);
  writer.begin(105_000);
  expect(newestOf(store, row, { toMs: 105_000 })).toEqual([92_000, 1]);
  writer.close(110_000);
  expect(newestOf(store, row, { toMs: 109_999 })).toEqual([92_000, 1]);
  expect(newestOf(store, row, { toMs: 110_000 })).toBeUndefined();
  expect(samplesOf(store, row, { toMs: 110_000 })).toEqual([[92_000, 1]]);
});

it('stays while it is said with an unchanged stamp, and leaves a retention later', () => {
  const { store, writer, row } = stampedRow();
  const lastMs = 100_000 + 3 * RETENTION_MS;
  for (let timeMs = 105_000; timeMs <= lastMs; timeMs += INTERVAL_MS) {
    writer.begin(timeMs);
    writer.putStamped(row, 92_000, 1);
    expect(store.sweep(timeMs)).toEqual([]);
  }
  expect(store.sweep(lastMs + RETENTION_MS - 1)).toEqual([]);
  expect(store.sweep(lastMs + RETENTION_MS)).toEqual([{ targetId: 't', row }]);
});

it('keeps everything inside the retention when stamps run ahead and close together', () => {
  const { store, writer, row } = stampedRow();
  const said: [number, number][] = [];
  for (let timeMs = 100_100; timeMs < 240_000; timeMs += 500) {
    writer.begin(timeMs);
    writer.putStamped(row, timeMs + 20_000, timeMs);
    said.push([timeMs + 20_000, timeMs]);
    const fromMs = timeMs - RETENTION_MS;
    if (timeMs % 5000 === 100) expect(samplesOf(store, row, { fromMs, toMs: 1e9 })).toEqual(said.filter(([at]) => at > fromMs));
  }
});

it('a row keeps the kind that it was made with', () => {
  const { store, writer, row } = stampedRow();
  const shared = rowOf(writer, { __name__: 'shared' });
  expect(rowOf(writer, { __name__: 'shared' }, OWN)).toBe(shared);
  writer.put(row, 1);
  writer.putStamped(shared, 92_000, 2);
  expect(newestOf(store, row, { toMs: 100_000 })).toEqual([100_000, 1]);
  expect(newestOf(store, shared, { toMs: 100_000 })).toEqual([100_000, 2]);
});

describe('a row that is ended', () => {
  it('is stale from then on, until it gets a later sample; a rate skips the end', () => {
    const { store, writer, row } = stampedRow();
    writer.putStamped(row, 92_000, 1);
    writer.end(row, 100_000);
    expect(newestOf(store, row, { toMs: 99_999 })).toEqual([92_000, 1]);
    expect(newestOf(store, row, { toMs: 100_000 })).toBeUndefined();
    writer.begin(105_000);
    writer.putStamped(row, 99_000, 2);
    expect(newestOf(store, row, { toMs: 105_000 })).toBeUndefined();
    writer.putStamped(row, 103_000, 3);
    expect(newestOf(store, row, { toMs: 105_000 })).toEqual([103_000, 3]);
    expect(samplesOf(store, row, { toMs: 105_000 })).toEqual([
      [92_000, 1],
      [103_000, 3],
    ]);
  });

  it('is ended once, and not before its newest sample', () => {
    const { store, writer, row } = stampedRow();
    writer.end(row, 50_000);
    writer.putStamped(row, 92_000, 1);
    writer.end(row, 90_000);
    writer.end(row, 100_000);
    expect(newestOf(store, row, { toMs: 92_000 })).toEqual([92_000, 1]);
    expect(newestOf(store, row, { toMs: 92_001 })).toBeUndefined();
    writer.begin(105_000);
    writer.putStamped(row, 93_000, 2);
    expect(newestOf(store, row, { toMs: 105_000 })).toEqual([93_000, 2]);
  });

  it('is any other row not: it is stale where it is not written', () => {
    const store = storeWith();
    const writer = openTarget(store, 't');
    writer.begin(100_000);
    const row = rowOf(writer, { __name__: 'shared' });
    writer.put(row, 1);
    writer.end(row, 100_000);
    expect(newestOf(store, row, { toMs: 100_000 })).toEqual([100_000, 1]);
  });
});
