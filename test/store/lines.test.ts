// Interned lines: equal label sets are one line, ids and texts of lines that are gone serve again.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Labels, labelsKey, labelsOf } from '../../src/model/labels.ts';
import { Lines } from '../../src/store/lines.ts';
import { openTarget, RETENTION_MS, rowOf, storeWith } from './support/fixtures.ts';

const lineOf = (i: string): Labels => labelsOf({ __name__: 'x', i });

it('knows a line again whatever the order of its labels', () => {
  const lines = new Lines();
  const line = lines.intern(labelsOf({ __name__: 'x', a: '1', b: '' }));
  expect(lines.intern(labelsOf({ b: '', a: '1', __name__: 'x' }))).toBe(line);
  expect(lines.intern(labelsOf({ __name__: 'x', a: '1' }))).not.toBe(line);
  expect([lines.valueOf(line, 'a'), lines.valueOf(line, 'b'), lines.valueOf(line, 'c'), lines.nameOf(line)]).toEqual([
    '1',
    '',
    undefined,
    'x',
  ]);
  expect([...lines.named('x')]).toHaveLength(2);
});

it('holds no text of a line that is gone', () => {
  const lines = new Lines();
  const kept = lines.intern(lineOf('kept'));
  const held = lines.texts.count;
  for (let round = 0; round < 3; round += 1) lines.drop(lines.intern(labelsOf({ __name__: 'y', round: String(round), i: 'kept' })));
  expect([lines.count, lines.texts.count]).toEqual([1, held]);
  expect(lines.labelsOf(kept)).toEqual(lineOf('kept'));
  expect([...lines.names()]).toEqual(['x']);
});

it('is a map of label sets, whatever comes and goes', () => {
  const label = fc.constantFrom('a', 'b', 'c', 'd');
  const labels = fc
    .dictionary(label, fc.constantFrom('', '1', '2', '3'), { maxKeys: 4 })
    .map((rest) => labelsOf({ __name__: 'x', ...rest }));
  const steps = fc.array(fc.tuple(labels, fc.boolean()), { maxLength: 300, size: 'max' });
  fc.assert(
    fc.property(steps, (all) => {
      const lines = new Lines();
      const known = new Map<string, number>();
      for (const [set, drops] of all) {
        const key = labelsKey(set);
        const line = lines.intern(set);
        const others = [...known].filter(([other]) => other !== key).map(([, id]) => id);
        expect(known.get(key) ?? line).toBe(line);
        expect(others).not.toContain(line);
        expect(lines.labelsOf(line)).toEqual(set);
        if (drops) lines.drop(line);
        if (drops) known.delete(key);
        else known.set(key, line);
        expect(lines.count).toBe(known.size);
      }
    }),
    { numRuns: 50 },
  );
});

it('keeps more rows than the first columns have room for', () => {
  const store = storeWith({ seriesLimit: 5000 });
  const writers = ['t', 'u'].map((id) => openTarget(store, id));
  const rows = writers.flatMap((writer) => {
    writer.begin(0);
    return Array.from({ length: 1500 }, (_, i) => {
      const row = rowOf(writer, { __name__: 'x', i: String(i) });
      writer.put(row, i);
      return row;
    });
  });
  expect(new Set(rows).size).toBe(3000);
  expect(rows.map((row) => store.labels(row).get('i'))).toEqual(rows.map((_, at) => String(at % 1500)));
  expect(store.sweep(RETENTION_MS)).toHaveLength(3000);
});
