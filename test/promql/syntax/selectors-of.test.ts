// What the parser's other users ask: all selectors of an expression, and match[].
import { describe, expect, it } from 'vitest';
import { QueryError } from '../../../src/model/query-engine.ts';
import { selectorsOf } from '../../../src/promql/syntax/ast.ts';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { parseMatchers } from '../../../src/promql/syntax/parse-selector.ts';

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

  it.each(['foo[5m]', 'foo offset 5m', 'foo + bar', '1', ''])('refuses %s', (text) => {
    expect(() => parseMatchers(text)).toThrow(QueryError);
  });
});
