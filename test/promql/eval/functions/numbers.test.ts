// Numbers as Go reads and prints them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGoNumber } from '../../../../src/promql/eval/functions/parse-number.ts';
import { printDigits, printFixed, printOpenMetrics } from '../../../../src/promql/eval/functions/print-number.ts';

describe('a number in a label', () => {
  it.each<[string, number | undefined]>([
    ['0.5', 0.5],
    ['-1', -1],
    ['+1.', 1],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1E-2', 0.01],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['inf', Number.POSITIVE_INFINITY],
    ['-INFINITY', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['nan', Number.NaN],
    ['1_000', 1000],
    ['0x1p-2', 0.25],
    ['0x_1.8p1', 3],
    ['-0X.8P0', -0.5],
    ['1e-400', 0],
    ['1e400', undefined],
    ['0x1p2000', undefined],
    ['+nan', undefined],
    ['0x10', undefined],
    ['0xp1', undefined],
    ['.', undefined],
    ['', undefined],
    [' 1', undefined],
    ['1e', undefined],
    ['_1', undefined],
    ['1_', undefined],
    ['1__0', undefined],
    ['ten', undefined],
    ['infinit', undefined],
  ])('%j is %d', (text, value) => {
    expect(parseGoNumber(text)).toBe(value);
  });

  it('is read as it is printed', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (value) => parseGoNumber(printOpenMetrics(value)) === value));
  });
});

describe('a number in a message', () => {
  it.each<[number, string]>([
    [0, '0'],
    [1, '1'],
    [10, '10'],
    [100, '1e+02'],
    [0.5, '0.5'],
    [99.5, '1e+02'],
    [0.99, '0.99'],
    [123456.789, '1.2e+05'],
    // Half way is to the even digit.
    [125, '1.2e+02'],
    [135, '1.4e+02'],
    [0.125, '0.12'],
    [0.00012345, '0.00012'],
    [0.000012345, '1.2e-05'],
    [5e-324, '4.9e-324'],
    [-1.25, '-1.2'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('%d to two digits is %s', (value, text) => {
    expect(printDigits(value, 2)).toBe(text);
  });

  it.each<[number, string]>([
    [1.5, '1.500000'],
    [-0, '-0.000000'],
    [1e21, '1000000000000000000000.000000'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('%d with six decimals is %s', (value, text) => {
    expect(printFixed(value)).toBe(text);
  });

  it.each<[number, string]>([
    [0, '0.0'],
    [-0, '0.0'],
    [1, '1.0'],
    [0.25, '0.25'],
    [1e6, '1e+06'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('%d as a quantile is %s', (value, text) => {
    expect(printOpenMetrics(value)).toBe(text);
  });
});
