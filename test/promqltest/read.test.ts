// The language itself: series in expanding notation, commands, and the line of every mistake.
import { describe, expect, it } from 'vitest';
import { FormatError } from './format/commands.ts';
import { durationMsOf, numberLineOf } from './format/numbers.ts';
import { parseFile } from './format/parse.ts';
import { parsePoints } from './format/points.ts';
import { parseSeriesLine } from './format/series.ts';
import { textOf } from './format/strings.ts';

describe('samples', () => {
  const ALMOST = [0.1, 0.1 + 0.1, 0.1 + 0.1 + 0.1];
  it.each<readonly [string, readonly unknown[]]>([
    ['', []],
    [' 1 2  3\t4 ', [1, 2, 3, 4]],
    ['-1 +2 .5 5. 1e3 -1.5E-3 1_000', [-1, 2, 0.5, 5, 1000, -0.0015, 1000]],
    ['010 09 0', [8, 9, 0]],
    ['NaN nan Inf -Inf +inf', [Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
    ['-0', [-0]],
    ['1+2x3', [1, 3, 5, 7]],
    ['-2-0.5x2', [-2, -2.5, -3]],
    ['0.1+0.1x2', ALMOST],
    ['1e1-1e1x1', [10, 0]],
    ['7x2 8x0', [7, 7, 7, 8]],
    ['1+1x0', [1]],
    ['0-Infx1', [0, Number.NEGATIVE_INFINITY]],
    ['1 _ _x2 _x0 stale stalex1', [1, 'none', 'none', 'none', 'stale', 'stale', 'stale']],
    ['{{}} {{schema:1 count:2 buckets:[1 2]}}x1 1', ['histogram', 'histogram', 'histogram', 1]],
    ['{{sum:1}}+{{sum:2}}x2', ['histogram', 'histogram', 'histogram']],
  ])('%s', (text, points) => {
    expect(parsePoints(text)).toEqual(points);
  });

  it.each([
    ['x', 'expected numbers, _, stale or {{…}}, got "x"'],
    ['1 2a', 'expected numbers, _, stale or {{…}}, got "2a"'],
    ['1+2', 'expected numbers, _, stale or {{…}}, got "1+2"'],
    ['0x10y', 'expected numbers, _, stale or {{…}}, got "0x10y"'],
    ['1,2', 'expected numbers, _, stale or {{…}}, got "1,2"'],
    ['1 # comment', 'expected numbers, _, stale or {{…}}, got "#"'],
    ['{{count:1', 'expected numbers, _, stale or {{…}}, got "{{count:1"'],
    ['stale+1x2', 'expected no step after stale, got "stale+1x2"'],
    ['1e999', 'expected a number that a float can hold, got "1e999"'],
    ['1_0.5', 'expected a number that a float can hold, got "1_0.5"'],
    ['1x1000000', '1x1000000 makes more than 1000000 samples of one line'],
    ['1x999998 1 1', '1 makes more than 1000000 samples of one line'],
  ])('%s is none', (text, message) => {
    expect(() => parsePoints(text)).toThrow(new Error(message));
  });
});

describe('series', () => {
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['m 1', { __name__: 'm' }],
    ['a:b_c{} 1', { __name__: 'a:b_c' }],
    ['{} 1', {}],
    ['m{a="x",b=\'y\', c=`z\\`} 1', { __name__: 'm', a: 'x', b: 'y', c: 'z\\' }],
    ['{a="x",} 1', { a: 'x' }],
    ['{ "m.n" , "l.m" = "}" } 1', { __name__: 'm.n', 'l.m': '}' }],
    ['m{a="\\"\\n\\u00e4", b=""} 1', { __name__: 'm', a: '"\nä' }],
    ['sum{by="x"} 1', { __name__: 'sum', by: 'x' }],
  ])('%s', (text, labels) => {
    expect(Object.fromEntries(parseSeriesLine(text).labels)).toEqual(labels);
    expect(parseSeriesLine(text).points).toEqual([1]);
  });

  it.each([
    ['1 2', 'expected a series such as name{label="value"}, got "1 2"'],
    ['m{a} 1', 'expected "=" after the label a, got "} 1"'],
    ['m{a=1} 1', 'expected the value of a in quotes, got "1} 1"'],
    ['m{a="x" b="y"} 1', 'expected "," or "}", got " b=\\"y\\"} 1"'],
    ['m{a="x", a="y"} 1', 'expected each label once, got a second a'],
    ['m{1="x"} 1', 'expected a label\'s name or "}", got "1=\\"x\\"} 1"'],
    ['m{a="\\q"} 1', 'expected a string with valid escapes, got "\\q"'],
    ['m{"n"} 1', 'expected each label once, got a second __name__'],
    ['m{a="x"}1', 'expected a blank before the samples, got "1"'],
    ['m-n 1', 'expected a blank before the samples, got "-n 1"'],
  ])('%s is none', (text, message) => {
    expect(() => parseSeriesLine(text)).toThrow(new Error(message));
  });
});

