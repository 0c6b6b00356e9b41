// What is refused, and in which words.
import { describe, expect, it } from 'vitest';
import { QueryError } from '../../../src/model/query-engine.ts';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';

function refusalOf(text: string): QueryError {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
  }
  throw new Error(`${text} was not refused with a QueryError`);
}

describe('text that is no expression', () => {
  it.each([
    ['', '1:1 expected an expression, got the end'],
    ['# nothing', '1:10 expected an expression, got the end'],
    ['foo bar', '1:5 expected an operator or the end, got "bar"'],
    ['foo)', '1:4 expected an operator or the end, got ")"'],
    ['(foo', '1:5 expected ")", got the end'],
    ['foo +', '1:6 expected an expression, got the end'],
    ['foo\n  + *', '2:5 expected an expression, got "*"'],
    ['foo + bool', '1:11 expected an expression, got the end'],
    ['on', '1:1 expected an expression, got "on"'],
    ['foo * group_left(a) bar', '1:7 expected an expression, got "group_left"'],
    ['foo * on(a) ignoring(b) bar', '1:13 expected an expression, got "ignoring"'],
    ['foo ~ bar', '1:5 expected an expression, got the character "~"'],
    ['é', '1:1 expected an expression, got the character "é"'],
    ['"abc', '1:1 the string has no closing "'],
    ['"a\nb"', '1:1 the string has no closing "'],
    ['"\\q"', '1:1 expected a string with valid escapes in quotes, got "\\"\\\\q\\""'],
    ['"\\ud800"', '1:1 expected a string with valid escapes in quotes, got "\\"\\\\ud800\\""'],
    ['"\\xff"', '1:1 expected a string with valid escapes in quotes, got "\\"\\\\xff\\""'],
    ['"\\\'"', '1:1 expected a string with valid escapes in quotes, got "\\"\\\\\'\\""'],
    ['1.2.3', '1:1 expected a number or a duration, got "1.2.3"'],
    ['5mm', '1:1 expected a number or a duration, got "5mm"'],
    ['1s1m', '1:1 expected a number or a duration, got "1s1m"'],
    ['0xZZ', '1:1 expected a number or a duration, got "0xZZ"'],
    ['1__0', '1:1 expected a number or a duration, got "1__0"'],
    ['1e1_', '1:1 expected a number or a duration, got "1e1_"'],
    ['1e309', '1:1 expected a number or a duration, got "1e309"'],
    ['293y', '1:1 expected a number or a duration, got "293y"'],
    ['sum by a (foo)', '1:8 expected "(", got "a"'],
    ['sum by (a b) (foo)', '1:11 expected "," or ")", got "b"'],
    ['sum by (1) (foo)', '1:9 expected a label name, got "1"'],
    ['sum by (a:b) (foo)', '1:9 expected a label name, got "a:b"'],
    ['sum(foo, bar)', '1:8 expected ")", got ","'],
    ['sum(foo) by (a) without (b)', '1:17 expected an operator or the end, got "without"'],
    ['rate(foo[5m]', '1:13 expected "," or ")", got the end'],
  ])('%s', (text, message) => {
    const refusal = refusalOf(text);
    expect(refusal.failure).toBe('bad-expression');
    expect(refusal.message).toBe(`cannot read expression ${JSON.stringify(text)}: at ${message}`);
  });
});

describe('selectors that are none', () => {
  it.each([
    ['{}', '1:1 expected a selector with at least one condition that the empty string does not meet'],
    ['{a=""}', '1:1 expected a selector with at least one condition that the empty string does not meet'],
    ['{a=~".*"}', '1:1 expected a selector with at least one condition that the empty string does not meet'],
    ['foo{__name__="bar"}', '1:1 the metric name is said twice: before the braces and in them'],
    ['foo{a}', '1:6 expected one of = != =~ !~, got "}"'],
    ['foo{a=b}', '1:7 expected a string with valid escapes in quotes, got "b"'],
    ['foo{a="b" c="d"}', '1:11 expected "," or "}", got "c"'],
    ['foo{,}', '1:5 expected a label name, got ","'],
    ['foo{a=~"("}', '1:8 expected a regular expression (RE2), got one with error parsing regexp: missing closing ): `^(?s:()$`'],
    ['foo[5m', '1:7 expected "]", got the end'],
    ['foo[]', '1:5 expected a duration such as 5m, got "]"'],
    ['foo[-5m]', '1:5 expected a duration such as 5m, got "-"'],
    ['foo[0s]', '1:4 expected a range above zero'],
    ['foo[9.3e9]', '1:5 expected a duration such as 5m, got "9.3e9"'],
    ['foo offset -9.3e9', '1:13 expected a duration such as 5m, got "9.3e9"'],
    ['foo[5m][5m]', '1:8 expected one range, got a second one'],
    ['foo offset 5m [5m]', '1:15 expected the range before the offset'],
    ['(foo)[5m]', '1:6 expected a selector before the range'],
    ['sum(foo)[5m]', '1:9 expected a selector before the range'],
    ['foo offset', '1:11 expected a duration such as 5m, got the end'],
    ['foo offset 0s offset 5m', '1:15 expected one offset, got a second one'],
    ['sum(foo) offset 5m', '1:10 expected a selector before the offset'],
  ])('%s', (text, message) => {
    expect(refusalOf(text).message).toBe(`cannot read expression ${JSON.stringify(text)}: at ${message}`);
  });
});

