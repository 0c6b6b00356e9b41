// The nodes of an expression, each with what stands around it.
import type { Expr, Selector } from '../../promql/syntax/ast.ts';

export interface Use {
  readonly node: Expr;
  /** From the outermost to the one that the node stands in. */
  readonly within: readonly Expr[];
}

/** Every node of an expression, parentheses left out. */
export function usesIn(expr: Expr, within: readonly Expr[] = []): readonly Use[] {
  if (expr.kind === 'parentheses') return usesIn(expr.inner, within);
  const inner = [...within, expr];
  return [{ node: expr, within }, ...partsOf(expr).flatMap((part) => usesIn(part, inner))];
}

function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return [];
    case 'subquery':
      return [expr.expr];
    case 'call':
      return expr.args;
    case 'aggregation':
      return expr.parameter === undefined ? [expr.argument] : [expr.parameter, expr.argument];
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'parentheses':
      return [expr.inner];
  }
}

export function selectorsIn(expr: Expr): readonly Selector[] {
  return usesIn(expr).flatMap(({ node }) => (node.kind === 'selector' ? [node] : []));
}
