// Damage is told by two things together: lines that cannot be read, and lines that are missing.
import { describe, expect, it } from 'vitest';
import { SaidLines } from '../../../src/app/ingest/said-lines.ts';
import type { ScanResult } from '../../../src/exposition/result.ts';

type Scan = Pick<ScanResult, 'count' | 'lineIds' | 'malformed'>;

/** What lies behind the ids is old. */
function scanOf(ids: readonly number[], malformed = 0): Scan {
  return {
    count: ids.length,
    lineIds: Int32Array.from([...ids, 1, 2, 3]),
    malformed: { count: malformed, byReason: new Map(), examples: [] },
  };
}

function having(ids: readonly number[], malformed = 0): SaidLines {
  const lines = new SaidLines();
  lines.take(scanOf(ids, malformed));
  lines.keep(scanOf(ids, malformed));
  return lines;
}

describe('a set of lines', () => {
  it.each([
    { name: 'the same', next: [1, 2, 9], changed: false },
    { name: 'in another order', next: [9, 1, 2], changed: false },
    { name: 'one more', next: [1, 2, 9, 40], changed: true },
    { name: 'one less', next: [1, 2], changed: true },
    { name: 'one in the place of another', next: [1, 2, 8], changed: true },
    { name: 'none', next: [], changed: true },
  ])('is another one or not: $name', ({ next, changed }) => {
    expect(having([1, 2, 9]).take(scanOf(next))).toBe(changed);
  });

  it('is another one when it was forgotten, or one of its lines was', () => {
    const whole = having([1, 2]);
    whole.forget();
    expect(whole.take(scanOf([1, 2]))).toBe(true);
    whole.forgetLine(2);
    whole.forgetLine(1000);
    expect(whole.take(scanOf([1, 2]))).toBe(true);
    expect(whole.take(scanOf([1, 2]))).toBe(false);
  });
});

describe('damage', () => {
  it.each([
    {
      name: 'lines are missing, and one cannot be read',
      next: scanOf([1], 1),
      why: /1 lines cannot be read, and 2 that were there are missing/,
    },
    { name: 'one is missing, and others are new', next: scanOf([1, 2, 7, 8], 3), why: /3 lines cannot be read, and 1 that were/ },
    { name: 'nothing can be read', next: scanOf([], 1), why: /and 3 that were/ },
    { name: 'lines are missing, and all can be read', next: scanOf([1]), why: undefined },
    { name: 'all are there, and one cannot be read', next: scanOf([1, 2, 3, 4], 1), why: undefined },
  ])('$name', ({ next, why }) => {
    const failure = having([1, 2, 3]).damageIn(next);
    if (why === undefined) expect(failure).toBeUndefined();
    else expect(failure).toMatchObject({ failure: 'failed', message: expect.stringMatching(why) });
  });

  it('is not what was always so, nor told of a target that was never read', () => {
    expect(having([1, 2], 1).damageIn(scanOf([1], 1))).toBeUndefined();
    expect(new SaidLines().damageIn(scanOf([1], 1))).toBeUndefined();
  });

  it('is taken for a change when it lasts, until the next good scrape', () => {
    const lines = having([1, 2]);
    const next = scanOf([1], 1);
    const told = Array.from({ length: 22 }, () => lines.damageIn(next) !== undefined);
    expect(told).toEqual([...Array(20).fill(true), false, false]);
    lines.keep(scanOf([1, 2]));
    expect(lines.damageIn(next)).toBeDefined();
  });
});
