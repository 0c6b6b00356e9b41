// Functions of one number. Every result drops the metric's name.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MATHS, roundTo } from '../../../../src/promql/eval/functions/maths.ts';
import { TRIGONOMETRY } from '../../../../src/promql/eval/functions/trigonometry.ts';
import { evaluates } from '../../support/evaluates.ts';

const { POSITIVE_INFINITY: INF, NaN: NAN } = Number;

describe('maths', () => {
  it.each<[string, number, number]>([
    ['abs', -2, 2],
    ['abs', -INF, INF],
    ['ceil', 1.2, 2],
    ['ceil', -0.5, -0],
    ['floor', -1.2, -2],
    ['floor', -0, -0],
    ['exp', 0, 1],
    ['exp', -INF, 0],
    ['exp', 710, INF],
    ['ln', 1, 0],
    ['ln', 0, -INF],
    ['ln', -1, NAN],
    ['log2', 8, 3],
    ['log2', 2 ** -1074, -1074],
    ['log2', 0, -INF],
    ['log2', -0, -INF],
    ['log2', -8, NAN],
    ['log2', INF, INF],
    ['log2', NAN, NAN],
    ['log2', Number.MAX_VALUE, 1024],
    ['log2', 7.999999999999999, 3],
    ['log2', 1 + 2 ** -20, 0.0000013758605509339716],
    ['log10', 0, -INF],
    ['log10', -1, NAN],
    ['sgn', -3, -1],
    ['sgn', 0.1, 1],
    ['sgn', -0, -0],
    ['sgn', NAN, NAN],
    ['sqrt', 9, 3],
    ['sqrt', -1, NAN],
  ])('%s(%d) is %d', (name, value, result) => {
    expect(MATHS[name]?.(value)).toBe(result);
  });

  it('finds whole powers of two exactly, and no number far from its own logarithm', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1074, max: 1023 }), (power) => MATHS['log2']?.(2 ** power) === power),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (value) => {
        const result = MATHS['log2']?.(value) ?? NAN;
        return Math.abs(result - Math.log2(value)) <= 1e-13 * Math.max(1, Math.abs(result));
      }),
    );
  });
});

describe('trigonometry', () => {
  it.each<[string, number, number]>([
    ['sin', Math.PI / 2, 1],
    ['cos', 0, 1],
    ['tan', 0, 0],
    ['asin', 1, Math.PI / 2],
    ['asin', -1, -Math.PI / 2],
    ['asin', -0, -0],
    ['asin', 1.1, NAN],
    ['acos', 1, 0],
    ['acos', -1, Math.PI],
    ['acos', 2, NAN],
    ['atan', INF, Math.PI / 2],
    ['sinh', 0, 0],
    ['sinh', 710, INF],
    ['sinh', -710, -INF],
    ['cosh', 0, 1],
    ['cosh', -710, INF],
    ['tanh', INF, 1],
    ['asinh', -INF, -INF],
    ['acosh', 0.5, NAN],
    ['atanh', 1, INF],
    ['deg', Math.PI, 180],
    ['rad', 180, Math.PI],
  ])('%s(%d) is %d', (name, value, result) => {
    expect(TRIGONOMETRY[name]?.(value)).toBe(result);
  });

  it.each(['asin', 'acos', 'sinh', 'cosh'] as const)('%s is what it is elsewhere, but for the last digits', (name) => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(1, 30, 600), (share, scale) => {
        const value = name === 'asin' || name === 'acos' ? share : share * scale;
        const result = TRIGONOMETRY[name]?.(value) ?? NAN;
        return Math.abs(result - Math[name](value)) <= 1e-15 * Math.max(1, Math.abs(result));
      }),
    );
  });
});

describe('round', () => {
  it.each<[number, number | undefined, number]>([
    [2.5, undefined, 3],
    [-2.5, undefined, -2],
    [-0.4, undefined, -0],
    [7, 5, 5],
    [8, 5, 10],
    [0.15, 0.1, 0.2],
    [-7.5, 5, -5],
    [1, 0, NAN],
    [NAN, 1, NAN],
  ])('%d to the nearest %d is %d', (value, nearest, result) => {
    expect(roundTo(nearest)(value) + 0).toBe(result + 0);
  });
});

describe('over series', () => {
  evaluates(
    `
    temperature{room="a"} 1 -2.5
    temperature{room="b"} NaN
    temperature{room="c"} 0 5 stale
    limit                 1 2 3
    other                 _ 4
    `,
    [
      { expr: 'abs(temperature)', at: 10, gives: ['{room="a"} 2.5', '{room="b"} NaN', '{room="c"} 5'], newest: [10, 0, 10] },
      { expr: 'abs(temperature)', at: 20, gives: ['{room="a"} 2.5', '{room="b"} NaN'] },
      { expr: 'abs({__name__=~"limit|other"})', at: 5, gives: ['{} 1'] },
      { expr: 'abs({__name__=~"limit|other"})', at: 10, fails: 'vector cannot contain metrics with the same labelset' },
      { expr: 'round(temperature)', at: 10, gives: ['{room="a"} -2', '{room="b"} NaN', '{room="c"} 5'] },
      { expr: 'round(temperature, 2)', at: 10, gives: ['{room="a"} -2', '{room="b"} NaN', '{room="c"} 6'] },
      { expr: 'clamp(temperature, 0, 3)', at: 10, gives: ['{room="a"} 0', '{room="b"} NaN', '{room="c"} 3'] },
      { expr: 'clamp(temperature, 3, 0)', at: 10, gives: [] },
      { expr: 'clamp(temperature, 3, NaN)', at: 10, gives: ['{room="a"} NaN', '{room="b"} NaN', '{room="c"} NaN'] },
      { expr: 'clamp(temperature, Inf, Inf)', at: 10, gives: ['{room="a"} Inf', '{room="b"} Inf', '{room="c"} Inf'] },
      { expr: 'clamp_max(temperature, 0)', at: 10, gives: ['{room="a"} -2.5', '{room="b"} NaN', '{room="c"} 0'] },
      { expr: 'clamp_max(temperature, -Inf)', at: 10, gives: ['{room="a"} -Inf', '{room="b"} -Inf', '{room="c"} -Inf'] },
      { expr: 'clamp_min(temperature, 2)', at: 10, gives: ['{room="a"} 2', '{room="b"} NaN', '{room="c"} 5'] },
      // The scalar's sample dates the result too.
      { expr: 'clamp_max(temperature, scalar(limit))', at: 20, gives: ['{room="a"} -2.5', '{room="b"} NaN'], newest: [20, 20] },
      { expr: 'histogram_avg(temperature)', at: 10, gives: [] },
      { expr: 'histogram_count(temperature)', at: 10, gives: [] },
      { expr: 'histogram_sum(temperature)', at: 10, gives: [] },
      { expr: 'histogram_stddev(temperature)', at: 10, gives: [] },
      { expr: 'histogram_stdvar(temperature)', at: 10, gives: [] },
    ],
  );
});
