import { expect, it } from 'vitest';
import { Selections } from '../../src/store/selections.ts';
import { matcher } from './support/fixtures.ts';

function counted() {
  const selections = new Selections();
  let finds = 0;
  const ask = (value: string, { version = 1, rows = [7] } = {}): readonly number[] => {
    const find = (): readonly number[] => {
      finds += 1;
      return rows;
    };
    return selections.get({ matchers: [matcher('a', '=', value)], version, find });
  };
  return { ask, finds: () => finds };
}

it('finds once per matcher list and version', () => {
  const { ask, finds } = counted();
  for (const value of ['x', 'x', 'y', 'x', 'y']) expect(ask(value)).toEqual([7]);
  expect(finds()).toBe(2);
  ask('x', { version: 2 });
  ask('x', { version: 2 });
  expect(finds()).toBe(3);
});

it('forgets what it holds rather than grow beyond its bound', () => {
  const { ask, finds } = counted();
  const rows: number[] = new Array(600_000).fill(0);
  ask('x', { rows });
  ask('y', { rows });
  ask('y', { rows });
  expect(finds()).toBe(2);
  ask('x', { rows });
  expect(finds()).toBe(3);
});
