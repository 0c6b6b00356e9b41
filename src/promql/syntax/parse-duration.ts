// Durations in brackets and after `offset`: a number, with a sign. Arithmetic on them is an experiment of Prometheus's, refused by its flag's name.
import type { QueryError } from '../../model/query-engine.ts';
import type { Expr, NumberLiteral } from './ast.ts';
import { type Expectation, NOWHERE, type TokenCursor } from './cursor.ts';
import { fitsDuration, millisecondsOf, parseDuration, parseNumber } from './literals.ts';
import type { Token, TokenKind } from './tokens.ts';

interface Duration {
  readonly at: number;
  /** Undefined of an expression, which was noted as a lack. */
  readonly seconds: number | undefined;
}

interface Operator {
  readonly level: number;
  readonly isRightAssociative: boolean;
}

const POWER_LEVEL = 3;
const OPERATORS: ReadonlyMap<TokenKind, Operator> = new Map([
  ['+', { level: 1, isRightAssociative: false }],
  ['-', { level: 1, isRightAssociative: false }],
  ['*', { level: 2, isRightAssociative: false }],
  ['/', { level: 2, isRightAssociative: false }],
  ['%', { level: 2, isRightAssociative: false }],
  ['^', { level: POWER_LEVEL, isRightAssociative: true }],
]);

/** Milliseconds of a range or a step, which are above zero; `expectation` is what a message says where there is none. */
export function readPositiveMs(cursor: TokenCursor, expectation: Expectation): number {
  const { at, seconds } = readDuration(cursor, { expectation, lowestLevel: 1 });
  // Any: this is not evaluated.
  if (seconds === undefined) return 1;
  if (seconds <= 0) throw cursor.mistake(at, 'duration must be greater than 0');
  return millisecondsOf(seconds);
}

const OFFSET: Expectation = { within: 'offset', expected: 'number, duration, step(), or range()' };

/** Milliseconds after `offset`. Arithmetic needs parentheses there, so that the token after it is not looked at. */
export function readOffsetMs(cursor: TokenCursor): number {
  const { seconds } = readOffset(cursor);
  return seconds === undefined ? 0 : millisecondsOf(seconds);
}

function readOffset(cursor: TokenCursor): Duration {
  const sign = cursor.peek();
  const whole = { expectation: OFFSET, lowestLevel: 1 };
  if (sign.kind !== '+' && sign.kind !== '-') return sign.kind === '(' ? readDuration(cursor, whole) : readTerm(cursor, OFFSET);
  cursor.take();
  const next = cursor.peek();
  if (next.kind === '(') {
    cursor.take();
    readInner(cursor, OFFSET);
    return noted(cursor, next);
  }
  if (next.kind === 'number' || next.kind === 'duration')
    return signed(cursor, { sign, operand: { at: next.at, seconds: readSeconds(cursor) } });
  if (next.kind !== '+' && next.kind !== '-') return signed(cursor, { sign, operand: readTerm(cursor, OFFSET) });
  const operand = readDuration(cursor, { expectation: OFFSET, lowestLevel: POWER_LEVEL });
  return readRest(cursor, { ...whole, left: signed(cursor, { sign, operand }) });
}

interface Wanted {
  readonly expectation: Expectation;
  /** Operators below this level end the duration. */
  readonly lowestLevel: number;
}

function readDuration(cursor: TokenCursor, wanted: Wanted): Duration {
  cursor.enter();
  const left = readTerm(cursor, wanted.expectation);
  const duration = readRest(cursor, { ...wanted, left });
  cursor.leave();
  return duration;
}

/** Looks at the token after the duration. The innermost operation is the first that Prometheus refuses. */
function readRest(cursor: TokenCursor, { expectation, lowestLevel, left }: Wanted & { readonly left: Duration }): Duration {
  const operator = OPERATORS.get(cursor.peek().kind);
  if (operator === undefined || operator.level < lowestLevel) return left;
  cursor.take();
  readDuration(cursor, { expectation, lowestLevel: operator.isRightAssociative ? operator.level : operator.level + 1 });
  throw notEnabled(cursor, left.at);
}

