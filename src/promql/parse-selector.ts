// Selectors: `name{label="value", …}`, and what may follow one.
import { METRIC_NAME } from '../model/labels.ts';
import type { Matcher, MatchOperator } from '../model/matcher.ts';
import type { Expr, Selector } from './ast.ts';
import { TokenCursor } from './cursor.ts';
import { unsupported } from './failure.ts';
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
  return { kind: 'selector', at, name, matchers, rangeMs: undefined, offsetMs: undefined };
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

/** Reads `[5m]`; `before` is undefined where the expression before it is no bare selector. */
export function parseRange(cursor: TokenCursor, before: Expr | undefined): Selector {
  const { at } = cursor.peek();
  cursor.expectSymbol('[');
  const rangeMs = cursor.takeDurationMs();
  // Inside the brackets a colon starts the step of a subquery; the lexer takes it for the start of a name.
  if (cursor.peek().text.startsWith(':')) {
    throw unsupported({ what: 'subquery', name: cursor.text.slice(at), instead: 'write a plain range such as [5m]' });
  }
  cursor.expectSymbol(']');
  if (before?.kind !== 'selector') throw cursor.mistake(at, 'expected a selector before the range');
  if (before.rangeMs !== undefined) throw cursor.mistake(at, 'expected one range, got a second one');
  if (before.offsetMs !== undefined) throw cursor.mistake(at, 'expected the range before the offset');
  if (rangeMs === 0) throw cursor.mistake(at, 'expected a range above zero');
  return { ...before, rangeMs };
}

/** Reads what follows `offset`; `before` as for `parseRange`. */
export function parseOffset(cursor: TokenCursor, before: Expr | undefined): Selector {
  const { at } = cursor.take();
  const sign = cursor.acceptSymbol('-') ? -1 : 1;
  if (sign === 1) cursor.acceptSymbol('+');
  const offsetMs = sign * cursor.takeDurationMs();
  if (before?.kind !== 'selector') throw cursor.mistake(at, 'expected a selector before the offset');
  if (before.offsetMs !== undefined) throw cursor.mistake(at, 'expected one offset, got a second one');
  return { ...before, offsetMs };
}