describe('strings', () => {
  it.each([
    ['"a\\t\\x41\\101\\u00e4\\U0001F600\\\\\\""', 'a\tAAä😀\\"'],
    ["'a\\''", "a'"],
    ['`a\\n`', 'a\\n'],
    ['""', ''],
  ])('%s', (quoted, text) => {
    expect(textOf(quoted)).toBe(text);
  });

  it.each(['a', '"a', '"a\'', '"a"b"', '"\\q"', '"\\\'"', '"\\x4"', '"\\400"', '"\\ud800"', '"\\U00110000"', '"\\U0000dfff"', '`a`b`'])(
    '%s is none',
    (quoted) => {
      expect(textOf(quoted)).toBeUndefined();
    },
  );
});

it.each([
  ['0', 0],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['1y1w1d1ms', 31_536_000_000 + 604_800_000 + 86_400_000 + 1],
  ['5', undefined],
  ['', undefined],
  ['1m1h', undefined],
  ['1m1m', undefined],
  ['1.5m', undefined],
  ['-1m', undefined],
  ['300y', undefined],
])('%j as a duration is %s', (text, durationMs) => {
  expect(durationMsOf(text)).toBe(durationMs);
});

it.each([
  ['1', 1],
  ['-1.5e3', -1500],
  ['0x1F', 31],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
  ['1 2', undefined],
  ['m 1', undefined],
  ['1e999', undefined],
])('%j as a line of a number is %s', (line, number) => {
  expect(numberLineOf(line)).toBe(number);
});