describe('types that do not fit', () => {
  it.each([
    ['rate(foo)', '1:6 expected range vector as argument 1 of rate, got instant vector'],
    ['abs(foo[5m])', '1:5 expected instant vector as argument 1 of abs, got range vector'],
    ['abs(1)', '1:5 expected instant vector as argument 1 of abs, got scalar'],
    ['clamp_min(foo, bar)', '1:16 expected scalar as argument 2 of clamp_min, got instant vector'],
    ['clamp_min(foo)', '1:1 expected 2 argument(s) of clamp_min, got 1'],
    ['time(1)', '1:1 expected 0 argument(s) of time, got 1'],
    ['scalar("a")', '1:8 expected instant vector as argument 1 of scalar, got string'],
    ['sum(1)', '1:5 expected instant vector in sum(), got scalar'],
    ['sum(foo[5m])', '1:5 expected instant vector in sum(), got range vector'],
    ['-"a"', '1:2 expected scalar or instant vector after the sign "-", got string'],
    ['1 + "a"', '1:5 expected scalar or instant vector beside "+", got string'],
    ['foo[5m] > 1', '1:1 expected scalar or instant vector beside ">", got range vector'],
    ['1 and foo', '1:1 expected instant vector beside "and", got scalar'],
    ['foo or 1', '1:8 expected instant vector beside "or", got scalar'],
    ['1 > 2', '1:3 expected bool between scalars, as in 1 > bool 2'],
    ['foo + bool bar', '1:5 expected a comparison for bool, got "+"'],
    ['1 + ignoring(a) foo', '1:3 expected instant vectors on both sides of on() or ignoring(), got a scalar'],
    ['foo + on(a) 1', '1:5 expected instant vectors on both sides of on() or ignoring(), got a scalar'],
    ['foo and on(a) group_left bar', '1:5 expected no group_left or group_right with "and"'],
    ['foo * on(a) group_left(a) bar', '1:5 expected the label "a" in on() or in the group, got it in both'],
  ])('%s', (text, message) => {
    const refusal = refusalOf(text);
    expect(refusal.failure).toBe('bad-expression');
    expect(refusal.message).toBe(`cannot read expression ${JSON.stringify(text)}: at ${message}`);
  });
});

describe('PromQL that is not there yet', () => {
  const functions =
    'it has: abs, avg_over_time, clamp_max, clamp_min, count_over_time, delta, increase, irate, last_over_time, max_over_time, min_over_time, rate, scalar, sum_over_time, time, vector';
  const aggregations = 'it has: sum, avg, min, max, count';
  it.each([
    ['histogram_quantile(0.9, foo)', 'function "histogram_quantile"', functions],
    ['RATE(foo[5m])', 'function "RATE"', functions],
    ['constructor(foo)', 'function "constructor"', functions],
    ['topk(3, foo)', 'aggregation "topk"', aggregations],
    ['quantile by (a) (0.9, foo)', 'aggregation "quantile"', aggregations],
    ['foo atan2 bar', 'operator "atan2"', 'it has: or and unless == != < <= > >= + - * / % ^'],
    ['foo[5m:1m]', 'subquery "[5m:1m]"', 'write a plain range such as [5m]'],
    ['rate(foo[1m])[5m:]', 'subquery "[5m:]"', 'write a plain range such as [5m]'],
    ['foo @ 1', 'modifier "@"', 'write offset'],
    ['sum(foo) @ end()', 'modifier "@"', 'write offset'],
    ['rate(foo[5m]) keep_metric_names', 'modifier "keep_metric_names"', 'leave it out'],
    ['rate(foo[5m] smoothed)', 'modifier "smoothed"', 'leave it out'],
  ])('%s', (text, what, instead) => {
    const refusal = refusalOf(text);
    expect(refusal.failure).toBe('unsupported');
    expect(refusal.message).toBe(`cannot evaluate ${what}: Plimsoll does not have it yet; ${instead}`);
  });
});

describe('text that would cost too much', () => {
  it.each([
    ['too long', 'a'.repeat(100_001), 'expected at most 100000 characters, got 100001'],
    ['too many operators', `1${' + 1'.repeat(301)}`, 'the expression has more than 300 parts; split it'],
    ['too many signs', `${'-'.repeat(301)}1`, 'the expression has more than 300 parts; split it'],
    ['too deep', `${'('.repeat(50_000)}1`, 'the expression has more than 300 parts; split it'],
    ['a long string without an end', `"${'a'.repeat(90_000)}`, 'the string has no closing "'],
    ['a long number that is none', `${'1'.repeat(90_000)}x`, 'expected a number or a duration'],
  ])('%s', (_name, text, problem) => {
    expect(refusalOf(text).message).toContain(problem);
  });

  it('is read up to the limit', () => {
    expect(parseExpression(`${'('.repeat(150)}1${' + 1)'.repeat(150)}`).kind).toBe('binary');
  });
});

it.each([`foo{${'a=~"b{1000}",'.repeat(5)}}`, `foo{${String.raw`a=~"b\x7b1000}",c!~"d{\x31000}",`.repeat(3)}}`])(
  'has regular expressions that may take memory and time: %s',
  (text) => {
    const words = 'at 1:8 expected at most 4 repetitions such as {2,5} in all regular expressions together';
    expect(refusalOf(text)).toMatchObject({ failure: 'bad-expression', message: expect.stringContaining(words) });
  },
);
