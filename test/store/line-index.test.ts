// Lines whose labels have one hash: in a store of two million lines there are hundreds of such pairs.
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import { LineIndex } from '../../src/store/line-index.ts';
import { matcher, openTarget, RETENTION_MS, rowOf, storeWith } from './support/fixtures.ts';

// Found by search: `x{i=…}` of both has the same FNV-1a.
const [ONE, OTHER] = ['26ajycttl', '1y27yfht9'];
const lineOf = (i: string): { __name__: string; i: string } => ({ __name__: 'x', i });

describe('two lines of one hash', () => {
  it('really have one', () => {
    const lines = new LineIndex();
    expect(lines.intern(labelsOf(lineOf(ONE))).hash).toBe(lines.intern(labelsOf(lineOf(OTHER))).hash);
  });

  it('stay apart', () => {
    const store = storeWith();
    const writer = openTarget(store, 't');
    const rows = [ONE, OTHER].map((i) => rowOf(writer, lineOf(i)));
    expect(new Set(rows).size).toBe(2);
    expect([ONE, OTHER].map((i) => rowOf(writer, lineOf(i)))).toEqual(rows);
    expect(rows.map((row) => store.labels(row).get('i'))).toEqual([ONE, OTHER]);
    expect(store.select([matcher('i', '=', OTHER)])).toEqual([rows[1]]);
  });

  it.each([
    { name: 'the first', kept: OTHER },
    { name: 'the second', kept: ONE },
  ])('one goes and the other stays: $name', ({ kept }) => {
    const store = storeWith();
    const writer = openTarget(store, 't');
    writer.begin(0);
    for (const i of [ONE, OTHER]) writer.put(rowOf(writer, lineOf(i)), 1);
    writer.begin(RETENTION_MS);
    const row = rowOf(writer, lineOf(kept));
    writer.put(row, 2);
    expect(store.sweep(RETENTION_MS)).toHaveLength(1);
    expect(store.select([matcher('__name__', '=', 'x')])).toEqual([row]);
    expect(rowOf(writer, lineOf(kept))).toBe(row);
    expect(rowOf(writer, lineOf(kept === ONE ? OTHER : ONE))).not.toBe(row);
  });
});

it('drops a line once', () => {
  const lines = new LineIndex();
  const line = lines.intern(labelsOf(lineOf(ONE)));
  lines.dropUnused(line);
  lines.dropUnused(line);
  expect(lines.count).toBe(0);
});

it('keeps more rows than the first columns have room for', () => {
  const store = storeWith({ seriesLimit: 5000 });
  const writer = openTarget(store, 't');
  writer.begin(0);
  const rows = Array.from({ length: 3000 }, (_, i) => rowOf(writer, lineOf(String(i))));
  for (const [i, row] of rows.entries()) writer.put(row, i);
  expect(new Set(rows).size).toBe(3000);
  expect(rows.map((row) => store.labels(row).get('i'))).toEqual(rows.map((_, i) => String(i)));
  expect(store.sweep(RETENTION_MS)).toHaveLength(3000);
});
