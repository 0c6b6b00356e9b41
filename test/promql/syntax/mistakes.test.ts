// What is no expression: the first mistake, at its place, in Prometheus's words.
import { describe, expect, it } from 'vitest';
import { refusalOf } from './support/refusal.ts';

describe('no expression', () => {
  it.each([
    ['', 'unknown position: no expression found in input'],
    [' ', '1:1: no expression found in input'],
    ['# nothing', '1:1: no expression found in input'],
    ['\n\n# nothing\n', '1:1: no expression found in input'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('what follows an expression, or is missing', () => {
  it.each([
    ['foo bar', '1:5: unexpected identifier "bar"'],
    ['foo)', "1:5: unexpected right parenthesis ')'"],
    ['(foo', '1:5: unclosed left parenthesis'],
    ['foo(', '1:5: unclosed left parenthesis'],
    ['()', '1:2: unexpected ")"'],
    ['foo + ', '1:7: unexpected end of input'],
    ['* foo', '1:1: unexpected <op:*>'],
    ['foo + * bar', '1:7: unexpected <op:*>'],
    ['foo ==', '1:7: unexpected end of input'],
    ['(foo + ) bar', '1:8: unexpected ")"'],
    ['1 2', '1:3: unexpected number "2"'],
    ['foo "a"', String.raw`1:5: unexpected string "\"a\""`],
    ['foo 5m', '1:5: unexpected duration "5m"'],
    ['foo {a="b"} bar', '1:13: unexpected identifier "bar"'],
    ['a:b(foo)', '1:4: unexpected "("'],
    ['by(foo)', '1:3: unexpected "("'],
    ['sum foo', '1:5: unexpected identifier "foo"'],
    ['foo,', '1:4: unexpected ","'],
    ['foo ]', "1:5: unexpected right bracket ']'"],
    ['foo }', "1:5: unexpected character: '}'"],
    ['foo = bar', '1:5: unexpected "="'],
    ['foo =~ bar', "1:5: unexpected character after '=': '~'"],
    ['foo =~ "bar"', "1:5: unexpected character after '=': '~'"],
    ['foo ! bar', "1:5: unexpected character after '!': ' '"],
    ['foo !~ bar', "1:5: unexpected character after '!': '~'"],
    ['foo ~ bar', "1:5: unexpected character: '~'"],
    ['foo & bar', "1:5: unexpected character: '&'"],
    ['é', "1:1: unexpected character: 'é'"],
    ['foo $', "1:5: unexpected character: '$'"],
    ['foo\n  bar', '2:3: unexpected identifier "bar"'],
    ['étage', "1:1: unexpected character: 'é'"],
    ['"é" "漢字" foo', String.raw`1:6: unexpected string "\"漢字\""`],
    ['foo "longer than ten"', String.raw`1:5: unexpected string "\"longer th"...`],
    ['foo "ééééééééééé"', String.raw`1:5: unexpected string "\"ééééééééé"...`],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('binary operators', () => {
  it.each([
    ['foo + bool', '1:11: unexpected end of input'],
    ['on', '1:1: unexpected <on>'],
    ['bool', '1:1: unexpected <bool>'],
    ['foo + on bar', '1:10: unexpected identifier "bar" in grouping opts, expected "("'],
    ['foo + on(a bar', '1:12: unexpected identifier "bar" in grouping opts, expected "," or ")"'],
    ['foo * group_left(a) bar', '1:7: unexpected <group_left>'],
    ['foo * on(a) ignoring(b) bar', '1:13: unexpected <ignoring>'],
    ['foo * on(a) group_left(b) group_right(c) bar', '1:27: unexpected <group_right>'],
    ['foo * on(a) bool bar', '1:13: unexpected <bool>'],
    ['foo atan2', '1:10: unexpected end of input'],
    ['foo offset 5m +', '1:16: unexpected end of input'],
    ['foo and', '1:8: unexpected end of input'],
    ['and or', '1:7: unexpected end of input'],
    ['foo + on(a) group_left', '1:23: unexpected end of input in grouping opts, expected "("'],
    ['foo + on(a) group_left / bar', '1:24: unexpected <op:/> in grouping opts, expected "("'],
    ['foo + on(a) group_left (b', '1:26: unclosed left parenthesis'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('lists of labels', () => {
  it.each([
    ['sum by a (foo)', '1:8: unexpected identifier "a" in grouping opts, expected "("'],
    ['sum by (a b) (foo)', '1:11: unexpected identifier "b" in grouping opts, expected "," or ")"'],
    ['sum by (1) (foo)', '1:9: unexpected number "1" in grouping opts, expected label'],
    ['sum by (,) (foo)', '1:9: unexpected "," in grouping opts, expected label'],
    ['sum by (a,,) (foo)', '1:11: unexpected "," in grouping opts, expected label'],
    ['sum by ("") (foo)', '1:9: invalid label name for grouping: ""'],
    [String.raw`sum by ("\xff") (foo)`, String.raw`1:9: invalid label name for grouping: "\xff"`],
    ['sum by (without) (foo)', '1:9: unexpected <without> in grouping opts, expected label'],
    ['sum by (inf) (foo)', '1:9: unexpected number "inf" in grouping opts, expected label'],
    ['foo + ignoring(a', '1:17: unclosed left parenthesis'],
    ['foo + on(a, 5m) bar', '1:13: unexpected duration "5m" in grouping opts, expected label'],
    ['foo + on(") bar', '1:10: unterminated quoted string'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('calls and aggregations', () => {
  it.each([
    ['nosuch(foo)', '1:1: unknown function with name "nosuch"'],
    ['RATE(foo[5m])', '1:1: unknown function with name "RATE"'],
    ['constructor(foo)', '1:1: unknown function with name "constructor"'],
    ['abs(foo,)', '1:8: trailing commas not allowed in function call args'],
    ['abs(foo,,foo)', '1:8: trailing commas not allowed in function call args'],
    ['abs(, foo)', '1:5: unexpected ","'],
    ['abs(foo foo)', '1:9: unexpected identifier "foo"'],
    ['abs(foo, + )', '1:12: unexpected ")"'],
    ['sum()', '1:1: no arguments for aggregate expression provided'],
    ['sum(foo, bar)', '1:1: wrong number of arguments for aggregate expression provided, expected 1, got 2'],
    ['sum(foo,)', '1:8: trailing commas not allowed in function call args'],
    ['topk(foo)', '1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
    ['topk(1, foo, bar)', '1:1: wrong number of arguments for aggregate expression provided, expected 2, got 3'],
    ['sum(foo) by (a) without (b)', '1:17: unexpected <without>'],
    ['sum by (a)', '1:11: unexpected end of input in aggregation'],
    ['sum by (a) foo', '1:12: unexpected identifier "foo" in aggregation'],
    ['sum by (a) (foo) by (b)', '1:18: unexpected <by>'],
    ['sum(foo bar)', '1:9: unexpected identifier "bar" in aggregation'],
    ['sum(nosuch(foo))', '1:5: unknown function with name "nosuch"'],
    ['sum(abs(*))', '1:9: unexpected <op:*> in aggregation'],
    ['count_values("a")', '1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('braces', () => {
  it.each([
    ['{', '1:2: unexpected end of input inside braces'],
    ['foo{', '1:5: unexpected end of input inside braces'],
    ['foo{a}', '1:6: unexpected "}" in label matching, expected label matching operator'],
    ['foo{a=}', '1:7: unexpected "}" in label matching, expected string'],
    ['foo{a=b}', '1:7: unexpected identifier "b" in label matching, expected string'],
    ['foo{a=1}', "1:7: unexpected character inside braces: '1'"],
    ['foo{a="b" c="d"}', '1:11: unexpected identifier "c" in label matching, expected "," or "}"'],
    ['foo{,}', '1:5: unexpected "," in label matching, expected identifier or "}"'],
    ['foo{a="b",,}', '1:11: unexpected "," in label matching, expected identifier or "}"'],
    ['foo{a="b"', '1:10: unexpected end of input inside braces'],
    ['foo{"a" "b"}', String.raw`1:9: unexpected string "\"b\"" in label matching, expected "," or "}"`],
    ['foo{a:b="c"}', "1:6: unexpected character inside braces: ':'"],
    ['foo{a!"b"}', "1:6: unexpected character after '!' inside braces: '\"'"],
    ['foo{{', "1:5: unexpected left brace '{'"],
    ['foo{}}', "1:6: unexpected character: '}'"],
    ['foo{a=="b"}', '1:7: unexpected "=" in label matching, expected string'],
    ['foo{=}', '1:5: unexpected "=" in label matching, expected identifier or "}"'],
    ['foo{a="b"}{c="d"}', '1:11: unexpected "{"'],
    ['foo{a="b" # c\n', '2:1: unexpected end of input inside braces'],
    ['foo{a~"b"}', "1:6: unexpected character inside braces: '~'"],
    ['foo{é="b"}', "1:5: unexpected character inside braces: 'é'"],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('ranges and subqueries', () => {
  it.each([
    ['foo[', '1:5: unexpected end of input in duration expression'],
    ['foo[]', '1:5: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()'],
    ['foo[ ]', '1:6: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()'],
    ['foo[5m', '1:7: unclosed left bracket'],
    ['foo[5m:', '1:8: unclosed left bracket'],
    ['foo[5m:1m', '1:10: unclosed left bracket'],
    ['foo[5m)', "1:8: unexpected right parenthesis ')'"],
    ['foo[5m 1m]', '1:8: unexpected duration "1m" in subquery or range, expected ":" or "]"'],
    ['foo[5m foo]', "1:8: unexpected character: 'f', expected ':'"],
    ['foo[é]', "1:5: unexpected character in duration expression: 'é'"],
    ['foo[foo]', "1:5: unexpected character in duration expression: 'f'"],
    ['foo[s]', "1:5: unexpected character in duration expression: 's'"],
    ['foo[5m s]', "1:8: unexpected character: 's', expected ':'"],
    ['foo[:]', '1:6: unexpected colon before duration in duration expression'],
    ['foo[:1m]', '1:6: unexpected colon before duration in duration expression'],
    ['foo[5m::1m]', "1:8: unexpected colon ':'"],
    ['foo[5m:1m:1m]', "1:10: unexpected colon ':'"],
    ['foo[[5m]]', "1:5: unexpected character in duration expression: '['"],
    ['foo[-5m]', '1:5: duration must be greater than 0'],
    ['foo[0s]', '1:5: duration must be greater than 0'],
    ['foo[0]', '1:5: duration must be greater than 0'],
    ['foo[5m:0s]', '1:8: duration must be greater than 0'],
    ['foo[9.3e9]', '1:5: duration out of range'],
    ['foo[293y]', '1:5: duration out of range'],
    ['foo[5mm]', '1:5: bad number or duration syntax: "5mm"'],
    ['foo[5m][5m]', '1:8: ranges only allowed for vector selectors'],
    ['foo offset 5m [5m]', '1:15: no offset modifiers allowed before range'],
    ['foo @ 1 [5m]', '1:9: no @ modifiers allowed before range'],
    ['(foo)[5m]', '1:6: ranges only allowed for vector selectors'],
    ['sum(foo)[5m]', '1:9: ranges only allowed for vector selectors'],
    ['1[5m]', '1:2: ranges only allowed for vector selectors'],
    ['foo[5m]]', "1:8: unexpected right bracket ']'"],
    ['foo[5m:@]', '1:8: unexpected <op:@> in subquery selector, expected number, duration, step(), range(), or "]"'],
    ['foo["5m"]', "1:5: unexpected character in duration expression: '\"'"],
    ['foo[5m,1m]', '1:7: unexpected "," in subquery or range, expected ":" or "]"'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('offset and @', () => {
  it.each([
    ['foo offset', '1:11: unexpected end of input in offset, expected number, duration, step(), or range()'],
    ['foo offset bar', '1:12: unexpected identifier "bar" in offset, expected number, duration, step(), or range()'],
    ['foo offset "5m"', String.raw`1:12: unexpected string "\"5m\"" in offset, expected number, duration, step(), or range()`],
    ['foo offset - ', '1:14: unexpected end of input in offset, expected number, duration, step(), or range()'],
    ['foo offset 5m offset 5m', '1:1: offset may not be set multiple times'],
    ['foo[5m] offset 5m offset 1m', '1:1: offset may not be set multiple times'],
    ['sum(foo) offset 5m', '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
    ['(foo) offset 5m', '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
    ['1 offset 5m', '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
    ['foo offset 9.3e9', '1:12: duration out of range'],
    ['foo offset -9.3e9', '1:12: duration out of range'],
    ['foo offset 1m1h', '1:12: not a valid duration string: "1m1h"'],
    ['foo @', '1:6: unexpected end of input in @, expected timestamp'],
    ['foo @ bar', '1:7: unexpected identifier "bar" in @, expected timestamp'],
    ['foo @ start', '1:12: unexpected end of input in @, expected timestamp'],
    ['foo @ start(', '1:13: unclosed left parenthesis'],
    ['foo @ start(1)', '1:13: unexpected number "1" in @, expected timestamp'],
    ['foo @ step()', '1:7: unexpected "step" in @, expected timestamp'],
    ['foo @ -', '1:8: unexpected end of input in @, expected timestamp'],
    ['foo @ Inf', '1:1: timestamp out of bounds for @ modifier: +Inf'],
    ['foo @ -Inf', '1:1: timestamp out of bounds for @ modifier: -Inf'],
    ['foo @ NaN', '1:1: timestamp out of bounds for @ modifier: NaN'],
    ['foo @ 1e19', '1:1: timestamp out of bounds for @ modifier: 10000000000000000000.000000'],
    ['foo @ 1 @ 2', '1:1: @ <timestamp> may not be set multiple times'],
    ['foo @ end() @ start()', '1:1: @ <timestamp> may not be set multiple times'],
    ['sum(foo) @ 1', '1:1: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
    ['-foo @ 1 @ 2', '1:2: @ <timestamp> may not be set multiple times'],
    ['1 @ 2', '1:1: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
    ['foo[5m:] @ 1 @ 1', '1:1: @ <timestamp> may not be set multiple times'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});
