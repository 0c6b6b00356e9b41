// What literals are worth.
import { describe, expect, it } from 'vitest';
import type { Selector, Subquery } from '../../../src/promql/syntax/ast.ts';
import { quoteAsGo } from '../../../src/promql/syntax/go-quote.ts';
import { millisecondsOf, parseDuration, parseNumber, printDuration } from '../../../src/promql/syntax/literals.ts';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';

function worthOf(text: string): unknown {
  const expr = parseExpression(text);
  return expr.kind === 'number' || expr.kind === 'string' ? expr.value : expr;
}

function timesOf(text: string): Pick<Selector, 'rangeMs' | 'offsetMs' | 'pinned'> & Partial<Pick<Subquery, 'stepMs'>> {
  const expr = parseExpression(text);
  if (expr.kind !== 'selector' && expr.kind !== 'subquery') throw new Error(`${text} is a ${expr.kind}`);
  const { rangeMs, offsetMs, pinned } = expr;
  return { rangeMs, offsetMs, pinned, ...(expr.kind === 'subquery' && { stepMs: expr.stepMs }) };
}

describe('numbers', () => {
  it.each([
    ['1_000.5e-1_0', 1000.5e-10],
    ['0xFF', 255],
    ['0x_f', 15],
    ['0x7fffffffffffffff', 2 ** 63],
    ['017', 15],
    ['0777777777777777777777', 2 ** 63],
    // Too large for its base, so it is read as a decimal.
    ['01000000000000000000000', 1e21],
    ['09007199254740993', 9007199254740992],
    ['5.', 5],
    ['.5', 0.5],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['nAn', Number.NaN],
    ['-0', -0],
    ['--5', 5],
    ['1e-400', 0],
    ['1h30m', 5400],
    ['-1ms', -0.001],
    ['1y', 31_536_000],
  ])('%s is %d', (text, value) => {
    expect(worthOf(text)).toBe(value);
  });

  it('of milliseconds are what Go adds up', () => {
    expect(parseDuration('8589934592s1ms')).toBe(8589934592 + 0.001);
    expect(parseDuration('1s7ms')).toBe(1 + 7e6 / 1e9);
  });

  it.each(['1_', '_1', '', '1e', '0x', 'x'])('%j is none, whatever the lexer let pass', (text) => {
    expect(parseNumber(text)).toBe(`error parsing number: strconv.ParseFloat: parsing "${text}": invalid syntax`);
  });
});

describe('ranges, steps, offsets and time stamps', () => {
  it.each([
    ['foo[1m30s]', { rangeMs: 90_000 }],
    ['foo[0.0015]', { rangeMs: 1 }],
    ['foo[1e-9]', { rangeMs: 0 }],
    ['foo[0x10]', { rangeMs: 16_000 }],
    ['foo[292y]', { rangeMs: 9_208_512_000_000 }],
    ['foo offset 1m', { offsetMs: 60_000 }],
    ['foo offset -1.0005', { offsetMs: -1000 }],
    ['foo offset - 1m30s', { offsetMs: -90_000 }],
    ['foo offset 0s', { offsetMs: 0 }],
    ['foo @ 1.0005', { pinned: { kind: 'time', timeMs: 1001 } }],
    ['foo @ -1.0005', { pinned: { kind: 'time', timeMs: -1001 } }],
    ['foo @ 1m', { pinned: { kind: 'time', timeMs: 60_000 } }],
    ['foo @ start()', { pinned: { kind: 'start' } }],
    ['foo[5m] @ end() offset 1h', { rangeMs: 300_000, pinned: { kind: 'end' }, offsetMs: 3_600_000 }],
    ['foo @ start() [5m]', { rangeMs: 300_000, pinned: { kind: 'start' } }],
    ['foo[1h:5m]', { rangeMs: 3_600_000, stepMs: 300_000 }],
    ['foo[1h:]', { rangeMs: 3_600_000, stepMs: undefined }],
    ['foo[1h:0.0001]', { rangeMs: 3_600_000, stepMs: undefined }],
  ])('%s', (text, times) => {
    expect(timesOf(text)).toEqual({ rangeMs: undefined, offsetMs: undefined, pinned: undefined, ...times });
  });
});

describe('strings', () => {
  it.each([
    [String.raw`"\x41\101\u0041\U00000041"`, 'AAAA'],
    [String.raw`"\a\b\f\n\r\t\v\\\""`, '\x07\b\f\n\r\t\v\\"'],
    [String.raw`'\''`, "'"],
    ['`\\n`', '\\n'],
    [String.raw`"\xe4\xb8\xad\xf0\x9f\x98\x80\xc3\xa9"`, '中😀é'],
    [String.raw`"\344\270\255"`, '中'],
    [String.raw`"\xef\xbb\xbf"`, '\ufeff'],
    [String.raw`"\\x41"`, '\\x41'],
    ['"a\tb"', 'a\tb'],
  ])('%s', (text, value) => {
    expect(worthOf(text)).toBe(value);
  });

  it.each([
    String.raw`"\x80"`,
    String.raw`"\xe4\xb8"`,
    String.raw`"a\xffb"`,
    String.raw`"\xed\xa0\x80"`,
    String.raw`"\xc0\x80"`,
    String.raw`"\xf4\x90\x80\x80"`,
  ])('%s keeps bytes that are no text, and equals no text', (text) => {
    const value = String(worthOf(text));
    expect(value.isWellFormed()).toBe(false);
    expect(quoteAsGo(value)).toBe(text);
  });
});

describe('printDuration', () => {
  it.each([
    [0, '0s'],
    [0.9, '0s'],
    [1, '1ms'],
    [-90_000, '-1m30s'],
    [604_800_000, '1w'],
    [604_800_001, '7d1ms'],
    [31_536_000_000, '1y'],
    [31_536_000_000 + 604_800_000, '372d'],
    [31_536_000_000 + 1000, '365d1s'],
  ])('%d ms is %s', (ms, text) => {
    expect(printDuration(ms)).toBe(text);
  });

  it.each([
    [0.001, 1],
    [-0.0019, -1],
    [8_640_000.0001, 8_640_000_000],
  ])('%d s are %d ms', (seconds, ms) => {
    expect(millisecondsOf(seconds)).toBe(ms);
  });
});

describe('quoteAsGo', () => {
  it.each([
    ['a b', '"a b"'],
    ['"\\', String.raw`"\"\\"`],
    ['\x00\x1f\x7f', String.raw`"\x00\x1f\x7f"`],
    ['é😀中', '"é😀中"'],
    ['\u00a0\u2028\ufeff', String.raw`"\u00a0\u2028\ufeff"`],
    ['\u{e0001}', String.raw`"\U000e0001"`],
    ["'", `"'"`],
  ])('%j', (text, quoted) => {
    expect(quoteAsGo(text)).toBe(quoted);
  });
});
