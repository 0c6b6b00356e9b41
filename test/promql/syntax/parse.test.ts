// What is read, and how it was understood: nested operations are printed in parentheses.
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { printExpression } from '../../../src/promql/syntax/print.ts';

function reprint(text: string): string {
  return printExpression(parseExpression(text));
}

describe('numbers, durations, strings', () => {
  it.each([
    ['1', '1'],
    ['1.5e3', '1500'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1_000_000', '1000000'],
    ['1e1_0', '10000000000'],
    ['0x1F', '31'],
    ['010', '8'],
    ['09', '9'],
    ['1e-7', '1e-7'],
    ['Inf', 'Inf'],
    ['-iNf', '-Inf'],
    ['nan', 'NaN'],
    ['1m30s', '90'],
    ['500ms', '0.5'],
    ['1y', '31536000'],
    ['292y', '9208512000'],
    ['"a\\n\\"b\\x41\\101\\u00e9\\U0001F600"', '"a\\n\\"bAAé😀"'],
    ["'it\\'s'", '"it\'s"'],
    ['`a\\n`', '"a\\\\n"'],
  ])('%s', (text, printed) => {
    expect(reprint(text)).toBe(printed);
  });
});

describe('selectors', () => {
  it.each([
    ['foo', 'foo'],
    ['foo:bar', 'foo:bar'],
    ['foo{}', 'foo'],
    ['foo{a="b",}', 'foo{a="b"}'],
    ['foo { a = "b" , c!="d", e=~"f.*", g!~"h" }', 'foo{a="b", c!="d", e=~"f.*", g!~"h"}'],
    ['{__name__="foo", a="b"}', 'foo{a="b"}'],
    ['{a="b", __name__="foo"}', '{a="b", __name__="foo"}'],
    ['{__name__=~"foo|bar"}', '{__name__=~"foo|bar"}'],
    ['{"with.dot", "a b"="c"}', '{__name__="with.dot", "a b"="c"}'],
    ['foo[5m]', 'foo[5m]'],
    ['foo[1h30m5s20ms]', 'foo[1h30m5s20ms]'],
    ['foo[90]', 'foo[1m30s]'],
    ['foo[0.5]', 'foo[500ms]'],
    ['foo[2d] offset 1w', 'foo[2d] offset 7d'],
    ['foo offset 5m', 'foo offset 5m'],
    ['foo offset -5m', 'foo offset -5m'],
    ['foo OFFSET +30', 'foo offset 30s'],
    ['foo offset 0s', 'foo offset 0s'],
    ['foo # a comment\n  {a="b"} # another', 'foo{a="b"}'],
    ['sum', 'sum'],
    ['offset offset 5m', 'offset offset 5m'],
    ['by{a="b"}', 'by{a="b"}'],
    ['foo{by="x", on="y", sum="z"}', 'foo{by="x", on="y", sum="z"}'],
  ])('%s', (text, printed) => {
    expect(reprint(text)).toBe(printed);
  });
});

describe('precedence and associativity', () => {
  it.each([
    ['1 + 2 * 3', '1 + (2 * 3)'],
    ['1 * 2 + 3', '(1 * 2) + 3'],
    ['1 - 2 - 3', '(1 - 2) - 3'],
    ['6 / 3 % 2 * 4', '((6 / 3) % 2) * 4'],
    ['2 ^ 3 ^ 2', '2 ^ (3 ^ 2)'],
    ['-1 ^ 2', '-(1 ^ 2)'],
    ['-a * b', '(-a) * b'],
    ['2 ^ -1 * 3', '(2 ^ (-1)) * 3'],
    ['2 ^ -3 ^ 2', '2 ^ (-(3 ^ 2))'],
    ['- -1', '-(-1)'],
    ['+a', '+a'],
    ['a + b > c', '(a + b) > c'],
    ['a > b > c', '(a > b) > c'],
    ['a == b and c', '(a == b) and c'],
    ['a or b and c', 'a or (b and c)'],
    ['a and b unless c', '(a and b) unless c'],
    ['a unless b or c', '(a unless b) or c'],
    ['(a or b) and c', '(a or b) and c'],
    ['-foo offset 5m', '-foo offset 5m'],
    ['a AND b', 'a and b'],
    ['1 > bool 2', '1 > bool 2'],
    ['a > bool on (x) b', 'a > bool on (x) b'],
    ['a + ignoring(x, y,) b', 'a + ignoring (x, y) b'],
    ['a * on() b', 'a * on () b'],
    ['a > ignoring() group_left 2', 'a > ignoring () group_left () 2'],
    ['a * on(x) group_left b', 'a * on (x) group_left () b'],
    ['a * ON(x) GROUP_RIGHT(y) b', 'a * on (x) group_right (y) b'],
    ['a * on(x) group_left() (b + c)', 'a * on (x) group_left () (b + c)'],
  ])('%s', (text, printed) => {
    expect(reprint(text)).toBe(printed);
  });
});

describe('calls and aggregations', () => {
  it.each([
    ['rate(foo[5m])', 'rate(foo[5m])'],
    ['rate((foo[5m]))', 'rate(foo[5m])'],
    ['time()', 'time()'],
    ['clamp_min(foo, -1)', 'clamp_min(foo, -1)'],
    ['vector(5m)', 'vector(300)'],
    ['sum(foo)', 'sum(foo)'],
    ['SUM BY (a, b) (foo)', 'sum by (a, b) (foo)'],
    ['sum(foo) by (a)', 'sum by (a) (foo)'],
    ['max without () (foo)', 'max without () (foo)'],
    ['sum by (a,) (foo)', 'sum by (a) (foo)'],
    ['sum by ("a.b") (foo)', 'sum by ("a.b") (foo)'],
    ['count by () (foo)', 'count(foo)'],
    ['avg(sum by (a) (rate(foo[1m])) / 1e6)', 'avg(sum by (a) (rate(foo[1m])) / 1000000)'],
  ])('%s', (text, printed) => {
    expect(reprint(text)).toBe(printed);
  });

  it('reads the same text twice alike', () => {
    const text = 'sum by (a) (rate(foo{b=~"c|d"}[1m] offset 5s)) > 1';
    expect(reprint(text)).toBe(reprint(text));
  });
});
