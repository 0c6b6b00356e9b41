// An expression laid out for people, as Prometheus does: what is longer than a line is broken at its operators.
import type { Expr } from '../promql/syntax/ast.ts';
import { printExpression } from '../promql/syntax/print.ts';

/** Prometheus's longest line. */
const MOST_CHARACTERS = 100;
const INDENTATION = '  ';

export function formatExpression(expr: Expr): string {
  return pretty(expr, 0);
}

/** The text around a part is the whole's without the part's, so that only the printer knows how things are written. */
function pretty(expr: Expr, level: number): string {
  const indent = INDENTATION.repeat(level);
  const whole = printExpression(expr);
  if (whole.length <= MOST_CHARACTERS) return indent + whole;
  switch (expr.kind) {
    case 'aggregation': {
      const { parameter, argument } = expr;
      const inner = parameter === undefined ? '' : `${printExpression(parameter)}, `;
      const head = whole.slice(0, whole.length - `(${inner}${printExpression(argument)})`.length);
      return `${indent}${head}(\n${lines(parameter === undefined ? [argument] : [parameter, argument], level)}\n${indent})`;
    }
    case 'binary': {
      const { left, right } = expr;
      const operator = whole.slice(printExpression(left).length + 1, whole.length - printExpression(right).length - 1);
      return `${pretty(left, level + 1)}\n${indent}${operator}\n${pretty(right, level + 1)}`;
    }
    case 'call':
      return expr.args.length === 0 ? indent + whole : `${indent}${expr.name}(\n${lines(expr.args, level)}\n${indent})`;
    case 'parentheses':
      return `${indent}(\n${pretty(expr.inner, level + 1)}\n${indent})`;
    case 'subquery':
      return pretty(expr.expr, level) + whole.slice(whole.lastIndexOf('['));
    case 'unary':
      return `${indent}${expr.operator}${pretty(expr.operand, level).trim()}`;
    default:
      return indent + whole;
  }
}

function lines(parts: readonly Expr[], level: number): string {
  return parts.map((part) => pretty(part, level + 1)).join(',\n');
}
