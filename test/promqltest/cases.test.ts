// The authored files: each passes in Prometheus 3.11, with and without delayed removal of names, and has to pass here.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AGGREGATIONS, type Expr } from '../../src/promql/syntax/ast.ts';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { SIGNATURES } from '../../src/promql/syntax/signatures.ts';
import { embedded } from './command.ts';
import { parseFile } from './format/parse.ts';
import { childrenOf } from './pinned.ts';
import { countsOf, failureLines } from './report.ts';
import { runFile } from './run-file.ts';

const FOLDER = new URL('./cases/', import.meta.url);
const names = readdirSync(FOLDER);
const textOf = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

const forms = names.flatMap((name) => [true, false].map((delayedNameRemoval) => ({ name, delayedNameRemoval })));

it.each(forms)('$name, names removed at the end: $delayedNameRemoval', async ({ name, delayedNameRemoval }) => {
  const report = await runFile(textOf(name), embedded({ experimentalFunctions: true, delayedNameRemoval }));
  expect(failureLines(name, report)).toEqual([]);
  expect(countsOf(report)).toEqual({ passed: report.cases.length, failed: 0, skipped: 0 });
  expect(report.cases.length).toBeGreaterThan(0);
});

/** What an expression is made of, by name. */
function partsOf(expr: Expr): readonly string[] {
  return [...partsHere(expr), ...childrenOf(expr).flatMap(partsOf)];
}

function partsHere(expr: Expr): readonly string[] {
  switch (expr.kind) {
    case 'call':
      return [expr.name];
    case 'aggregation':
      return [expr.operator, expr.grouping.without ? 'without' : 'by'];
    case 'unary':
      return [`unary ${expr.operator}`];
    case 'binary': {
      const { operator, returnsBool, matching } = expr;
      const words = matching === undefined ? [] : [matching.on ? 'on' : 'ignoring'];
      if (matching?.group !== undefined) words.push(`group_${matching.group.many}`);
      return [operator, ...words, ...(returnsBool ? [`${operator} bool`] : [])];
    }
    case 'selector':
      return [...modifiersOf(expr), ...expr.matchers.map(({ operator }) => `matcher ${operator}`)];
    case 'subquery':
      return ['subquery', ...modifiersOf(expr).map((modifier) => `subquery ${modifier}`)];
    default:
      return [expr.kind];
  }
}

function modifiersOf({ offsetMs, pinned }: Pick<Expr & { kind: 'selector' }, 'offsetMs' | 'pinned'>): readonly string[] {
  const offset = offsetMs === undefined ? [] : [offsetMs < 0 ? 'offset -' : 'offset'];
  return pinned === undefined ? offset : [...offset, `@ ${pinned.kind}`];
}

const COMPARISONS = ['==', '!=', '<', '>', '<=', '>='];

it('they ask for every function, aggregation, operator and modifier', () => {
  const commands = names.flatMap((name) => parseFile(textOf(name)));
  const exprs = commands.flatMap((command) => (command.kind === 'eval' ? [command.expr] : []));
  const asked = new Set(exprs.flatMap((expr) => partsOf(parseExpression(expr, { experimentalFunctions: true }))));
  const wanted = [
    ...SIGNATURES.keys(),
    ...AGGREGATIONS,
    ...['+', '-', '*', '/', '%', '^', 'atan2', ...COMPARISONS, ...COMPARISONS.map((operator) => `${operator} bool`), 'and', 'or', 'unless'],
    ...['unary +', 'unary -', 'number', 'string', 'parentheses', 'by', 'without', 'on', 'ignoring', 'group_left', 'group_right'],
    ...['=', '!=', '=~', '!~'].map((operator) => `matcher ${operator}`),
    ...[
      'offset',
      'offset -',
      '@ time',
      '@ start',
      '@ end',
      'subquery',
      'subquery offset',
      'subquery offset -',
      'subquery @ time',
      'subquery @ end',
    ],
  ];
  expect(wanted.filter((part) => !asked.has(part))).toEqual([]);
});
