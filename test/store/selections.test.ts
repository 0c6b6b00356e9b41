import { expect, it } from 'vitest';
import type { RowList } from '../../src/model/sample-source.ts';
import { Selections } from '../../src/store/selections.ts';
import { matcher } from './support/fixtures.ts';

function counted() {
  const selections = new Selections();
  let finds = 0;
  const ask = (value: string, { version = 1, rows = Int32Array.of(7) } = {}): RowList => {
    const find = (): RowList => {
      finds += 1;
      return rows;
    };
    return selections.get({ matchers: [matcher('a', '=', value)], version, find });
  };
  return { ask, finds: () => finds };
}

it('finds once per matcher list and version', () => {
  const { ask, finds } = counted();
  for (const value of ['x', 'x', 'y', 'x', 'y']) expect(ask(value)).toEqual(Int32Array.of(7));
  expect(finds()).toBe(2);
  ask('x', { version: 2 });
  ask('x', { version: 2 });
  expect(finds()).toBe(3);
});

it('forgets what it holds rather than grow beyond its bound', () => {
  const { ask, finds } = counted();
  const rows = new Int32Array(600_000);
  ask('x', { rows });
  ask('y', { rows });
  ask('y', { rows });
  expect(finds()).toBe(2);
  ask('x', { rows });
  expect(finds()).toBe(3);
});
