import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printPlain } from '../../src/lib/go-float.ts';
import { unescapeName } from '../../src/prometheus-api/label-name.ts';
import { parseFloatText, parseInteger, writeSampleValue, writeTime } from '../../src/prometheus-api/numbers.ts';
import { MAX_TIME_MS, MIN_TIME_MS, parseDuration, parseTime } from '../../src/prometheus-api/times.ts';

describe('values', () => {
  it.each([
    [0, '0', '0'],
    [-0, '-0', '-0'],
    [1_000_000, '1000000', '1000000'],
    [123_456_789.125, '123456789.125', '123456789.125'],
    [1e20, '100000000000000000000', '100000000000000000000'],
    [1e21, '1e+21', '1000000000000000000000'],
    [1.5e300, '1.5e+300', `15${'0'.repeat(299)}`],
    [1e-6, '0.000001', '0.000001'],
    [1.25e-7, '1.25e-07', '0.000000125'],
    [-5e-324, '-5e-324', `-0.${'0'.repeat(323)}5`],
    [Number.NaN, 'NaN', 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf', '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf'],
  ])('%d', (value, sample, scalar) => {
    expect(writeSampleValue(value)).toBe(sample);
    expect(printPlain(value)).toBe(scalar);
  });

  it('read back as they were', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(writeSampleValue(value))).toBe(value);
        expect(Number(printPlain(value))).toBe(value);
        expect(printPlain(value)).not.toContain('e');
      }),
    );
  });

  it.each([
    [0, '0'],
    [1, '0.001'],
    [1_787_392_800_010, '1787392800.01'],
    [1_787_392_800_999.9, '1787392800.999'],
    [-1500, '-1.5'],
  ])('of time: %d ms', (timeMs, text) => {
    expect(writeTime(timeMs)).toBe(text);
  });
});

it.each([
  ['1', 1],
  ['-1.5e3', -1500],
  ['+.5', 0.5],
  ['5.', 5],
  ['1e999', undefined],
  ['NaN', undefined],
  ['Inf', undefined],
  ['0x10', undefined],
  [' 1', undefined],
  ['', undefined],
  ['.', undefined],
  ['1e', undefined],
])('the number %j', (text, value) => {
  expect(parseFloatText(text)).toBe(value);
});

it.each([
  ['7', 7],
  ['+7', 7],
  ['-7', -7],
  ['', 'strconv.Atoi: parsing "": invalid syntax'],
  ['9223372036854775808', 'strconv.Atoi: parsing "9223372036854775808": value out of range'],
  ['-9223372036854775808', -(2 ** 63)],
])('the integer %j', (text, value) => {
  expect(parseInteger(text)).toBe(value);
});

it('an integer of many digits is out of range at once', () => {
  expect(parseInteger('1'.repeat(1_000_000))).toContain('value out of range');
});

describe('an instant', () => {
  it.each([
    ['0', 0],
    ['1.0006', 1001],
    ['1787392800.1239', 1_787_392_800_124],
    ['-1.5', -1500],
    ['1e300', MAX_TIME_MS],
    ['-1e300', MIN_TIME_MS],
    ['2026-08-22T10:00:00Z', 1_787_392_800_000],
    ['2026-08-22T10:00:00.123999999Z', 1_787_392_800_123],
    ['2026-08-22T10:00:00,5-00:30', 1_787_394_600_500],
    ['2024-02-29T00:00:00+14:00', Date.UTC(2024, 1, 28, 10)],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
    ['-292273086-05-16T16:47:06Z', MIN_TIME_MS],
    ['292277025-08-18T07:12:54.999999999Z', MAX_TIME_MS],
  ])('%s', (text, timeMs) => {
    expect(parseTime(text)).toBe(timeMs);
  });

  it.each([
    '',
    'now',
    '2026-08-22',
    '2026-08-22 10:00:00Z',
    '2026-08-22t10:00:00z',
    '2026-08-22T10:00:00',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-08-22T24:00:00Z',
    '2026-08-22T10:60:00Z',
    '2026-08-22T10:00:60Z',
    '2026-08-22T10:00:00+24:00',
    '2026-08-22T10:00:00+00:60',
    '1e999',
  ])('%j is none', (text) => {
    expect(parseTime(text)).toEqual({ problem: `cannot parse ${JSON.stringify(text)} to a valid timestamp` });
  });
});

describe('a duration', () => {
  it.each([
    ['15', 15_000],
    ['0.5', 500],
    ['1.001', 1000.999_999],
    ['-3', -3000],
    ['0', 0],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1y2w3d4h5m6s7ms', 31_536_000_000 + 14 * 86_400_000 + 3 * 86_400_000 + 14_400_000 + 300_000 + 6007],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    ['', ''],
    ['m', ''],
    ['5', undefined],
    ['5m1h', ''],
    ['5m5m', ''],
    ['-5m', ''],
    ['5 m', ''],
    ['300y', ''],
    ['9223372037', '. It overflows int64'],
    ['-1e10', '. It overflows int64'],
  ])('%j, or none', (text, more) => {
    if (more === undefined) expect(parseDuration(text)).toBe(5000);
    else expect(parseDuration(text)).toEqual({ problem: `cannot parse ${JSON.stringify(text)} to a valid duration${more}` });
  });
});

it.each([
  ['pod', 'pod'],
  ['U__a_2e_b', 'a.b'],
  ['U__a__b', 'a_b'],
  ['U___1f600_', '😀'],
  ['U__plain', 'plain'],
  ['U__a_b', 'U__a_b'],
  ['U__a_zz_', 'U__a_zz_'],
  ['U__a_110000_', 'U__a_110000_'],
  ['U__a_d800_', 'U__a_d800_'],
])('the label %s is %s', (name, plain) => {
  expect(unescapeName(name)).toBe(plain);
});
