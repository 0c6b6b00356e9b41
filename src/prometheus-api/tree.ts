// The tree of an expression as Prometheus's page draws it.

import { printPlain } from '../lib/go-float.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { Aggregation, Binary, Call, Expr, Pinned, Selector, Subquery, ValueType } from '../promql/syntax/ast.ts';
import { SIGNATURES } from '../promql/syntax/signatures.ts';

/** `text` is what the expression was read from. */
export function treeOf(expr: Expr, text: string): object {
  const of = (part: Expr): object => treeOf(part, text);
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: printPlain(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'parentheses':
      return { type: 'parenExpr', expr: of(expr.inner) };
    case 'unary':
      return { type: 'unaryExpr', op: expr.operator, expr: of(expr.operand) };
    case 'selector':
      return selectorTree(expr, text);
    case 'subquery':
      return subqueryTree(expr, of);
    case 'aggregation':
      return aggregationTree(expr, of);
    case 'call':
      return callTree(expr, of);
    case 'binary':
      return binaryTree(expr, of);
  }
}

type TreeOf = (part: Expr) => object;

function subqueryTree({ expr, rangeMs, stepMs, ...modifiers }: Subquery, of: TreeOf): object {
  return {
    type: 'subquery',
    expr: of(expr),
    range: rangeMs,
    rangeExpr: null,
    step: stepMs ?? 0,
    stepExpr: null,
    ...modifiersOf(modifiers),
  };
}

/** Durations that are computed, which newer releases write under `…Expr`, are none of the language here. */
function modifiersOf({ offsetMs, pinned }: Pick<Selector | Subquery, 'offsetMs' | 'pinned'>): object {
  const timestamp = pinned?.kind === 'time' ? pinned.timeMs : null;
  return { offset: offsetMs ?? 0, offsetExpr: null, timestamp, startOrEnd: endOf(pinned) };
}

function endOf(pinned: Pinned | undefined): 'start' | 'end' | null {
  return pinned === undefined || pinned.kind === 'time' ? null : pinned.kind;
}

/** The condition on a name before the braces comes last, and only such a name is one. */
function selectorTree(selector: Selector, text: string): object {
  const { matchers, rangeMs } = selector;
  const [first, ...others] = matchers;
  const isBare = first?.name === METRIC_NAME && text[selector.at] !== '{';
  const ordered = isBare && first !== undefined ? [...others, first] : matchers;
  return {
    type: rangeMs === undefined ? 'vectorSelector' : 'matrixSelector',
    name: isBare ? first?.value : '',
    ...(rangeMs !== undefined && { range: rangeMs, rangeExpr: null }),
    ...modifiersOf(selector),
    matchers: ordered.map(({ name, operator, value }) => ({ name, value, type: operator })),
    anchored: false,
    smoothed: false,
  };
}

function aggregationTree({ operator, grouping, parameter, argument }: Aggregation, of: TreeOf): object {
  return {
    type: 'aggregation',
    op: operator,
    expr: of(argument),
    param: parameter === undefined ? null : of(parameter),
    grouping: grouping.labels,
    without: grouping.without,
  };
}

const TYPE_NAMES: Readonly<Record<ValueType, string>> = { scalar: 'scalar', vector: 'vector', range: 'matrix', string: 'string' };

function callTree({ name, args }: Call, of: TreeOf): object {
  const signature = SIGNATURES.get(name);
  const { optional = 0, more = 0 } = signature ?? {};
  return {
    type: 'call',
    func: {
      name,
      argTypes: (signature?.args ?? []).map((type) => TYPE_NAMES[type]),
      // As Prometheus counts: how many more there may be, -1 for any number.
      variadic: Number.isFinite(more) ? optional + more : -1,
      returnType: TYPE_NAMES[signature?.returns ?? 'vector'],
    },
    args: args.map(of),
  };
}

const SET_OPERATORS = ['and', 'or', 'unless'];

function binaryTree({ operator, left, right, returnsBool, matching }: Binary, of: TreeOf): object {
  const areVectors = !isScalar(left) && !isScalar(right);
  return {
    type: 'binaryExpr',
    op: operator,
    lhs: of(left),
    rhs: of(right),
    matching: areVectors ? matchingTree(operator, matching) : null,
    bool: returnsBool,
  };
}

function matchingTree(operator: string, matching: Binary['matching']): object {
  return {
    card: cardinalityOf(operator, matching),
    labels: matching?.labels ?? [],
    on: matching?.on ?? false,
    include: matching?.group?.include ?? [],
    fillValues: { lhs: null, rhs: null },
  };
}

function cardinalityOf(operator: string, matching: Binary['matching']): string {
  if (SET_OPERATORS.includes(operator)) return 'many-to-many';
  if (matching?.group === undefined) return 'one-to-one';
  return matching.group.many === 'left' ? 'many-to-one' : 'one-to-many';
}

function isScalar(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
      return true;
    case 'call':
      return SIGNATURES.get(expr.name)?.returns === 'scalar';
    case 'parentheses':
      return isScalar(expr.inner);
    case 'unary':
      return isScalar(expr.operand);
    case 'binary':
      return isScalar(expr.left) && isScalar(expr.right);
    default:
      return false;
  }
}