describe('files', () => {
  it('are blocks of lines: load, clear, eval', () => {
    const text = [
      '# comment',
      'load 5m',
      '  m{a="x"} 1',
      '\tm{a="y"} 2',
      '  m{a="x"} 3',
      '',
      'CLEAR',
      'load_with_nhcb 10s',
      '',
      'eval instant at 50m  sum(m) # 1',
      '  1',
      'eval_warn range from 0 to 1m step 10s m',
      '  expect no_info',
      '  m 1+1x2',
      '# ends the block',
    ].join('\r\n');
    expect(parseFile(text)).toMatchObject([
      { kind: 'load', line: 2, stepMs: 300_000, withNative: false, series: [{ points: [3] }, { points: [2] }] },
      { kind: 'clear', line: 7 },
      { kind: 'load', line: 8, stepMs: 10_000, withNative: true },
      { kind: 'eval', line: 10, expr: 'sum(m) # 1', asked: { kind: 'instant', timeMs: 3_000_000 }, value: { kind: 'scalar', value: 1 } },
      {
        kind: 'eval',
        line: 12,
        text: 'eval_warn range from 0 to 1m step 10s m',
        asked: { kind: 'range', startMs: 0, endMs: 60_000, stepMs: 10_000 },
        expected: { ordered: false, fail: [], warn: [{ says: 'anything' }], noInfo: true, noWarn: false },
        value: { kind: 'series', series: [{ points: [1, 2, 3] }] },
      },
    ]);
  });

  it('may say what to expect in the old way or the new', () => {
    const expected = (text: string): unknown => parseFile(text).map((command) => command.kind === 'eval' && command.expected);
    expect(
      expected('eval_fail instant at 1m m\nexpected_fail_message  a b\neval_fail instant at 1m m\nexpected_fail_regexp a.*'),
    ).toMatchObject([{ fail: [{ says: '"a b"' }] }, { fail: [{ says: 'something like "a.*"' }] }]);
    expect(expected('eval_warn instant at 1m m\nexpect warn msg: a\nexpect warn regex:b')).toMatchObject([
      { warn: [{ says: '"a"' }, { says: 'something like "b"' }] },
    ]);
    expect(parseFile('eval instant at 9m m[1m]\nexpect range vector from 1m to 2m step 1m\nm 1 2')).toMatchObject([
      { asked: { kind: 'instant', timeMs: 120_000 }, samplesAt: { startMs: 60_000, endMs: 120_000, stepMs: 60_000 } },
    ]);
    expect(parseFile('eval instant at 9m "x"\nexpect string `a\\`')).toMatchObject([{ value: { kind: 'string', value: 'a\\' } }]);
    expect(parseFile('eval instant at 9m m\nexpect{} 1')).toMatchObject([{ value: { kind: 'series', series: [{ points: [1] }] } }]);
  });

  const SAY =
    '"eval instant at TIME EXPR" or "eval range from TIME to TIME step DURATION EXPR" (eval_fail, eval_warn, eval_info, eval_ordered)';
  it.each([
    ['m 1', 1, 'expected load, clear or eval, got "m 1"'],
    ['load 1m\n  m 1\n\n  m 2', 4, 'expected load, clear or eval, got "m 2"'],
    ['load', 1, 'expected "load DURATION" or "load_with_nhcb DURATION", got "load"'],
    ['load 5', 1, 'expected "load DURATION" or "load_with_nhcb DURATION", got "load 5"'],
    ['load_all 5m', 1, 'expected "load DURATION" or "load_with_nhcb DURATION", got "load_all 5m"'],
    ['load 1m\n  m 1\n  m one', 3, 'expected numbers, _, stale or {{…}}, got "one"'],
    ['load 1m\n  {} 1', 2, 'expected a series with a name or a label, got {}'],
    ['eval m', 1, `expected ${SAY}, got "eval m"`],
    ['eval_often instant at 1m m', 1, `expected ${SAY}, got "eval_often instant at 1m m"`],
    ['eval_ordered range from 0 to 1m step 1m m', 1, `expected ${SAY}, got "eval_ordered range from 0 to 1m step 1m m"`],
    ['eval instant at noon m', 1, 'expected a time such as 1h30m, got "noon"'],
    ['eval range from 0 to 1m step 1 m', 1, 'expected a time such as 1h30m, got "1"'],
    ['eval range from 2m to 1m step 1m m', 1, 'expected an end that is not before the start, got from 2m to 1m'],
    [
      'clear\neval instant at 1m m\n  m 1 2',
      3,
      'expected one value of a series at an instant, got 2; put "expect range vector from … to … step …" before it for a range vector',
    ],
    ['eval instant at 1m m\n  m', 2, 'expected one value of a series at an instant, got 0; say it'],
    ['eval instant at 1m m\n  expect', 2, 'expected "expect" with one of ordered, fail, warn, no_warn, info, no_info, got "expect"'],
    [
      'eval instant at 1m m\n  expect joy',
      2,
      'expected "expect" with one of ordered, fail, warn, no_warn, info, no_info, got "expect joy"',
    ],
    ['eval instant at 1m m\n  expect fail\n  expect fail msg: a', 3, 'expected one line of what fails, got a second one'],
    ['eval instant at 1m m\n  expect warn\n  expect no_warn', 3, 'expected warn or no_warn, got both'],
    ['eval instant at 1m m\n  expect no_info\n  expect info', 3, 'expected info or no_info, got both'],
    [
      'eval instant at 1m m\n  expect range vector',
      2,
      'expected "expect range vector from TIME to TIME step DURATION", got "expect range vector"',
    ],
    ['eval instant at 1m m\n  expect string a', 2, 'expected a string in double quotes or backticks, got "a"'],
    ["eval instant at 1m m\n  expect string 'a'", 2, 'expected a string in double quotes or backticks, got "\'a\'"'],
  ])('%j is none', (text, line, message) => {
    expect(() => parseFile(text)).toThrow(expect.objectContaining({ name: 'FormatError', line, message }));
  });

  it.each(['eval instant at 1m m\n  expect warn regex: (', 'eval_fail instant at 1m m\n  expected_fail_regexp ('])('%j is none', (text) => {
    expect(() => parseFile(text)).toThrow(FormatError);
    expect(() => parseFile(text)).toThrow(/^expected a regular expression \(RE2\), got "\(": /);
  });
});
