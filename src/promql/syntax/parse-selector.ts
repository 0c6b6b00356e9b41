// Selectors: `name{label="value", …}`, and what may follow one.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher, MatchOperator } from '../../model/matcher.ts';
import type { Expr, Selector, Subquery } from './ast.ts';
import { TokenCursor } from './cursor.ts';
import { durationMsOf, numberOf } from './literals.ts';
import { compileMatcher, MATCH_OPERATORS } from './matcher.ts';

/** The conditions of one selector without range or offset, as in `match[]`; throws a QueryError. */
export function parseMatchers(text: string): readonly Matcher[] {
  const cursor = new TokenCursor(text);
  const { matchers } = parseSelector(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected('the end of the selector');
  return matchers;
}

/** Reads a name, braces, or both. */
export function parseSelector(cursor: TokenCursor): Selector {
  const { at } = cursor.peek();
  const bareName = cursor.peek().kind === 'word' ? cursor.take().text : undefined;
  const braced = bareName === undefined || cursor.isSymbol('{') ? parseBraces(cursor) : [];
  if (bareName !== undefined && braced.some(({ name }) => name === METRIC_NAME)) {
    throw cursor.mistake(at, `the metric name is said twice: before the braces and in them`);
  }
  const named = bareName === undefined ? [] : [compileMatcher({ name: METRIC_NAME, operator: '=', value: bareName })];
  const matchers = [...named, ...braced];
  if (matchers.every((matcher) => matcher.matches(''))) {
    throw cursor.mistake(at, 'expected a selector with at least one condition that the empty string does not meet');
  }
  const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=')?.value;
  return { kind: 'selector', at, end: cursor.end, name, matchers, rangeMs: undefined, offsetMs: undefined, pinned: undefined };
}

function parseBraces(cursor: TokenCursor): readonly Matcher[] {
  cursor.expectSymbol('{');
  const matchers: Matcher[] = [];
  while (!cursor.acceptSymbol('}')) {
    matchers.push(parseMatcher(cursor));
    if (!cursor.isSymbol('}') && !cursor.acceptSymbol(',')) throw cursor.unexpected('"," or "}"');
  }
  return matchers;
}

function parseMatcher(cursor: TokenCursor): Matcher {
  const isQuoted = cursor.peek().kind === 'string';
  const name = cursor.takeLabelName();
  const operator = MATCH_OPERATORS.find((symbol) => cursor.acceptSymbol(symbol));
  // A quoted name alone is the metric's: {"a.b", c="d"}.
  if (operator === undefined && isQuoted) return compileMatcher({ name: METRIC_NAME, operator: '=', value: name });
  if (operator === undefined) throw cursor.unexpected('one of = != =~ !~');
  return compileAt(cursor, { name, operator, at: cursor.peek().at });
}

/** A class of characters said a thousand times, RE2's most, takes 12 MB and a fifth of a second to compile. */
const MOST_REPETITIONS = 4;

function compileAt(cursor: TokenCursor, { at, ...condition }: { name: string; operator: MatchOperator; at: number }): Matcher {
  const value = cursor.takeString();
  if (condition.operator.endsWith('~') && repetitionsIn(value) > 0 && repetitionsIn(cursor.text) > MOST_REPETITIONS) {
    throw cursor.mistake(at, `expected at most ${MOST_REPETITIONS} repetitions such as {2,5} in all regular expressions together`);
  }
  try {
    return compileMatcher({ ...condition, value });
  } catch (cause) {
    throw cursor.mistake(at, `expected a regular expression (RE2), got one with ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** A brace before a digit, either of them perhaps escaped; no brace of PromQL itself stands before one. */
const REPETITION = /(?:\{|\\(?:x7b|173|u007b|U0000007b))[\d\\]/gi;

/** How many counted repetitions, `{5}` or `{2,5}`, the regular expressions in a text may have: never too few. */
export function repetitionsIn(text: string): number {
  return text.match(REPETITION)?.length ?? 0;
}

/** Reads `[5m]` after a selector, or `[5m:1m]` after any expression. */
export function parseRange(cursor: TokenCursor, before: Expr): Selector | Subquery {
  const { at } = cursor.peek();
  cursor.expectSymbol('[');
  const rangeMs = cursor.takeDurationMs();
  if (rangeMs === 0) throw cursor.mistake(at, 'expected a range above zero');
  if (cursor.peek().text.startsWith(':')) return parseSubquery(cursor, { expr: before, rangeMs });
  cursor.expectSymbol(']');
  if (before.kind !== 'selector') throw cursor.mistake(at, 'expected a selector before the range');
  if (before.rangeMs !== undefined) throw cursor.mistake(at, 'expected one range, got a second one');
  if (before.offsetMs !== undefined || before.pinned !== undefined) throw cursor.mistake(at, 'expected the range before offset and @');
  return { ...before, rangeMs, end: cursor.end };
}

function parseSubquery(cursor: TokenCursor, { expr, rangeMs }: { readonly expr: Expr; readonly rangeMs: number }): Subquery {
  const { text } = cursor.take();
  let stepMs: number | undefined;
  if (text.length > 1) stepMs = durationMsOf(text.slice(1));
  else if (!cursor.isSymbol(']')) stepMs = cursor.takeDurationMs();
  cursor.expectSymbol(']');
  return { kind: 'subquery', at: expr.at, end: cursor.end, expr, rangeMs, stepMs, offsetMs: undefined, pinned: undefined };
}

/** Reads what follows `offset`. */
export function parseOffset(cursor: TokenCursor, before: Expr): Selector | Subquery {
  const { at } = cursor.take();
  const sign = cursor.acceptSymbol('-') ? -1 : 1;
  if (sign === 1) cursor.acceptSymbol('+');
  const offsetMs = sign * cursor.takeDurationMs();
  const target = modified(cursor, { before, at });
  if (target.offsetMs !== undefined) throw cursor.mistake(at, 'expected one offset, got a second one');
  return { ...target, offsetMs, end: cursor.end };
}

/** Reads what follows `@`. */
export function parsePinned(cursor: TokenCursor, before: Expr): Selector | Subquery {
  const { at } = cursor.take();
  const target = modified(cursor, { before, at });
  if (target.pinned !== undefined) throw cursor.mistake(at, 'expected one @, got a second one');
  const end = cursor.acceptKeyword(['start', 'end']);
  if (end !== undefined) {
    cursor.expectSymbol('(');
    cursor.expectSymbol(')');
    return { ...target, pinned: { kind: end }, end: cursor.end };
  }
  const sign = cursor.acceptSymbol('-') ? -1 : 1;
  if (sign === 1) cursor.acceptSymbol('+');
  const seconds = numberOf(cursor.take().text);
  if (seconds === undefined) throw cursor.mistake(at, 'expected a time stamp after @');
  return { ...target, pinned: { kind: 'time', timeMs: Math.round(sign * seconds * 1000) }, end: cursor.end };
}

function modified(cursor: TokenCursor, { before, at }: { readonly before: Expr; readonly at: number }): Selector | Subquery {
  if (before.kind === 'selector' || before.kind === 'subquery') return before;
  throw cursor.mistake(at, 'expected a selector or a subquery before offset or @');
}
