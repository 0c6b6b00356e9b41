import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorOver } from '../../src/exposition/cursor.ts';
import { readNumber, readTimestamp } from '../../src/exposition/number.ts';
import { bytesOf } from './scanned.ts';

/** The number, and how much of the text it took. */
function read(text: string): { value: number; length: number } | undefined {
  const cursor = cursorOver(bytesOf(text));
  return readNumber(cursor) ? { value: cursor.value, length: cursor.at } : undefined;
}

describe('readNumber', () => {
  it.each([
    ['0', 0],
    ['-0', -0],
    ['+7', 7],
    ['5.', 5],
    ['.5', 0.5],
    ['-.5e3', -500],
    ['1e5', 1e5],
    ['1E+05', 1e5],
    ['40.000000', 40],
    ['16101933056.000000', 16_101_933_056],
    ['0.02644964394710071', 0.02644964394710071],
    ['9007199254740993', 9_007_199_254_740_992],
    ['90071992547409930', 90_071_992_547_409_940],
    ['9223372036854775794', 2 ** 63],
    ['100000000000000000000000', 1e23],
    ['0.0000000000000000000000000001', 1e-28],
    ['1e-400', 0],
    ['0e99999999999', 0],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', Number.MIN_VALUE],
    ['NaN', Number.NaN],
    ['Nan', Number.NaN],
    ['nan', Number.NaN],
    ['Inf', Number.POSITIVE_INFINITY],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-iNF', Number.NEGATIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('%s', (text, value) => {
    expect(read(text)).toEqual({ value, length: text.length });
  });

  it.each(['', '+', '-', '.', '-.', 'e5', '1e', '1e+', '1.5e-', '-nan', '+nan', 'in', '--1', '1e309', '-1e999', 'x', '_1', '\ufeff1'])(
    'refuses %j',
    (text) => {
      const cursor = cursorOver(bytesOf(text));
      expect(readNumber(cursor)).toBe(false);
      expect(cursor.at).toBe(0);
    },
  );

  it.each([
    ['1 2', 1],
    ['1.2.3', 3],
    ['0x10', 1],
    ['1_000', 1],
    ['1,5', 1],
    ['infinite', 3],
    ['nano', 3],
    ['12\n', 2],
  ])('stops behind the number in %j', (text, length) => {
    expect(read(text)?.length).toBe(length);
  });

  const digits = fc.string({ unit: fc.constantFrom(...'0001234567899'), maxLength: 25 });
  const written = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.double({ noNaN: true, min: -1e20, max: 1e20 }).map((value) => value.toFixed(6)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toPrecision(17)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential()),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.tuple(digits, digits, fc.integer({ min: -330, max: 310 })).map(([whole, fraction, exponent]) => `${whole}1.${fraction}e${exponent}`),
  );

  it('equals Number() bit for bit', () => {
    fc.assert(
      fc.property(written, (text) => {
        const expected = Number(text);
        expect(read(text)).toEqual(Number.isFinite(expected) ? { value: expected, length: text.length } : undefined);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('readTimestamp', () => {
  it.each([
    ['0', 0],
    ['1700000000000', 1.7e12],
    ['-5', -5],
    ['9007199254740991', 2 ** 53 - 1],
  ])('%s', (text, value) => {
    const cursor = cursorOver(bytesOf(text));
    expect(readTimestamp(cursor)).toBe(true);
    expect(cursor.timestampMs).toBe(value);
  });

  it.each(['', '-', '+5', 'x', '9007199254740992', '9'.repeat(400)])('refuses %j', (text) => {
    expect(readTimestamp(cursorOver(bytesOf(text)))).toBe(false);
  });
});
