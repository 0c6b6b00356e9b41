// Our syntax trees in the oracle's form: positions in bytes, numbers as bits.
import type { Expr, Matching, Pinned } from '../../../src/promql/syntax/ast.ts';
import { bitsOf } from './bits.ts';
import type { Tree } from './oracle.ts';

/** `text` is what was read. */
export function treeOf(expr: Expr, text: string): Tree {
  return describe(expr, bytePlaces(text));
}

type Place = (offset: number) => number;

/** From offsets in UTF-16 to offsets in UTF-8. */
function bytePlaces(text: string): Place {
  return (offset) => Buffer.byteLength(text.slice(0, offset));
}

function describe(expr: Expr, place: Place): Tree {
  return { kind: expr.kind, ...detailsOf(expr, place), at: place(expr.at), end: place(expr.end) };
}

function detailsOf(expr: Expr, place: Place): Tree {
  switch (expr.kind) {
    case 'number':
      return { value: Number.isNaN(expr.value) ? 'NaN' : bitsOf(expr.value) };
    case 'string':
      return { value: expr.value };
    case 'selector': {
      // In any order: Prometheus moves the name that stands before the braces behind the others.
      const matchers = expr.matchers.map(({ name, operator, value }) => [name, operator, value].join(' ')).sort();
      const range = expr.rangeMs === undefined ? {} : { range: expr.rangeMs };
      return { matchers, ...range, offset: expr.offsetMs ?? 0, pinned: pinnedOf(expr.pinned) };
    }
    case 'subquery': {
      const { rangeMs, stepMs = 0, offsetMs = 0 } = expr;
      return { expr: describe(expr.expr, place), range: rangeMs, step: stepMs, offset: offsetMs, pinned: pinnedOf(expr.pinned) };
    }
    case 'call':
      return { name: expr.name, args: expr.args.map((argument) => describe(argument, place)) };
    case 'aggregation': {
      const parameter = expr.parameter === undefined ? {} : { parameter: describe(expr.parameter, place) };
      return { operator: expr.operator, ...expr.grouping, ...parameter, argument: describe(expr.argument, place) };
    }
    case 'unary':
      return { operator: expr.operator, operand: describe(expr.operand, place) };
    case 'binary': {
      const { operator, returnsBool, left, right, matching } = expr;
      return { operator, bool: returnsBool, left: describe(left, place), right: describe(right, place), ...matchingOf(matching) };
    }
    case 'parentheses':
      return { inner: describe(expr.inner, place) };
  }
}

/** What is not said is as if `ignoring ()` were. */
function matchingOf({ on, labels, group }: Matching = { on: false, labels: [], group: undefined }): Tree {
  return { on, matched: labels, include: group?.include ?? [], many: group?.many ?? '' };
}

function pinnedOf(pinned: Pinned | undefined): unknown {
  if (pinned === undefined) return null;
  return pinned.kind === 'time' ? pinned.timeMs : pinned.kind;
}

/** The first thing in which two trees differ, as `left.args.0.end: 5 ≠ 6`. */
export function treeDifference(ours: unknown, theirs: unknown, path = ''): string | undefined {
  if (!isObject(ours) || !isObject(theirs)) {
    return Object.is(ours, theirs) ? undefined : `${path}: ${JSON.stringify(ours)} ≠ ${JSON.stringify(theirs)}`;
  }
  // The kind of a node says more than what follows from it.
  const keys = [...new Set(['kind', ...Object.keys(theirs), ...Object.keys(ours)])];
  for (const key of keys) {
    const difference = treeDifference(ours[key], theirs[key], path === '' ? key : `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
