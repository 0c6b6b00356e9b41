// What is read, and how it was understood: as Prometheus prints it.
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { printExpression } from '../../../src/promql/syntax/print.ts';

function reprint(text: string): string {
  return printExpression(parseExpression(text));
}

describe('numbers', () => {
  it.each([
    ['1', '1'],
    ['1.5e3', '1500'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['5.e1', '50'],
    ['1_000_000', '1000000'],
    ['1_000.5', '1000.5'],
    ['1e1_0', '10000000000'],
    ['1E3', '1000'],
    ['0x1F', '31'],
    ['0X_1f', '31'],
    ['010', '8'],
    ['0_7', '7'],
    ['09', '9'],
    ['08.5', '8.5'],
    ['1e-7', '0.0000001'],
    ['1e21', '1000000000000000000000'],
    ['1.25e-10', '0.000000000125'],
    [
      '1.7976931348623157e308',
      '179769313486231570000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
    ],
    [
      '5e-324',
      '0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000005',
    ],
    ['9223372036854775807', '9223372036854776000'],
    ['9223372036854775808', '9223372036854776000'],
    ['0777777777777777777777', '9223372036854776000'],
    ['01777777777777777777777', '1777777777777777800000'],
    ['Inf', '+Inf'],
    ['+inf', '+Inf'],
    ['-iNf', '-Inf'],
    ['nan', 'NaN'],
    ['-NaN', 'NaN'],
    ['-0', '-0'],
    ['1e-400', '0'],
    ['123456789012345678901234567890', '123456789012345680000000000000'],
  ])('%j', (text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });
});

describe('durations as numbers', () => {
  it.each([
    ['1m30s', '1m30s'],
    ['90s', '1m30s'],
    ['500ms', '500ms'],
    ['1y', '1y'],
    ['292y', '292y'],
    ['1y2w3d4h5m6s7ms', '382d4h5m6s7ms'],
    ['366d', '366d'],
    ['10d', '10d'],
    ['14d', '2w'],
    ['0s', '0s'],
    ['-5m', '-5m'],
    ['+1h', '1h'],
    ['1234ms', '1s234ms'],
  ])('%j', (text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });
});

describe('strings', () => {
  it.each([
    [String.raw`"a\n\"b\x41\101\u00e9\U0001F600"`, String.raw`"a\n\"bAAé😀"`],
    [String.raw`'it\'s'`, '"it\'s"'],
    ['`a\\n`', String.raw`"a\\n"`],
    [String.raw`"\a\b\f\n\r\t\v\\"`, String.raw`"\a\b\f\n\r\t\v\\"`],
    [String.raw`"\x80"`, String.raw`"\x80"`],
    [String.raw`"\xe4\xb8\xad"`, '"中"'],
    [String.raw`"\xe4\xb8z\xff"`, String.raw`"\xe4\xb8z\xff"`],
    [String.raw`"\377"`, String.raw`"\xff"`],
    [String.raw`"\x41\x42"`, '"AB"'],
    [String.raw`"\\x41"`, String.raw`"\\x41"`],
    ['"é漢😀"', '"é漢😀"'],
    ['" "', String.raw`"\u00a0"`],
    ['" "', String.raw`"\u2028"`],
    ['"\u0001"', String.raw`"\x01\x7f"`],
    ['"́"', '"́"'],
    ["'\"'", String.raw`"\""`],
    ['""', '""'],
  ])('%j', (text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });
});

describe('selectors', () => {
  it.each([
    ['foo', 'foo'],
    ['foo:bar', 'foo:bar'],
    [':foo', ':foo'],
    ['foo{}', 'foo'],
    ['foo{a="b",}', 'foo{a="b"}'],
    ['foo { c!="d", a = "b" , g!~"h", e=~"f.*" }', 'foo{a="b",c!="d",e=~"f.*",g!~"h"}'],
    ['{__name__="foo", a="b"}', '{__name__="foo",a="b"}'],
    ['{__name__=~"foo|bar"}', '{__name__=~"foo|bar"}'],
    ['{"with.dot", "a b"="c"}', '{"a b"="c",__name__="with.dot"}'],
    ['{"foo", "bar"}', '{__name__="bar",__name__="foo"}'],
    ['foo{"é"="1"}', 'foo{"é"="1"}'],
    [String.raw`foo{a="\x80"}`, String.raw`foo{a="\x80"}`],
    ['foo{by="x", on="y", sum="z", Inf="1"}', 'foo{Inf="1",by="x",on="y",sum="z"}'],
    ['foo # a comment\n  {a="b"} # another', 'foo{a="b"}'],
    ['sum', 'sum'],
    ['and', 'and'],
    ['BY', 'BY'],
    ['offset', 'offset'],
    ['start', 'start'],
    ['limitk', 'limitk'],
    ['fill', 'fill'],
    ['step', 'step'],
    ['fill + fill', 'fill + fill'],
    ['by{a="b"}', 'by{a="b"}'],
    ['offset offset 5m', 'offset offset 5m'],
    ['unless unless unless', 'unless unless unless'],
    ['sum + sum', 'sum + sum'],
    ['{foo="a",foo="b"}', '{foo="a",foo="b"}'],
    ['foo{a="b",a="b"}', 'foo{a="b",a="b"}'],
  ])('%j', (text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });
});

describe('ranges, offsets and time stamps', () => {
  it.each([
    ['foo[5m]', 'foo[5m]'],
    ['foo[1h30m5s20ms]', 'foo[1h30m5s20ms]'],
    ['foo[90]', 'foo[1m30s]'],
    ['foo[0.5]', 'foo[500ms]'],
    ['foo[0x10]', 'foo[16s]'],
    ['foo[ 5m ]', 'foo[5m]'],
    ['foo[1y]', 'foo[1y]'],
    ['foo[2d] offset 1w', 'foo[2d] offset 1w'],
    ['foo offset 5m', 'foo offset 5m'],
    ['foo offset -5m', 'foo offset -5m'],
    ['foo OFFSET +30', 'foo offset 30s'],
    ['foo offset 0s', 'foo'],
    ['foo offset 0s offset 5m', 'foo offset 5m'],
    ['foo offset 0s [5m]', 'foo[5m]'],
    ['foo offset --5m', 'foo offset 5m'],
    ['foo offset -1.5', 'foo offset -1s500ms'],
    ['foo @ 1', 'foo @ 1.000'],
    ['foo @ -1.5', 'foo @ -1.500'],
    ['foo @ +1.0005', 'foo @ 1.001'],
    ['foo @ 1e3', 'foo @ 1000.000'],
    ['foo @ 5m', 'foo @ 300.000'],
    ['foo @ start()', 'foo @ start()'],
    ['foo @ END()', 'foo @ end()'],
    ['foo @ start() [5m]', 'foo[5m] @ start()'],
    ['foo offset 5m @ 1', 'foo @ 1.000 offset 5m'],
    ['foo[5m] @ end() offset -1h', 'foo[5m] @ end() offset -1h'],
    ['foo @ 0.0004 offset 1ms', 'foo @ 0.000 offset 1ms'],
  ])('%j', (text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });
});

describe('subqueries', () => {
  it.each([
    ['foo[5m:1m]', 'foo[5m:1m]'],
    ['foo[5m:]', 'foo[5m:]'],
    ['foo[ 1h : 30 ]', 'foo[1h:30s]'],
    ['rate(foo[1m])[1h:5m] @ end() offset 1d', 'rate(foo[1m])[1h:5m] @ end() offset 1d'],
    ['(foo + bar)[5m:1m]', '(foo + bar)[5m:1m]'],
    ['foo offset 5m [1h:1m]', 'foo offset 5m[1h:1m]'],
    ['sum(foo)[1h:] offset -5m', 'sum(foo)[1h:] offset -5m'],
  ])('%j', (text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });
});

describe('precedence', () => {
  it.each([
    ['1 + 2 * 3', '1 + 2 * 3'],
    ['2 ^ 3 ^ 2', '2 ^ 3 ^ 2'],
    ['-1 ^ 2', '-1 ^ 2'],
    ['(-1) ^ 2', '(-1) ^ 2'],
    ['-a * b', '-a * b'],
    ['2 ^ -1', '2 ^ -1'],
    ['- -1', '1'],
    ['--a', '--a'],
    ['+a', '+a'],
    ['-+-1', '1'],
    ['a + b > c', 'a + b > c'],
    ['a == b and c', 'a == b and c'],
    ['a or b and c', 'a or b and c'],
    ['a AND b', 'a and b'],
    ['a atan2 b', 'a atan2 b'],
    ['a ATAN2 b * c', 'a atan2 b * c'],
    ['1 > bool 2', '1 > bool 2'],
    ['a > BOOL on (x) b', 'a > bool on (x) b'],
    ['a + ignoring(x, y,) b', 'a + ignoring (x, y) b'],
    ['a + ignoring() b', 'a + b'],
    ['a * on() b', 'a * on () b'],
    ['a > ignoring() group_left 2', 'a > 2'],
    ['a * on(x) group_left b', 'a * on (x) group_left () b'],
    ['a * on(x) group_left sum', 'a * on (x) group_left () sum'],
    ['a * ON(x) GROUP_RIGHT(y) b', 'a * on (x) group_right (y) b'],
    ['a * on(x) group_left() (b + c)', 'a * on (x) group_left () (b + c)'],
    ['a + on("é", bool) b', 'a + on ("é", bool) b'],
    ['a * ignoring() group_left b', 'a * ignoring () group_left () b'],
    ['1 + on() a', '1 + a'],
    ['a != b', 'a != b'],
    ['a>=b', 'a >= b'],
    ['a % b / c', 'a % b / c'],
  ])('%j', (text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });
});

describe('calls and aggregations', () => {
  it.each([
    ['rate(foo[5m])', 'rate(foo[5m])'],
    ['rate((foo[5m]))', 'rate((foo[5m]))'],
    ['time()', 'time()'],
    ['hour()', 'hour()'],
    ['clamp_min(foo, -1)', 'clamp_min(foo, -1)'],
    ['vector(5m)', 'vector(5m)'],
    ['label_join(foo, "a", ",", "b", "c")', 'label_join(foo, "a", ",", "b", "c")'],
    ['label_join(foo, "a", ",")', 'label_join(foo, "a", ",")'],
    ['sum(foo)', 'sum(foo)'],
    ['SUM BY (a, b) (foo)', 'sum by (a, b) (foo)'],
    ['sum(foo) by (a)', 'sum by (a) (foo)'],
    ['max without () (foo)', 'max without () (foo)'],
    ['sum by (a,) (foo)', 'sum by (a) (foo)'],
    ['sum by ("a.b") (foo)', 'sum by ("a.b") (foo)'],
    ['sum by (sum, by, on, a:b) (foo)', 'sum by (sum, by, on, "a:b") (foo)'],
    ['count by () (foo)', 'count(foo)'],
    ['topk(3, foo)', 'topk(3, foo)'],
    ['topk by (a) (3, foo)', 'topk by (a) (3, foo)'],
    ['bottomk(3, foo) without (a)', 'bottomk without (a) (3, foo)'],
    ['count_values("v", foo)', 'count_values("v", foo)'],
    ['quantile(0.9, foo)', 'quantile(0.9, foo)'],
    ['group(foo)', 'group(foo)'],
    ['stddev(foo) + stdvar(foo)', 'stddev(foo) + stdvar(foo)'],
    ['sum(-foo)', 'sum(-foo)'],
    ['sum(((foo)))', 'sum(((foo)))'],
    ['histogram_quantile(0.9, sum by (le) (rate(foo_bucket[5m])))', 'histogram_quantile(0.9, sum by (le) (rate(foo_bucket[5m])))'],
    ['label_replace(foo, "a", "$1", "b", "(.*)")', 'label_replace(foo, "a", "$1", "b", "(.*)")'],
    ['round(foo, 0.5)', 'round(foo, 0.5)'],
    ['absent(foo)', 'absent(foo)'],
  ])('%j', (text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });
});
