import { expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import type { MatchOperator } from '../../src/model/matcher.ts';
import { matcher, openTarget, RETENTION_MS, rowOf, storeWith } from './support/fixtures.ts';

const store = storeWith();
for (const pod of ['a', 'b']) {
  const writer = openTarget(store, `t-${pod}`, { pod, job: 'triton' });
  rowOf(writer, { __name__: 'up' });
  rowOf(writer, { __name__: 'requests', model: 'llama' });
  rowOf(writer, { __name__: 'requests', model: 'bert', job: '' });
}
const exporter = openTarget(store, 't-dcgm', { job: 'dcgm' });
rowOf(exporter, { __name__: 'requests_total', pod: 'a' });

function selected(...conditions: [string, MatchOperator, string][]): string[] {
  const rows = [...store.select(conditions.map(([name, operator, value]) => matcher(name, operator, value)))];
  expect(rows).toEqual([...rows].sort((x, y) => x - y));
  return rows.map((row) =>
    [store.targetId(store.target(row)), ...[...store.labels(row)].filter(([name]) => name === '__name__' || name === 'model')].join(),
  );
}

const name = '__name__';
const all = [
  't-a,__name__,up',
  't-a,__name__,requests,model,llama',
  't-a,__name__,requests,model,bert',
  't-b,__name__,up',
  't-b,__name__,requests,model,llama',
  't-b,__name__,requests,model,bert',
  't-dcgm,__name__,requests_total',
];
const pick = (...numbers: number[]): (string | undefined)[] => numbers.map((number) => all[number]);

it.each<{ title: string; ask: [string, MatchOperator, string][]; want: (string | undefined)[] }>([
  { title: 'nothing asked', ask: [], want: all },
  { title: 'a name', ask: [[name, '=', 'up']], want: pick(0, 3) },
  { title: 'another name', ask: [[name, '!=', 'requests']], want: pick(0, 3, 6) },
  { title: 'names by expression, anchored', ask: [[name, '=~', 'req.*s']], want: pick(1, 2, 4, 5) },
  { title: 'names against an expression', ask: [[name, '!~', 'requests|up']], want: pick(6) },
  {
    title: 'two conditions on the name',
    ask: [
      [name, '=', 'up'],
      [name, '!~', 'u.'],
    ],
    want: [],
  },
  { title: 'no such name', ask: [[name, '=', 'down']], want: [] },
  { title: 'a label of the line', ask: [['model', '=', 'llama']], want: pick(1, 4) },
  { title: 'a label of the target', ask: [['pod', '=', 'b']], want: pick(3, 4, 5) },
  { title: 'a label of some lines and some targets', ask: [['pod', '=', 'a']], want: pick(0, 1, 2, 6) },
  { title: 'an absent label', ask: [['model', '=', '']], want: pick(0, 3, 6) },
  { title: 'a label that is there', ask: [['model', '!=', '']], want: pick(1, 2, 4, 5) },
  { title: 'a hidden label of the target', ask: [['job', '=', '']], want: pick(2, 5) },
  { title: 'an absent label by expression', ask: [['model', '=~', 'bert|']], want: pick(0, 2, 3, 5, 6) },
  {
    title: 'everything at once',
    ask: [
      [name, '=', 'requests'],
      ['pod', '!~', 'b'],
      ['model', '!=', 'bert'],
      ['job', '=', 'triton'],
    ],
    want: pick(1),
  },
])('$title', ({ ask, want }) => {
  expect(selected(...ask)).toEqual(want);
  expect(selected(...ask)).toEqual(want);
});

it('says labels without empty values, one of them too', () => {
  const [row] = store.select([matcher('model', '=', 'bert'), matcher('pod', '=', 'b')]);
  if (row === undefined) throw new Error('not selected');
  expect(store.labels(row)).toEqual(labelsOf({ __name__: 'requests', model: 'bert', pod: 'b' }));
  const textOf = (label: string): string[] => [...store.labelIds(Int32Array.of(row), label)].map((id) => store.text(id));
  expect(['model', 'pod', 'job', 'nothing'].map(textOf)).toEqual([['bert'], ['b'], [''], ['']]);
  expect([...store.labelNames(Int32Array.of(row))].sort()).toEqual(['__name__', 'job', 'model', 'pod']);
});

it('sees rows that appear and rows that are freed', () => {
  const moving = storeWith();
  const writer = openTarget(moving, 't');
  const ask = [matcher(name, '=', 'x')];
  expect([...moving.select(ask)]).toEqual([]);
  const versions = [moving.rowsVersion];
  writer.begin(0);
  const row = rowOf(writer, { __name__: 'x' });
  expect([...moving.select(ask)]).toEqual([row]);
  const rows = moving.select(ask);
  const since = moving.rowsVersion;
  versions.push(moving.rowsVersion);
  expect(rowOf(writer, { __name__: 'x' })).toBe(row);
  expect(moving.rowsVersion).toBe(versions[1]);
  moving.sweep(RETENTION_MS);
  expect([...moving.select(ask)]).toEqual([]);
  expect(new Set([...versions, moving.rowsVersion]).size).toBe(3);
  expect([moving.areOlder(rows, since), moving.areOlder(rows, moving.rowsVersion)]).toEqual([false, true]);
});
