// What may follow an expression: a range, a subquery's range and step, `offset`, `@`.
import type { QueryError } from '../../model/query-engine.ts';
import type { Expr, Selector, Subquery } from './ast.ts';
import type { Expectation, TokenCursor } from './cursor.ts';
import { readOffsetMs, readPositiveMs, readSeconds } from './parse-duration.ts';
import { startsDuration, type TokenKind } from './tokens.ts';

/** Reads all that follow, and looks at the token after. */
export function readModifiers(cursor: TokenCursor, first: Expr): Expr {
  let expr = first;
  for (; ; cursor.countPart()) {
    switch (cursor.peek().kind) {
      case '[':
        expr = readRange(cursor, expr);
        break;
      case 'offset':
        expr = readOffset(cursor, expr);
        break;
      case '@':
        expr = readPinned(cursor, expr);
        break;
      case 'anchored':
      case 'smoothed':
        throw notEnabled(cursor, { before: expr, modifier: cursor.take().kind });
      default:
        return expr;
    }
  }
}

function notEnabled(cursor: TokenCursor, { before, modifier }: { readonly before: Expr; readonly modifier: TokenKind }): QueryError {
  const problem = `${modifier} modifier is experimental and not enabled`;
  return cursor.flagged(before.at, { problem, flag: '--enable-feature=promql-extended-range-selectors' });
}

const RANGE: Expectation = { within: 'subquery or range selector', expected: 'number, duration, step(), or range()' };
const RANGE_END: Expectation = { within: 'subquery or range', expected: '":" or "]"' };
const STEP: Expectation = { within: 'subquery selector', expected: 'number, duration, step(), range(), or "]"' };
const STEP_END: Expectation = { within: 'subquery selector', expected: '"]"' };

function readRange(cursor: TokenCursor, before: Expr): Selector | Subquery {
  const { at } = cursor.take();
  const rangeMs = readPositiveMs(cursor, RANGE);
  if (cursor.accept(':') !== undefined) return readSubquery(cursor, { expr: before, rangeMs });
  cursor.expect(']', RANGE_END);
  if (before.kind !== 'selector' || before.rangeMs !== undefined) throw cursor.mistake(at, 'ranges only allowed for vector selectors');
  if ((before.offsetMs ?? 0) !== 0) throw cursor.mistake(at, 'no offset modifiers allowed before range');
  if (before.pinned?.kind === 'time') throw cursor.mistake(at, 'no @ modifiers allowed before range');
  return { ...before, rangeMs, end: cursor.end };
}

function readSubquery(cursor: TokenCursor, { expr, rangeMs }: Pick<Subquery, 'expr' | 'rangeMs'>): Subquery {
  const hasStep = cursor.peek().kind !== ']';
  if (hasStep && !startsDuration(cursor.peek().kind)) throw cursor.unexpected(STEP);
  const stepMs = hasStep ? readPositiveMs(cursor, STEP) : 0;
  cursor.expect(']', STEP_END);
  // A step below a millisecond is none to Prometheus.
  return {
    kind: 'subquery',
    at: expr.at,
    end: cursor.end,
    expr,
    rangeMs,
    stepMs: stepMs === 0 ? undefined : stepMs,
    offsetMs: undefined,
    pinned: undefined,
  };
}

const MODIFIED = 'must be preceded by an instant vector selector or range vector selector or a subquery';

function readOffset(cursor: TokenCursor, before: Expr): Selector | Subquery {
  cursor.take();
  const offsetMs = readOffsetMs(cursor);
  if (before.kind !== 'selector' && before.kind !== 'subquery') throw cursor.mistake(before.at, `offset modifier ${MODIFIED}`);
  if ((before.offsetMs ?? 0) !== 0) throw cursor.mistake(before.at, 'offset may not be set multiple times');
  return { ...before, offsetMs, end: cursor.closing };
}

const PINNED: Expectation = { within: '@', expected: 'timestamp' };
/** Prometheus's time stamps are of 64 bits. */
const LATEST_SECONDS = 2 ** 63;

function readPinned(cursor: TokenCursor, before: Expr): Selector | Subquery {
  cursor.take();
  const { kind } = cursor.peek();
  if (kind === 'start' || kind === 'end') {
    cursor.take();
    cursor.expect('(', PINNED);
    cursor.expect(')', PINNED);
    return { ...pinnable(cursor, before), pinned: { kind }, end: cursor.closing };
  }
  const seconds = readTimestamp(cursor);
  if (!(Math.abs(seconds) < LATEST_SECONDS)) {
    throw cursor.mistake(before.at, `timestamp out of bounds for @ modifier: ${printTimestamp(seconds)}`);
  }
  const timeMs = Math.sign(seconds) * Math.round(Math.abs(seconds) * 1000);
  return { ...pinnable(cursor, before), pinned: { kind: 'time', timeMs }, end: cursor.closing };
}

function readTimestamp(cursor: TokenCursor): number {
  const sign = cursor.peek().kind;
  if (sign === '+' || sign === '-') cursor.take();
  const { kind } = cursor.peek();
  if (kind !== 'number' && kind !== 'duration') throw cursor.unexpected(PINNED);
  const seconds = readSeconds(cursor);
  return sign === '-' ? -seconds : seconds;
}

/** As %f of Go. */
function printTimestamp(seconds: number): string {
  if (Number.isFinite(seconds)) return `${BigInt(seconds)}.000000`;
  return Number.isNaN(seconds) ? 'NaN' : `${seconds > 0 ? '+' : '-'}Inf`;
}

function pinnable(cursor: TokenCursor, before: Expr): Selector | Subquery {
  if (before.kind !== 'selector' && before.kind !== 'subquery') throw cursor.mistake(before.at, `@ modifier ${MODIFIED}`);
  if (before.pinned !== undefined) throw cursor.mistake(before.at, '@ <timestamp> may not be set multiple times');
  return before;
}
