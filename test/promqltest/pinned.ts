// The same question at other times: every selector pinned by `@` to the time of the first.
import type { Expr } from '../../src/promql/syntax/ast.ts';
import { parseExpression } from '../../src/promql/syntax/parse.ts';

export interface Asked {
  readonly expr: string;
  readonly timeMs: number;
}

/** Their answers hang on the time of the question, whatever their arguments are pinned to (Prometheus's AtModifierUnsafeFunctions). */
const BY_TIME_OF_QUESTION = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
]);

/** None for an expression that cannot be read, or whose answer moves with the time of the question. */
export function pinnedQuestions({ expr, timeMs }: Asked): readonly Asked[] {
  const tree = readable(expr);
  if (tree === undefined || movesWithTime(tree)) return [];
  const pinned = pin(expr, { places: placesIn(tree, expr), timeMs });
  const timesMs = timeMs === 0 ? [-1000, 0, 1000] : [-10 * timeMs, 0, Math.trunc(timeMs / 5), timeMs, 10 * timeMs];
  return timesMs.map((each) => ({ expr: pinned, timeMs: each }));
}

export function readable(expr: string): Expr | undefined {
  try {
    return parseExpression(expr, { experimentalFunctions: true });
  } catch {
    return undefined;
  }
}

/** A piece of the text that gives way to the time. */
interface Place {
  readonly from: number;
  readonly to: number;
}

function pin(expr: string, { places, timeMs }: { readonly places: readonly Place[]; readonly timeMs: number }): string {
  let pinned = '';
  let end = 0;
  for (const { from, to } of [...places].sort((a, b) => a.from - b.from)) {
    pinned += `${expr.slice(end, from)} @ ${(timeMs / 1000).toFixed(3)}`;
    end = to;
  }
  return pinned + expr.slice(end);
}

const PINNED_TO_AN_END = /\s*@\s*(?:start|end)\s*\(\s*\)/g;

/** Of the selectors and subqueries that are not pinned to a time yet; what is inside a subquery moves with it. */
function placesIn(expr: Expr, text: string): readonly Place[] {
  if (expr.kind !== 'selector' && expr.kind !== 'subquery') return childrenOf(expr).flatMap((child) => placesIn(child, text));
  if (expr.pinned === undefined) return [{ from: expr.end, to: expr.end }];
  if (expr.pinned.kind === 'time') return [];
  // What follows `@` stands behind all that could look like it.
  const found = [...text.slice(expr.at, expr.end).matchAll(PINNED_TO_AN_END)].at(-1);
  if (found === undefined) return [];
  const from = expr.at + found.index;
  return [{ from, to: from + found[0].length }];
}

/** What is inside a subquery is asked at times that hang on what that is pinned to. */
function movesWithTime(expr: Expr): boolean {
  if (expr.kind === 'subquery') return false;
  return (expr.kind === 'call' && BY_TIME_OF_QUESTION.has(expr.name)) || childrenOf(expr).some(movesWithTime);
}

export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'call':
      return expr.args;
    case 'aggregation':
      return expr.parameter === undefined ? [expr.argument] : [expr.parameter, expr.argument];
    case 'subquery':
      return [expr.expr];
    case 'parentheses':
      return [expr.inner];
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    default:
      return [];
  }
}
