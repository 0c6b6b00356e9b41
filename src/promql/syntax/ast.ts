// What an expression is once it has been read.
import type { Matcher } from '../../model/matcher.ts';

export type ValueType = 'scalar' | 'vector' | 'range' | 'string';

export const AGGREGATIONS = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
] as const;
export type AggregationName = (typeof AGGREGATIONS)[number];

/** What a node spans in the expression's text, as Prometheus positions it: `end` is the offset after its last character. */
interface Node {
  readonly at: number;
  readonly end: number;
}

export interface NumberLiteral extends Node {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration, `5m`: then the value is its seconds. */
  readonly isDuration: boolean;
}

interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}

export interface Selector extends Node {
  readonly kind: 'selector';
  /** The metric's name where an equality says it. */
  readonly name: string | undefined;
  /** Whether that stands before the braces; its condition is then the first one. */
  readonly isNameBare: boolean;
  /** All conditions, the one on the name among them. */
  readonly matchers: readonly Matcher[];
  /** Undefined for an instant vector. */
  readonly rangeMs: number | undefined;
  /** Back in time when positive. */
  readonly offsetMs: number | undefined;
  /** What `@` says: evaluated then rather than at each step. */
  readonly pinned: Pinned | undefined;
}

/** The instant after `@`: a time stamp, or an end of the query (both are its instant when it asks for one only). */
export type Pinned = { readonly kind: 'time'; readonly timeMs: number } | { readonly kind: 'start' } | { readonly kind: 'end' };

/** An instant vector evaluated again and again over a range: `expr[1h:5m]`. */
export interface Subquery extends Node {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly rangeMs: number;
  /** Undefined where the default resolution is asked for: `[1h:]`. */
  readonly stepMs: number | undefined;
  readonly offsetMs: number | undefined;
  readonly pinned: Pinned | undefined;
}

/** Kept for the positions of messages and for printing; it means what is inside. */
export interface Parentheses extends Node {
  readonly kind: 'parentheses';
  readonly inner: Expr;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

export interface Aggregation extends Node {
  readonly kind: 'aggregation';
  readonly operator: AggregationName;
  readonly grouping: Grouping;
  /** The k of topk, the label of count_values, the φ of quantile. */
  readonly parameter: Expr | undefined;
  readonly argument: Expr;
}

export interface Grouping {
  /** True: all labels but these; false: these only. */
  readonly without: boolean;
  readonly labels: readonly string[];
}

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly operand: Expr;
}

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expr;
  readonly right: Expr;
  /** Comparison answers 1 or 0 rather than filtering. */
  readonly returnsBool: boolean;
  /** Undefined when nothing was said: then all labels but the name must agree. */
  readonly matching: Matching | undefined;
}

export interface Matching {
  /** True: these labels must agree (`on`); false: all others (`ignoring`). */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** The side that may have several series for one of the other, and the labels it takes from that one. */
  readonly group: { readonly many: 'left' | 'right'; readonly include: readonly string[] } | undefined;
}

export type Expr = NumberLiteral | StringLiteral | Selector | Subquery | Call | Aggregation | Unary | Binary | Parentheses;

/** Every selector in the expression, in the order of the text. */
export function selectorsOf(expr: Expr): readonly Selector[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return [];
    case 'selector':
      return [expr];
    case 'call':
      return expr.args.flatMap(selectorsOf);
    case 'aggregation':
      return [...(expr.parameter === undefined ? [] : selectorsOf(expr.parameter)), ...selectorsOf(expr.argument)];
    case 'subquery':
      return selectorsOf(expr.expr);
    case 'parentheses':
      return selectorsOf(expr.inner);
    case 'unary':
      return selectorsOf(expr.operand);
    case 'binary':
      return [...selectorsOf(expr.left), ...selectorsOf(expr.right)];
  }
}

/** What stands inside any parentheses around an expression. */
export function withoutParentheses(expr: Expr): Exclude<Expr, Parentheses> {
  return expr.kind === 'parentheses' ? withoutParentheses(expr.inner) : expr;
}
