// What does not fit together: the first misfit, at its place, in Prometheus's words.
import { describe, expect, it } from 'vitest';
import { refusalOf } from './support/refusal.ts';

describe('arguments of functions', () => {
  it.each([
    ['rate(foo)', '1:6: expected type range vector in call to function "rate", got instant vector'],
    ['rate(1)', '1:6: expected type range vector in call to function "rate", got scalar'],
    ['abs(foo[5m])', '1:5: expected type instant vector in call to function "abs", got range vector'],
    ['abs(1)', '1:5: expected type instant vector in call to function "abs", got scalar'],
    ['abs("a")', '1:5: expected type instant vector in call to function "abs", got string'],
    ['clamp_min(foo, bar)', '1:16: expected type scalar in call to function "clamp_min", got instant vector'],
    ['clamp_min(foo)', '1:1: expected 2 argument(s) in call to "clamp_min", got 1'],
    ['clamp_min(foo, 1, 2)', '1:1: expected 2 argument(s) in call to "clamp_min", got 3'],
    ['time(1)', '1:1: expected 0 argument(s) in call to "time", got 1'],
    ['pi(1)', '1:1: expected 0 argument(s) in call to "pi", got 1'],
    ['scalar("a")', '1:8: expected type instant vector in call to function "scalar", got string'],
    ['vector(foo)', '1:8: expected type scalar in call to function "vector", got instant vector'],
    ['round()', '1:1: expected at least 1 argument(s) in call to "round", got 0'],
    ['round(foo, 1, 2)', '1:1: expected at most 2 argument(s) in call to "round", got 3'],
    ['hour(foo, bar)', '1:1: expected at most 1 argument(s) in call to "hour", got 2'],
    ['label_join(foo)', '1:1: expected at least 3 argument(s) in call to "label_join", got 1'],
    ['label_join(foo, "a", "b", 1)', '1:27: expected type string in call to function "label_join", got scalar'],
    ['label_replace(foo, "a", "b", "c")', '1:1: expected 5 argument(s) in call to "label_replace", got 4'],
    ['histogram_quantile(foo, foo)', '1:20: expected type scalar in call to function "histogram_quantile", got instant vector'],
    ['quantile_over_time(foo[5m], 1)', '1:20: expected type scalar in call to function "quantile_over_time", got range vector'],
    ['rate(foo[5m:] + 1)', '1:6: binary expression must contain only scalar and instant vector types'],
    ['abs(rate(foo))', '1:10: expected type range vector in call to function "rate", got instant vector'],
    ['sum(rate(foo))', '1:10: expected type range vector in call to function "rate", got instant vector'],
    ['predict_linear(foo[5m], "a")', '1:25: expected type scalar in call to function "predict_linear", got string'],
    ['"é" + abs(1)', '1:12: expected type instant vector in call to function "abs", got scalar'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('aggregations', () => {
  it.each([
    ['sum(1)', '1:5: expected type instant vector in aggregation expression, got scalar'],
    ['sum(foo[5m])', '1:5: expected type instant vector in aggregation expression, got range vector'],
    ['sum("a")', '1:5: expected type instant vector in aggregation expression, got string'],
    ['topk(foo, bar)', '1:6: expected type scalar in aggregation parameter, got instant vector'],
    ['topk("a", bar)', '1:6: expected type scalar in aggregation parameter, got string'],
    ['topk(1, 2)', '1:9: expected type instant vector in aggregation expression, got scalar'],
    ['topk("a", 2)', '1:11: expected type instant vector in aggregation expression, got scalar'],
    ['count_values(1, foo)', '1:14: expected type string in aggregation parameter, got scalar'],
    ['quantile(foo, bar)', '1:10: expected type scalar in aggregation parameter, got instant vector'],
    ['sum(sum(1))', '1:9: expected type instant vector in aggregation expression, got scalar'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('signs and subqueries', () => {
  it.each([
    ['-"a"', '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "string"'],
    ['-foo[5m]', '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"'],
    ['+(foo[5m])', '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"'],
    ['1[5m:]', '1:1: subquery is only allowed on instant vector, got scalar instead'],
    ['"a"[5m:]', '1:1: subquery is only allowed on instant vector, got string instead'],
    ['foo[5m][5m:]', '1:1: subquery is only allowed on instant vector, got matrix instead'],
    ['foo[5m:][5m:]', '1:1: subquery is only allowed on instant vector, got matrix instead'],
    ['(1)[5m:1m]', '1:1: subquery is only allowed on instant vector, got scalar instead'],
    ['time()[5m:]', '1:1: subquery is only allowed on instant vector, got scalar instead'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('binary operators', () => {
  it.each([
    ['1 + "a"', '1:5: binary expression must contain only scalar and instant vector types'],
    ['"a" + 1', '1:1: binary expression must contain only scalar and instant vector types'],
    ['foo[5m] > 1', '1:1: binary expression must contain only scalar and instant vector types'],
    ['1 * foo[5m]', '1:5: binary expression must contain only scalar and instant vector types'],
    ['1 and foo', '1:1: set operator "and" not allowed in binary scalar expression'],
    ['foo or 1', '1:1: set operator "or" not allowed in binary scalar expression'],
    ['1 unless 2', '1:1: set operator "unless" not allowed in binary scalar expression'],
    ['foo unless "a"', '1:12: binary expression must contain only scalar and instant vector types'],
    ['1 > 2', '1:3: comparisons between scalars must use BOOL modifier'],
    ['(1) == (2)', '1:5: comparisons between scalars must use BOOL modifier'],
    ['1 #c\n < 2', '1:3: comparisons between scalars must use BOOL modifier'],
    ['foo + bool bar', '1:5: bool modifier can only be used on comparison operators'],
    ['1 + bool 2', '1:3: bool modifier can only be used on comparison operators'],
    ['foo and bool bar', '1:5: bool modifier can only be used on comparison operators'],
    ['foo </ bool bar', '1:5: bool modifier can only be used on comparison operators'],
    ['1 + ignoring(a) foo', '1:1: vector matching only allowed between instant vectors'],
    ['foo + on(a) 1', '1:1: vector matching only allowed between instant vectors'],
    ['1 + on(a) 1', '1:1: vector matching only allowed between instant vectors'],
    ['foo and on(a) group_left bar', '1:1: no grouping allowed for "and" operation'],
    ['foo or on() group_right(a) bar', '1:1: no grouping allowed for "or" operation'],
    ['foo * on(a) group_left(a) bar', '1:5: label "a" must not occur in ON and GROUP clause at once'],
    ['foo * on(a, b) group_right(c, b) bar', '1:5: label "b" must not occur in ON and GROUP clause at once'],
    ['1 and on() group_left foo', '1:1: set operator "and" not allowed in binary scalar expression'],
    ['1 > on(a) 2', '1:3: comparisons between scalars must use BOOL modifier'],
    ['foo + (1 > 2)', '1:10: comparisons between scalars must use BOOL modifier'],
    ['(foo + bar[5m]) > 1', '1:8: binary expression must contain only scalar and instant vector types'],
    ['sum(foo) + bool sum(bar)', '1:10: bool modifier can only be used on comparison operators'],
    ['sum(foo) by (a) + bool 1', '1:17: bool modifier can only be used on comparison operators'],
    ['foo offset 5m + bool bar', '1:15: bool modifier can only be used on comparison operators'],
    ['foo{a="b"}  +\n bool bar', '1:13: bool modifier can only be used on comparison operators'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('selectors', () => {
  it.each([
    ['{}', '1:1: vector selector must contain at least one non-empty matcher'],
    ['{a=""}', '1:1: vector selector must contain at least one non-empty matcher'],
    ['{a=~".*"}', '1:1: vector selector must contain at least one non-empty matcher'],
    ['{a!="b"}', '1:1: vector selector must contain at least one non-empty matcher'],
    ['{a!~"b"}', '1:1: vector selector must contain at least one non-empty matcher'],
    ['{a=~"|b"}', '1:1: vector selector must contain at least one non-empty matcher'],
    ['foo{__name__="bar"}', '1:1: metric name must not be set twice: "foo" or "bar"'],
    ['foo{__name__=~"bar"}', '1:1: metric name must not be set twice: "foo" or "bar"'],
    ['foo{"bar"}', '1:1: metric name must not be set twice: "foo" or "bar"'],
    ['{}[5m]', '1:1: vector selector must contain at least one non-empty matcher'],
    ['sum({})', '1:5: vector selector must contain at least one non-empty matcher'],
    ['-{a=""}', '1:2: vector selector must contain at least one non-empty matcher'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});
