// What Prometheus has behind flags: functions behind an option of ours, syntax never.
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { printExpression } from '../../../src/promql/syntax/print.ts';
import { SIGNATURES } from '../../../src/promql/syntax/signatures.ts';
import { refusalOf } from './support/refusal.ts';

describe('experimental functions and aggregations', () => {
  it.each([
    ['mad_over_time(foo[5m])', '1:1: function "mad_over_time" is not enabled'],
    ['1 + sum(sort_by_label(foo))', '1:9: function "sort_by_label" is not enabled'],
    ['info(1, 2, 3)', '1:1: function "info" is not enabled'],
    ['limitk(1, foo)', '1:1: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions'],
    [
      'limit_ratio by (a) (foo)',
      '1:1: limit_ratio() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
    ],
    ['limitk()', '1:1: no arguments for aggregate expression provided'],
  ])('%s is refused', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
    expect(refusalOf(text, { experimentalFunctions: false })).toEqual({ failure: 'bad-expression', message });
  });

  it.each([
    'mad_over_time(foo[5m])',
    'sort_by_label(foo)',
    'sort_by_label_desc(foo, "a", "b")',
    'limitk(1, foo)',
    'limit_ratio by (a) (-0.5, foo)',
    'info(foo)',
    'info(foo, {})',
    'info(foo, {a=""})',
    'histogram_quantiles(foo, "q", 0.5, 0.9)',
    'double_exponential_smoothing(foo[5m], 0.1, 0.2)',
  ])('%s is read with the option', (text) => {
    expect(parseExpression(text, { experimentalFunctions: true })).toBeDefined();
  });

  it.each([
    ['info(foo, bar)', '1:11: expected label selectors only, got vector selector instead'],
    ['info(foo, (foo))', '1:11: expected label selectors only'],
    ['info(foo, 1)', '1:1: expected type instant vector in call to function "info", got scalar'],
    ['info(foo[5m], {})', '1:6: expected type instant vector in call to function "info", got range vector'],
    ['info({}, {a="b"})', '1:6: vector selector must contain at least one non-empty matcher'],
    ['histogram_quantiles(foo, "q")', '1:1: expected at least 3 argument(s) in call to "histogram_quantiles", got 2'],
    [`histogram_quantiles(foo, "q"${', 0.5'.repeat(11)})`, '1:1: expected at most 12 argument(s) in call to "histogram_quantiles", got 13'],
    ['limitk("a", foo)', '1:8: expected type scalar in aggregation parameter, got string'],
    ['sort_by_label(foo, 1)', '1:20: expected type string in call to function "sort_by_label", got scalar'],
  ])('%s does not fit with the option either', (text, message) => {
    expect(refusalOf(text, { experimentalFunctions: true })).toEqual({ failure: 'bad-expression', message });
  });

  it('are the functions that are said to be', () => {
    for (const [name, { isExperimental }] of SIGNATURES) {
      const { message } = refusalOf(`${name}(foo, foo, foo, foo[1m], "a", foo, foo, foo, foo, foo, foo, foo, foo, foo)`);
      expect(message.endsWith('is not enabled')).toBe(isExperimental);
    }
  });
});

describe('syntax that is refused by its flag', () => {
  it.each([
    ['foo[5m + 1m]', '1:5: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo[1m * 2 ^ 3]', '1:10: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo[5m:-(1m)]', '1:10: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo[(5m)]', '1:6: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo offset (5m)', '1:13: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo offset --5m + 1m', '1:12: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo[step()]', '1:5: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo[5m:-min(1m, step())]', '1:17: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo offset -step()', '1:13: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo offset max(5m, 1m)', '1:16: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo offset -(5m)', '1:13: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['(step())', '1:2: experimental duration expression is not enabled', 'promql-duration-expr'],
    ['foo + range()', '1:7: unknown node type: *parser.DurationExpr', 'promql-duration-expr'],
    ['-step()', '1:2: unknown node type: *parser.DurationExpr', 'promql-duration-expr'],
    ['foo[5m] anchored', '1:1: anchored modifier is experimental and not enabled', 'promql-extended-range-selectors'],
    ['rate(foo[5m] smoothed)', '1:6: smoothed modifier is experimental and not enabled', 'promql-extended-range-selectors'],
    ['foo + fill(0) bar', '1:1: binop fill modifiers are experimental and not enabled', 'promql-binop-fill-modifiers'],
    ['foo + on(a) fill_left (-1) bar', '1:1: binop fill modifiers are experimental and not enabled', 'promql-binop-fill-modifiers'],
    [
      '1 + foo + fill_right(1) fill_left(+1m) bar',
      '1:1: binop fill modifiers are experimental and not enabled',
      'promql-binop-fill-modifiers',
    ],
  ])('%s', (text, words, flag) => {
    const instead = `; Prometheus has it behind --enable-feature=${flag}, Plimsoll does not have it: write it in another way`;
    expect(refusalOf(text)).toEqual({ failure: 'unsupported', message: `${words}${instead}` });
  });

  it.each(['foo </ 1', 'foo >/ 1'])('%s, which is for native histograms', (text) => {
    const { failure, message } = refusalOf(text);
    expect(failure).toBe('unsupported');
    expect(message).toMatch(/^1:1: the trim operators <\/ and >\/ are for native histograms, which Plimsoll does not have/);
  });

  it.each([
    ['foo[step()', '1:11: unexpected end of input in duration expression'],
    ['foo[step(1)]', '1:10: unexpected number "1" in subquery or range selector, expected number, duration, step(), or range()'],
    ['foo[min(1m)]', '1:11: unexpected ")" in subquery or range selector, expected number, duration, step(), or range()'],
    ['foo offset step', '1:16: unexpected end of input in offset, expected number, duration, step(), or range()'],
    ['foo + fill(bar) baz', '1:12: unexpected identifier "bar"'],
    ['foo + fill(-) baz', '1:13: unexpected ")"'],
    ['foo[step()] + nosuch()', '1:15: unknown function with name "nosuch"'],
    ['sum(foo </ "a")', '1:12: binary expression must contain only scalar and instant vector types'],
    ['step(1)', '1:6: unexpected number "1"'],
    ['start()', '1:6: unexpected "("'],
  ])('%s is wrong besides', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

it.each(['foo offset NaN', 'foo offset -nan'])('%s, which Prometheus takes for three hundred years, is refused', (text) => {
  expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message: '1:12: duration out of range' });
});

it('a name of a flag or a modifier is a name elsewhere', () => {
  const text = 'anchored + smoothed * fill - step';
  expect(printExpression(parseExpression(text))).toBe(text);
});
