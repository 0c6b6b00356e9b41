import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExactly, formatQuantity } from '../../src/metrics-api/quantity.ts';

const POWERS: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

function parse(quantity: string): number {
  const groups = /^(?<mantissa>-?\d+)(?<suffix>[numkMGTPE]?)$/.exec(quantity)?.groups;
  return Number(`${groups?.['mantissa']}e${POWERS[groups?.['suffix'] ?? '']}`);
}

/** The double so many steps further from zero. */
function stepped(value: number, steps: number): number {
  const double = new Float64Array([value]);
  const bits = new BigInt64Array(double.buffer);
  bits[0] = (bits[0] ?? 0n) + BigInt(steps);
  const [other = Number.NaN] = double;
  return Number.isFinite(other) ? other : value;
}

describe('formatQuantity', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.5, '500m'],
    [1, '1'],
    [1.1, '1100m'],
    [10.5, '10500m'],
    [1500, '1500'],
    [2000, '2k'],
    [0.0001, '100u'],
    [0.1 + 0.2, '300000001n'],
    [1e-9, '1n'],
    [1e-10, '1n'],
    [5e-324, '1n'],
    [-1e-10, '-1n'],
    [-0.0000000015, '-2n'],
    [-2.5, '-2500m'],
    [85_899_345_920, '85899345920'],
    [8e10, '80G'],
    [1e18, '1E'],
    [9e18, '9E'],
    [9.3e18, '9223372036854775807'],
    [Number.MAX_VALUE, '9223372036854775807'],
    [-1e300, '-9223372036854775807'],
  ])('%d → %s', (value, quantity) => {
    expect(formatQuantity(value)).toBe(quantity);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d', (value) => {
    expect(() => formatQuantity(value)).toThrow(/^cannot write quantity ".+": it is not finite; leave the item out$/);
  });

  const LIMIT = 2 ** 63;
  const finite = fc.double({ min: -LIMIT, max: LIMIT, noNaN: true });

  it('is never nearer to zero than the value, and less than a nano off', () => {
    fc.assert(
      fc.property(finite, (value) => {
        const read = parse(formatQuantity(value));
        expect(Math.abs(read)).toBeGreaterThanOrEqual(Math.abs(value));
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.max(1e-9, Math.abs(value) * Number.EPSILON));
      }),
    );
  });

  /** Decimals of so many digits, divided by a power of ten, and the doubles beside them. */
  const decimal = fc
    .tuple(
      fc.integer({ min: 0, max: 16 }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([digits, share, power, steps]) => stepped(Math.trunc(share * 10 ** digits) / 10 ** power, steps));

  it.each([
    ['any double', fc.double({ noNaN: true, noDefaultInfinity: true })],
    ['sizes as they are measured', fc.double({ min: -1e7, max: 1e7, noNaN: true })],
    ['whole numbers', fc.maxSafeInteger()],
    ['decimals and their neighbours', decimal],
    ['sums of decimals', fc.tuple(decimal, decimal).map(([one, other]) => one + other)],
    ['quotients of counters', fc.tuple(fc.nat(), fc.nat({ max: 1e6 })).map(([sum, count]) => sum / (count + 1))],
  ])('says in plain numbers what whole ones of any length say: %s', (_name, values) => {
    fc.assert(
      fc.property(values, (value) => {
        expect(formatQuantity(value)).toBe(formatExactly(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps order', () => {
    fc.assert(
      fc.property(finite, finite, (one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(parse(formatQuantity(low))).toBeLessThanOrEqual(parse(formatQuantity(high)));
      }),
    );
  });

  it('says thousandths exactly, and has no shorter form', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (millis) => {
        const quantity = formatQuantity(millis / 1000);
        expect(parse(quantity)).toBe(millis / 1000);
        if (!quantity.endsWith('E')) expect(quantity).not.toMatch(/000\D?$/);
      }),
    );
  });
});
