// PromQL for whoever reads rules of prometheus-adapter: the parser of the engine that will be asked.
import type { PromqlReader } from '../../config/prometheus-adapter/tools.ts';
import type { Expr } from '../../promql/syntax/ast.ts';
import { typeOf } from '../../promql/syntax/check.ts';
import { parseExpression } from '../../promql/syntax/parse.ts';
import { parseMatchers } from '../../promql/syntax/parse-selector.ts';

export function promqlReader({ experimentalFunctions }: { readonly experimentalFunctions: boolean }): PromqlReader {
  return {
    selector: parseMatchers,
    expression: (text) => {
      const expr = parseExpression(text, { experimentalFunctions });
      const rangeMs = longestRange(expr);
      return { type: typeOf(expr), rangeMs: rangeMs === 0 ? undefined : rangeMs };
    },
  };
}

/** How far back of its instant an expression reads by ranges, those of subqueries and what is within them added up; 0 for none. */
function longestRange(expr: Expr): number {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return 0;
    case 'selector':
      return expr.rangeMs ?? 0;
    case 'subquery':
      return expr.rangeMs + longestRange(expr.expr);
    case 'call':
      return Math.max(0, ...expr.args.map(longestRange));
    case 'aggregation':
      return longestRange(expr.argument);
    case 'parentheses':
      return longestRange(expr.inner);
    case 'unary':
      return longestRange(expr.operand);
    case 'binary':
      return Math.max(longestRange(expr.left), longestRange(expr.right));
  }
}
