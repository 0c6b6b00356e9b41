// Numbers and labels as Go prints, orders, hashes and multiplies them.
import { describe, expect, it } from 'vitest';
import { printPlain } from '../../../../src/lib/go-float.ts';
import { labelsOf } from '../../../../src/model/labels.ts';
import { quantileOf } from '../../../../src/promql/eval/aggregations/quantiles.ts';
import { printLabels, printShortest } from '../../../../src/promql/eval/labels/go-text.ts';
import { hashShare, xxHash64 } from '../../../../src/promql/eval/labels/label-hash.ts';
import { power } from '../../../../src/promql/eval/operators/power.ts';

describe('numbers', () => {
  // As fmt.Printf("%v", …) and strconv.FormatFloat(…, 'f', -1, 64) print them.
  it.each([
    [100_000, '100000', '100000'],
    [1e6, '1e+06', '1000000'],
    [123_456_789, '1.23456789e+08', '123456789'],
    [1e22, '1e+22', '10000000000000000000000'],
    [0.0001, '0.0001', '0.0001'],
    [0.00001, '1e-05', '0.00001'],
    [-1.5e-7, '-1.5e-07', '-0.00000015'],
    [12.5, '12.5', '12.5'],
    [0, '0', '0'],
    [-0, '-0', '-0'],
    [Number.NaN, 'NaN', 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf', '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf'],
  ])('%s', (value, shortest, plain) => {
    expect(printShortest(value)).toBe(shortest);
    expect(printPlain(value)).toBe(plain);
  });

  it.each([
    [-1, Number.POSITIVE_INFINITY, 1],
    [1, Number.NaN, 1],
    [2, 0, 1],
    [-2, 3, -8],
    [-2, 0.5, Number.NaN],
    [0, -1, Number.POSITIVE_INFINITY],
    [4, 0.5, 2],
    [4, -0.5, 0.5],
    [2, 1023, 8.98846567431158e307],
    [2, 1024, Number.POSITIVE_INFINITY],
    [2, -1074, 5e-324],
    [2, -1080, 0],
    [-0.5, 1e19, 0],
    [5e-324, -1, Number.POSITIVE_INFINITY],
    [5e-324, 1, 5e-324],
    // Of which ECMAScript's own has other last digits on some engines.
    [1.1, 10, 2.593742460100002],
    [10, -5, 0.00001],
    [3, 1.7, 6.473007839923779],
  ])('%s ^ %s', (base, exponent, result) => {
    if (Number.isFinite(result)) expect(power(base, exponent)).toBeCloseTo(result, 12);
    else expect(power(base, exponent)).toBe(result);
    if (Number.isInteger(exponent)) expect(power(base, exponent)).toBe(result);
  });

  it('lie at quantiles, NaN before all', () => {
    const of = (share: number, ...values: number[]): number => quantileOf(Float64Array.from(values), share);
    expect(of(0.5, 3, 1, 2)).toBe(2);
    expect(of(0.25, 4, 3, 2, 1)).toBe(1.75);
    expect(of(1, Number.NaN, 7)).toBe(7);
    expect(of(0, 7, Number.NaN)).toBeNaN();
    expect(of(0.5)).toBeNaN();
  });
});

describe('labels', () => {
  it('are printed in order, and quoted', () => {
    const labels = labelsOf({ b: 'x"\\\n\u0001\u0085é', 'a.b': '', 'c-d': '1', __name__: 'm', A: 'z' });
    expect(printLabels(labels)).toBe('{A="z", __name__="m", b="x\\"\\\\\\n\\x01\\u0085é", "c-d"="1"}');
  });

  // The vectors of the specification's own implementation.
  it.each([
    ['', 0xef46db3751d8e999n],
    ['abc', 0x44bc2cf5ad770999n],
    ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
  ])('hash of "%s"', (text, hash) => {
    expect(xxHash64(Buffer.from(text))).toBe(hash);
  });

  it('fall at the same place whatever their order, and whatever is empty', () => {
    const place = hashShare(labelsOf({ a: '1', b: '2' }));
    expect(hashShare(labelsOf({ c: '', b: '2', a: '1' }))).toBe(place);
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThan(1);
    expect(hashShare(labelsOf({ a: '1'.repeat(300) }))).not.toBe(hashShare(labelsOf({ a: '1'.repeat(301) })));
  });
});
