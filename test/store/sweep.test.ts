import { expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import { INTERVAL_MS, matcher, newestOf, openTarget, RETENTION_MS, rowOf, samplesOf, storeWith } from './support/fixtures.ts';
import { recordingMeter } from './support/recording-meter.ts';

it('frees a row when its newest sample leaves the retention, and reuses its id', () => {
  const store = storeWith();
  const writer = openTarget(store, 't');
  writer.begin(1000);
  const row = rowOf(writer, { __name__: 'a' });
  writer.put(row, 1);
  writer.begin(2000);
  expect(store.sweep(1000 + RETENTION_MS - 1)).toEqual([]);
  expect(store.sweep(1000 + RETENTION_MS)).toEqual([{ targetId: 't', row }]);
  expect(() => store.target(row)).toThrow('BUG: there is no row');
  const next = rowOf(writer, { __name__: 'b' });
  writer.put(next, 2);
  expect(next).toBe(row);
  expect(store.labels(next).get('__name__')).toBe('b');
  expect(samplesOf(store, next, { toMs: 1e9 })).toEqual([[2000, 2]]);
});

it('a closed target is stale from then on and its rows leave with their samples', () => {
  const store = storeWith();
  const writer = openTarget(store, 't');
  writer.begin(1000);
  const row = rowOf(writer, { __name__: 'a' });
  writer.put(row, 1);
  writer.close(4000);
  expect(newestOf(store, row, { toMs: 3999 })).toEqual([1000, 1]);
  expect(newestOf(store, row, { toMs: 4000 })).toBeUndefined();
  expect(samplesOf(store, row, { toMs: 4000 })).toEqual([[1000, 1]]);
  expect(store.sweep(1000 + RETENTION_MS)).toEqual([{ targetId: 't', row }]);
  expect([...store.select([])]).toEqual([]);
});

it.each([
  { name: 'with the same labels goes on with its rows', labels: { instance: 't' }, rows: 1 },
  { name: 'with other labels has rows of its own', labels: { instance: 'u' }, rows: 2 },
])('a target that comes back $name', ({ labels, rows }) => {
  const store = storeWith();
  const first = openTarget(store, 't', { instance: 't' });
  first.begin(1000);
  first.put(rowOf(first, { __name__: 'a' }), 1);
  first.close(2000);
  const second = openTarget(store, 't', labels);
  second.begin(5000);
  const row = rowOf(second, { __name__: 'a' });
  second.put(row, 5);
  expect(store.select([matcher('__name__', '=', 'a')])).toHaveLength(rows);
  expect(newestOf(store, row, { toMs: 5000 })).toEqual([5000, 5]);
  expect(newestOf(store, row, { toMs: 4999 })).toBeUndefined();
});

it('an expected clash is renamed once, unless the target honours labels', () => {
  const store = storeWith();
  const said = labelsOf({ __name__: 'a', pod: 'x' });
  const open = (id: string, { honorLabels }: { honorLabels: boolean }) =>
    store.openTarget({ id, labels: labelsOf({ pod: 'y' }), honorLabels, intervalMs: INTERVAL_MS });
  const honest = open('honest', { honorLabels: true });
  const renaming = open('renaming', { honorLabels: false });
  const rows = [
    honest.row(said, { ownTime: false, clash: 'rename' }),
    renaming.row(said, { ownTime: false, clash: 'rename' }),
    renaming.row(said, { ownTime: false, clash: 'override' }),
  ];
  expect(rows.map((row) => Object.fromEntries(store.labels(row ?? -1)))).toEqual([
    { __name__: 'a', pod: 'x' },
    { __name__: 'a', pod: 'y', exported_pod: 'x' },
    { __name__: 'a', pod: 'x' },
  ]);
});

it('refuses rows past the limit, keeps those it has, and counts', () => {
  const meter = recordingMeter();
  const store = storeWith({ seriesLimit: 2, meter });
  const writer = openTarget(store, 't');
  writer.begin(0);
  const row = rowOf(writer, { __name__: 'a' });
  rowOf(writer, { __name__: 'b' });
  const refused = () => writer.row(labelsOf({ __name__: 'c' }), { ownTime: false, clash: 'rename' });
  expect([refused(), refused()]).toEqual([undefined, undefined]);
  store.sweep(0);
  expect(meter.values()).toMatchObject({ plimsoll_store_series: 2, plimsoll_store_lines: 2, plimsoll_store_targets: 1 });
  expect([...store.select([matcher('__name__', '=', 'c')])]).toEqual([]);
  expect(rowOf(writer, { __name__: 'a' })).toBe(row);
  writer.putStamped(rowOf(writer, { __name__: 'b' }), 1, 1);
  expect(store.sweep(RETENTION_MS)).toHaveLength(2);
  expect(refused()).toBeDefined();
  expect(meter.values()).toMatchObject({ plimsoll_store_rows_refused_total: 2, plimsoll_store_rows_freed_total: 2 });
});

it('counts stamps from the future', () => {
  const meter = recordingMeter();
  const store = storeWith({ meter });
  const writer = openTarget(store, 't');
  writer.begin(0);
  writer.putStamped(rowOf(writer, { __name__: 'a' }, { ownTime: true }), 600_001, 1);
  expect(meter.values()['plimsoll_store_stamps_refused_total']).toBe(1);
});

it('stays flat while targets and lines come and go for an hour', () => {
  const meter = recordingMeter();
  const store = storeWith({ meter });
  const sizes: string[] = [];
  const ids = new Set<number>();
  for (let tick = 0; tick < 720; tick += 1) {
    const nowMs = tick * INTERVAL_MS;
    // Each target lives for four scrapes, says a line that all say, one of its own, and one that carries time stamps.
    const writer = openTarget(store, `pod-${tick >> 2}`, { pod: `${tick >> 2}` });
    writer.begin(nowMs);
    for (const [name, ownTime] of [
      ['common', false],
      [`own_${tick >> 2}`, false],
      ['stamped', true],
    ] as const) {
      const row = rowOf(writer, { __name__: name }, { ownTime });
      ids.add(row);
      writer.putStamped(row, nowMs, tick);
    }
    if (tick % 4 === 3) writer.close(nowMs + 1);
    store.sweep(nowMs);
    const { plimsoll_store_rows_freed_total: _, ...size } = meter.values();
    if (tick >= 60 && tick % 4 === 3) sizes.push(JSON.stringify(size));
  }
  expect(new Set(sizes).size).toBe(1);
  expect(ids.size).toBeLessThan(20);
});
