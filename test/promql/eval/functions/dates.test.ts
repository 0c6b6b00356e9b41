// Parts of dates in UTC.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/lib/virtual-clock.ts';
import { createEmbeddedEngine } from '../../../../src/promql/engine.ts';
import { evaluates } from '../../support/evaluates.ts';
import { load } from '../../support/load.ts';

const PARTS = ['year', 'month', 'day_of_month', 'hour', 'minute', 'day_of_week', 'day_of_year', 'days_in_month'];
const engine = createEmbeddedEngine({ source: load(10_000, ''), clock: new VirtualClock() });

async function partsOf(seconds: string): Promise<readonly number[]> {
  const parts = PARTS.map(async (part) => {
    const result = await engine.instant({ expr: `scalar(${part}(vector(${seconds})))`, timeMs: 0 });
    return result.kind === 'scalar' ? result.value : Number.NaN;
  });
  return Promise.all(parts);
}

describe('parts of a time', () => {
  it.each<[string, readonly number[]]>([
    ['0', [1970, 1, 1, 0, 0, 4, 1, 31]],
    ['-1', [1969, 12, 31, 23, 59, 3, 365, 31]],
    // A part of a second before 1970 is in 1970: seconds are cut off towards zero.
    ['-0.5', [1970, 1, 1, 0, 0, 4, 1, 31]],
    ['951827696', [2000, 2, 29, 12, 34, 2, 60, 29]],
    ['-2203891200', [1900, 3, 1, 0, 0, 4, 60, 31]],
    ['4107542400', [2100, 3, 1, 0, 0, 1, 60, 31]],
    ['1709251199', [2024, 2, 29, 23, 59, 4, 60, 29]],
    ['-62135596801', [0, 12, 31, 23, 59, 0, 366, 31]],
    ['253402300800', [10000, 1, 1, 0, 0, 6, 1, 31]],
    ['1e15', [31690708, 7, 5, 1, 46, 0, 187, 31]],
    ['-1e18', [-31688736537, 3, 10, 22, 13, 2, 69, 31]],
    // What no 64-bit integer holds becomes the lowest, and that lies before Go's first year.
    ['NaN', [292277026596, 12, 4, 15, 30, 0, 339, 31]],
    ['Inf', [292277026596, 12, 4, 15, 30, 0, 339, 31]],
    ['-9223372036854775808', [292277026596, 12, 4, 15, 30, 0, 339, 31]],
    ['-9223372028715321600', [-292277022399, 1, 1, 0, 4, 1, 1, 31]],
  ])('of %s', async (seconds, parts) => {
    expect(await partsOf(seconds)).toEqual(parts);
  });

  it('are what Date says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -8_640_000_000_000, max: 8_640_000_000_000 }), async (seconds) => {
        const date = new Date(seconds * 1000);
        const year = date.getUTCFullYear();
        const month = date.getUTCMonth();
        const newYear = new Date(date);
        newYear.setUTCMonth(0, 1);
        const nextMonth = new Date(date);
        nextMonth.setUTCMonth(month + 1, 0);
        const days = Math.round((date.getTime() - newYear.getTime()) / 86_400_000) + 1;
        const monthDays = Number.isNaN(nextMonth.getTime()) ? undefined : nextMonth.getUTCDate();
        const parts = await partsOf(String(seconds));
        expect(parts.slice(0, 6)).toEqual([year, month + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCDay()]);
        if (!Number.isNaN(days)) expect(parts[6]).toBe(days);
        if (monthDays !== undefined) expect(parts[7]).toBe(monthDays);
      }),
    );
  });
});

describe('of series, and of the instant', () => {
  evaluates(
    `
    built{app="a"} 951827696
    built{app="b"} NaN
    `,
    [
      { expr: 'year(built)', at: 5, gives: ['{app="a"} 2000', '{app="b"} 292277026596'], newest: [0, 0] },
      { expr: 'hour()', at: 7205, gives: ['{} 2'], newest: [undefined] },
      { expr: 'minute()', at: 125, gives: ['{} 2'] },
      { expr: 'day_of_week()', at: -0.5, gives: ['{} 4'] },
      { expr: 'days_in_month()', at: 2_700_000, gives: ['{} 28'] },
      { expr: 'month(nothing)', gives: [] },
    ],
  );
});