function readTerm(cursor: TokenCursor, expectation: Expectation): Duration {
  const token = cursor.peek();
  switch (token.kind) {
    case 'number':
    case 'duration':
      return inRange(cursor, { at: token.at, seconds: readSeconds(cursor), blamed: token.at });
    case '+':
    case '-':
      cursor.take();
      return signed(cursor, { sign: token, operand: readDuration(cursor, { expectation, lowestLevel: POWER_LEVEL }) });
    case 'step':
    case 'range':
      cursor.take();
      cursor.expect('(', expectation);
      cursor.expect(')', expectation);
      return noted(cursor, token);
    case 'min':
    case 'max':
      return readExtreme(cursor, expectation);
    case '(':
      cursor.take();
      throw notEnabled(cursor, readInner(cursor, expectation).at);
    default:
      throw cursor.unexpected(expectation);
  }
}

function readInner(cursor: TokenCursor, expectation: Expectation): Duration {
  const inner = readDuration(cursor, { expectation, lowestLevel: 1 });
  cursor.expect(')', expectation);
  return inner;
}

function readExtreme(cursor: TokenCursor, expectation: Expectation): Duration {
  cursor.take();
  cursor.expect('(', expectation);
  const first = readDuration(cursor, { expectation, lowestLevel: 1 });
  cursor.expect(',', expectation);
  readInner(cursor, expectation);
  return noted(cursor, first);
}

/** The value of the next token, a number or a duration. */
export function readSeconds(cursor: TokenCursor): number {
  const { at, kind, text } = cursor.take();
  const seconds = kind === 'number' ? parseNumber(text) : parseDuration(text);
  if (typeof seconds === 'string') throw cursor.mistake(at, seconds);
  return seconds;
}

function signed(cursor: TokenCursor, { sign, operand }: { readonly sign: Token; readonly operand: Duration }): Duration {
  const { at, seconds } = operand;
  if (seconds === undefined) return { at: sign.kind === '-' ? sign.at : at, seconds };
  return inRange(cursor, { at: sign.at, seconds: sign.kind === '-' ? -seconds : seconds, blamed: sign.at });
}

function inRange(cursor: TokenCursor, { at, seconds, blamed }: { at: number; seconds: number; blamed: number }): Duration {
  if (Number.isNaN(seconds)) {
    // Prometheus takes it for some duration of three hundred years.
    cursor.noteLack(cursor.mistake(blamed, 'duration out of range'));
    return { at, seconds: undefined };
  }
  if (!fitsDuration(seconds)) throw cursor.mistake(blamed, 'duration out of range');
  return { at, seconds };
}

const FLAG = '--enable-feature=promql-duration-expr';

function notEnabled(cursor: TokenCursor, at: number): QueryError {
  return cursor.flagged(at, { problem: 'experimental duration expression is not enabled', flag: FLAG });
}

/** Prometheus reads these without the flag too. */
function noted(cursor: TokenCursor, { at }: Pick<Token, 'at'>): Duration {
  cursor.noteLack(notEnabled(cursor, at));
  return { at, seconds: undefined };
}

/** Reads `step()` or `range()` where an expression is expected: Prometheus takes it for one until it checks types. */
export function readMisplaced(cursor: TokenCursor): NumberLiteral {
  const { at } = cursor.take();
  cursor.expect('(');
  cursor.expect(')');
  const { end } = cursor;
  readRest(cursor, { expectation: NOWHERE, lowestLevel: 1, left: { at, seconds: undefined } });
  return { kind: 'number', at, end, value: Number.NaN, isDuration: true };
}

/** Refuses what `readMisplaced` read: in parentheses it is arithmetic on durations, elsewhere no expression at all. */
export function refuseMisplaced(
  cursor: TokenCursor,
  { expr, place }: { readonly expr: Expr; readonly place: 'parentheses' | 'expression' },
): void {
  if (!isMisplaced(expr)) return;
  if (place === 'parentheses') throw notEnabled(cursor, expr.at);
  throw cursor.flagged(expr.at, { problem: 'unknown node type: *parser.DurationExpr', flag: FLAG });
}

/** Whether it is what `readMisplaced` read: no duration that was written is NaN. */
export function isMisplaced(expr: Expr): boolean {
  return expr.kind === 'number' && expr.isDuration && Number.isNaN(expr.value);
}
