// What the parser's other users ask: all selectors of an expression, and match[].
import { describe, expect, it } from 'vitest';
import { QueryError } from '../../../src/model/query-engine.ts';
import { selectorsOf } from '../../../src/promql/syntax/ast.ts';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { parseMatchers } from '../../../src/promql/syntax/parse-selector.ts';
import { printSelector } from '../../../src/promql/syntax/print.ts';

describe('selectorsOf', () => {
  it('finds every selector with its name, range and offset', () => {
    const expr = parseExpression('sum(rate(foo{a="b"}[1m] offset 5s)) / -clamp_min({x=~"y"}, 1) or {__name__="bar"} and vector(1)');
    expect(selectorsOf(expr).map(({ name, rangeMs, offsetMs }) => ({ name, rangeMs, offsetMs }))).toEqual([
      { name: 'foo', rangeMs: 60_000, offsetMs: 5000 },
      { name: undefined, rangeMs: undefined, offsetMs: undefined },
      { name: 'bar', rangeMs: undefined, offsetMs: undefined },
    ]);
  });
});

describe('selectorsOf, in whatever stands around them', () => {
  it('finds them in parameters, parentheses and subqueries', () => {
    const expr = parseExpression('topk(scalar(k), (a offset 5m)) + max_over_time((b + -c)[1h:])');
    expect(selectorsOf(expr).map(({ name }) => name)).toEqual(['k', 'a', 'b', 'c']);
  });
});

describe('printSelector', () => {
  it.each([
    ['foo{b="1",a=~"x"}', 'foo{b="1", a=~"x"}'],
    ['{__name__="foo",a="1"}', 'foo{a="1"}'],
    ['{"a.b",c="d"}', '{__name__="a.b", c="d"}'],
    ['{c="d",__name__="foo"}[5m] @ 2 offset -1m', '{c="d", __name__="foo"}[5m] @ 2.000 offset -1m'],
    ['foo', 'foo'],
  ])('%s is for people %s', (text, printed) => {
    expect(selectorsOf(parseExpression(text)).map(printSelector)).toEqual([printed]);
  });
});

describe('parseMatchers', () => {
  it.each([
    { operator: '=', value: 'b', hits: ['b'], misses: ['', 'bb', 'B'] },
    { operator: '!=', value: 'b', hits: ['', 'bb'], misses: ['b'] },
    { operator: '=~', value: 'b|c+', hits: ['b', 'cc'], misses: ['', 'ab', 'bc'] },
    { operator: '!~', value: 'b.*', hits: ['', 'ab'], misses: ['b', 'bb', 'b\n'] },
  ])('a$operator"$value"', ({ operator, value, hits, misses }) => {
    const matcher = parseMatchers(`foo{a${operator}"${value}"}`)[1];
    expect(hits.filter((text) => !matcher?.matches(text))).toEqual([]);
    expect(misses.filter((text) => matcher?.matches(text))).toEqual([]);
  });

  it.each([
    ['foo[5m]', '1:4: parse error: unexpected "["'],
    ['foo offset 5m', '1:5: parse error: unexpected <offset>'],
    ['foo + bar', '1:5: parse error: unexpected <op:+>'],
    ['1', '1:1: parse error: unexpected number "1"'],
    ['', 'unknown position: parse error: unexpected end of input'],
    ['{a=""}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['foo{', '1:5: parse error: unexpected end of input inside braces'],
  ])('refuses %s', (text, message) => {
    expect(() => parseMatchers(text)).toThrow(new QueryError('bad-expression', message));
  });
});
