// What an expression is once it has been read.
import type { Matcher } from '../model/matcher.ts';

export type ValueType = 'scalar' | 'vector' | 'range' | 'string';

export const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count'] as const;
export type AggregationName = (typeof AGGREGATIONS)[number];

interface Node {
  /** Offset into the expression's text, for messages. */
  readonly at: number;
}

interface NumberLiteral extends Node {
  readonly kind: 'number';
  readonly value: number;
}

interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}

export interface Selector extends Node {
  readonly kind: 'selector';
  /** The metric's name where an equality says it. */
  readonly name: string | undefined;
  /** All conditions, the one on the name among them. */
  readonly matchers: readonly Matcher[];
  /** Undefined for an instant vector. */
  readonly rangeMs: number | undefined;
  /** Back in time when positive. */
  readonly offsetMs: number | undefined;
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

export type Expr = NumberLiteral | StringLiteral | Selector | Call | Aggregation | Unary | Binary;

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
      return selectorsOf(expr.argument);
    case 'unary':
      return selectorsOf(expr.operand);
    case 'binary':
      return [...selectorsOf(expr.left), ...selectorsOf(expr.right)];
  }
}
