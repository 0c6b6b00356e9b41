// Selectors: `name{label="value", …}`.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher, MatchOperator } from '../../model/matcher.ts';
import { QueryError } from '../../model/query-engine.ts';
import type { Selector } from './ast.ts';
import { checkExpression } from './check.ts';
import { type Expectation, TokenCursor } from './cursor.ts';
import { unquote } from './literals.ts';
import { compileMatcher } from './matcher.ts';
import { isMetricName, type TokenKind } from './tokens.ts';

/** The conditions of one selector without range or offset, as in `match[]`; throws a QueryError. */
export function parseMatchers(text: string): readonly Matcher[] {
  const cursor = new TokenCursor(text);
  const selector = readSelector(cursor);
  if (cursor.peek().kind !== 'end of input') throw cursor.unexpected();
  checkExpression(selector, cursor);
  return selector.matchers;
}

/** Reads a name, braces, or both. After a name the next token is looked at. */
export function readSelector(cursor: TokenCursor): Selector {
  const { at, kind, text } = cursor.peek();
  cursor.countPart();
  if (!isMetricName(kind)) return selectorOf(readBraces(cursor), { at, end: cursor.end, isNameBare: false });
  cursor.take();
  const matcher = compileMatcher({ name: METRIC_NAME, operator: '=', value: text });
  const others = cursor.peek().kind === '{' ? readBraces(cursor) : [];
  return selectorOf([matcher, ...others], { at, end: cursor.end, isNameBare: true });
}

function selectorOf(matchers: readonly Matcher[], place: Pick<Selector, 'at' | 'end' | 'isNameBare'>): Selector {
  const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=')?.value;
  const { at, end, isNameBare } = place;
  return { kind: 'selector', at, end, name, isNameBare, matchers, rangeMs: undefined, offsetMs: undefined, pinned: undefined };
}

const WITHIN = 'label matching';
const LABEL: Expectation = { within: WITHIN, expected: 'identifier or "}"' };
const OPERATOR: Expectation = { within: WITHIN, expected: 'label matching operator' };
const VALUE: Expectation = { within: WITHIN, expected: 'string' };
const SEPARATOR: Expectation = { within: WITHIN, expected: '"," or "}"' };

function readBraces(cursor: TokenCursor): readonly Matcher[] {
  cursor.expect('{');
  const matchers: Matcher[] = [];
  while (cursor.accept('}') === undefined) {
    cursor.countPart();
    matchers.push(readMatcher(cursor));
    if (cursor.peek().kind !== '}') cursor.expect(',', SEPARATOR);
  }
  return matchers;
}

function readMatcher(cursor: TokenCursor): Matcher {
  const { at, kind, text } = cursor.peek();
  if (kind !== 'string' && kind !== 'identifier') throw cursor.unexpected(LABEL);
  cursor.take();
  const name = kind === 'string' ? unquote(text) : text;
  const operator = cursor.peek().kind;
  // A quoted name alone is the metric's: {"a.b", c="d"}.
  if (!isMatchOperator(operator) && kind === 'string') return compileMatcher({ name: METRIC_NAME, operator: '=', value: name });
  if (!isMatchOperator(operator)) throw cursor.unexpected(OPERATOR);
  cursor.take();
  const value = unquote(cursor.expect('string', VALUE).text);
  if (operator === '=' || operator === '!=') return compileMatcher({ name, operator, value });
  return compileAt(cursor, { name, operator, value, at });
}

function isMatchOperator(kind: TokenKind): kind is MatchOperator {
  return kind === '=' || kind === '!=' || kind === '=~' || kind === '!~';
}

function compileAt(cursor: TokenCursor, { at, ...condition }: Omit<Matcher, 'matches'> & { readonly at: number }): Matcher {
  const countRegex = (pattern: string): void => {
    if (repetitionsIn(pattern) > 0 && repetitionsIn(cursor.text) > MOST_REPETITIONS) throw cursor.mistake(at, TOO_MANY_REPETITIONS);
    cursor.countRegex(at, weightOf(pattern));
  };
  try {
    return compileMatcher(condition, countRegex);
  } catch (cause) {
    if (cause instanceof QueryError) throw cause;
    throw cursor.mistake(at, cause instanceof Error ? cause.message : String(cause));
  }
}

/** A class of characters said a thousand times, RE2's most, takes 12 MB and a fifth of a second to compile. */
const MOST_REPETITIONS = 4;
const TOO_MANY_REPETITIONS = `the regular expressions have more than ${MOST_REPETITIONS} repetitions such as {2,5}; write the text out`;

/** A brace before a digit, either of them perhaps escaped; no brace of PromQL itself stands before one. */
const REPETITION = /(?:\{|\\(?:x7b|173|u007b|U0000007b))[\d\\]/gi;

/** How many counted repetitions, `{5}` or `{2,5}`, the regular expressions in a text may have: never too few. */
export function repetitionsIn(text: string): number {
  return text.match(REPETITION)?.length ?? 0;
}

/** How many characters take as long to compile as an empty pattern does, and as a class of Unicode, `\pL`. */
const FRAME_WEIGHT = 10;
const CLASS_WEIGHT = 20;

function weightOf(pattern: string): number {
  return FRAME_WEIGHT + pattern.length + CLASS_WEIGHT * (pattern.match(/\\p/gi)?.length ?? 0);
}
