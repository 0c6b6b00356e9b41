import { expect, it } from 'vitest';
import { Scratch } from '../../../../src/promql/eval/running/scratch.ts';

it.each([0, 1, 16, 17, 1000, 4096, 4097])('has a column for %d series', (size) => {
  expect(new Scratch().column(size).length).toBeGreaterThanOrEqual(size);
});

it('hands a column out once until it is taken back', () => {
  const scratch = new Scratch();
  const first = [scratch.column(20), scratch.column(30)];
  const mark = scratch.mark();
  const second = [scratch.column(25), scratch.column(1000)];
  expect(new Set([...first, ...second]).size).toBe(4);
  scratch.release(mark);
  expect([scratch.column(17), scratch.column(600)]).toEqual(second);
  expect(scratch.column(32)).not.toBe(first[1]);
  scratch.reset();
  expect([scratch.column(20), scratch.column(30)].map((column, at) => column === first[at])).toEqual([true, true]);
});
