// What each node spans, as Prometheus has it: parents before children, in the order of the text.
import { expect, it } from 'vitest';
import type { Expr } from '../../../src/promql/syntax/ast.ts';
import { lineAndColumn } from '../../../src/promql/syntax/failure.ts';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';

function spansOf(expr: Expr): readonly string[] {
  return [`${expr.at}-${expr.end}`, ...partsOf(expr).flatMap(spansOf)];
}

function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'binary':
      return [expr.left, expr.right];
    case 'unary':
      return [expr.operand];
    case 'parentheses':
      return [expr.inner];
    case 'subquery':
      return [expr.expr];
    case 'call':
      return expr.args;
    case 'aggregation':
      return expr.parameter === undefined ? [expr.argument] : [expr.parameter, expr.argument];
    default:
      return [];
  }
}

it.each([
  ['foo', '0-3'],
  [' foo ', '1-4'],
  ['foo{a="b"}', '0-10'],
  ['{ a="b" }', '0-9'],
  ['foo[5m]', '0-7'],
  ['foo[5m] offset 1m', '0-17'],
  ['foo offset 5m', '0-13'],
  ['foo @ start()', '0-13'],
  ['foo[5m:1m]', '0-10 0-3'],
  ['foo[5m:] @ 5 offset 1m', '0-22 0-3'],
  ['-foo', '0-4 1-4'],
  ['- 5m', '0-4'],
  ['-(1)', '0-4 1-4 2-3'],
  ['--1', '0-3'],
  ['(foo)', '0-5 1-4'],
  ['( foo + bar )', '0-13 2-11 2-5 8-11'],
  ['foo + on(a) bar', '0-15 0-3 12-15'],
  ['1 + 2 * 3', '0-9 0-1 4-9 4-5 8-9'],
  ['rate(foo[5m])', '0-13 5-12'],
  ['rate( foo[5m] )', '0-15 6-13'],
  ['time()', '0-6'],
  ['sum(foo)', '0-8 4-7'],
  ['sum(foo) by (a)', '0-15 4-7'],
  ['sum by (a) (foo)', '0-16 12-15'],
  ['(sum(foo))', '0-10 1-9 5-8'],
  ['(sum(foo) )', '0-11 1-9 5-8'],
  ['(sum(foo) # c\n)', '0-15 1-15 5-8'],
  ['abs(sum(foo))', '0-13 4-12 8-11'],
  ['topk(1, foo)', '0-12 5-6 8-11'],
  ['sum(foo offset 5m)', '0-18 4-17'],
  ['sum(foo) + bar', '0-14 0-8 4-7 11-14'],
  ['sum(foo)[5m:]', '0-13 0-8 4-7'],
  ['"a"', '0-3'],
  ['foo + # c\n bar', '0-14 0-3 11-14'],
  ['min(foo{a="b"})  ', '0-15 4-14'],
])('%j', (text, spans) => {
  expect(spansOf(parseExpression(text)).join(' ')).toBe(spans);
});

it.each([
  ['foo', 2, '1:3'],
  ['a\nbc', 1, '1:2'],
  ['a\nbc', 3, '2:2'],
  ['"é" + x', 6, '1:8'],
  ['"😀"\n"漢" x', 9, '2:7'],
  ['', 0, 'unknown position'],
])('%j at %i is %s, in bytes', (text, at, place) => {
  expect(lineAndColumn(text, at)).toBe(place);
});
