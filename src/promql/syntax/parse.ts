// Tokens to a tree, by precedence climbing: https://prometheus.io/docs/prometheus/latest/querying/basics/ and …/operators/.
import { AGGREGATIONS, type AggregationName, type Binary, type Expr, type Grouping, type Matching } from './ast.ts';
import { checkExpression } from './check.ts';
import { TokenCursor } from './cursor.ts';
import { unsupported } from './failure.ts';
import { numberOf } from './literals.ts';
import { BINARY_OPERATORS, type BinaryOperator, POWER_LEVEL } from './operators.ts';
import { parseOffset, parsePinned, parseRange, parseSelector } from './parse-selector.ts';

/** Aggregations that take a parameter first. */
const WITH_PARAMETER: readonly AggregationName[] = ['topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio'];

/** Words that are never a metric's name, nor a function's. */
const RESERVED = ['bool', 'on', 'ignoring', 'group_left', 'group_right', 'atan2'] as const;

/** Words after an expression: of Prometheus's experiments, and of MetricsQL. */
const OTHER_MODIFIERS = ['anchored', 'smoothed', 'keep_metric_names'] as const;

/** Reads and type-checks an expression; throws a QueryError that says where and why it is none, or what of it is not supported. */
export function parseExpression(text: string): Expr {
  const cursor = new TokenCursor(text);
  const expr = parseBinary(cursor, 0);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected('an operator or the end');
  checkExpression(expr, text);
  return expr;
}

function parseBinary(cursor: TokenCursor, lowestLevel: number): Expr {
  let left = parseSigned(cursor);
  for (;;) {
    const operator = operatorAt(cursor);
    if (operator === undefined || operator.level < lowestLevel) return left;
    left = parseRightSide(cursor, { left, level: operator.level });
  }
}

function operatorAt(cursor: TokenCursor): BinaryOperator | undefined {
  return BINARY_OPERATORS.get(cursor.peek().text.toLowerCase());
}

function parseRightSide(cursor: TokenCursor, { left, level }: { readonly left: Expr; readonly level: number }): Binary {
  cursor.countPart();
  const { text } = cursor.take();
  const returnsBool = cursor.acceptKeyword(['bool']) !== undefined;
  const matching = parseMatching(cursor);
  const right = parseBinary(cursor, level === POWER_LEVEL ? level : level + 1);
  return { kind: 'binary', at: left.at, end: right.end, operator: text.toLowerCase(), left, right, returnsBool, matching };
}

function parseMatching(cursor: TokenCursor): Matching | undefined {
  const kind = cursor.acceptKeyword(['on', 'ignoring']);
  if (kind === undefined) return undefined;
  const labels = parseLabelNames(cursor);
  const side = cursor.acceptKeyword(['group_left', 'group_right']);
  if (side === undefined) return { on: kind === 'on', labels, group: undefined };
  const include = cursor.isSymbol('(') ? parseLabelNames(cursor) : [];
  return { on: kind === 'on', labels, group: { many: side === 'group_left' ? 'left' : 'right', include } };
}

function parseLabelNames(cursor: TokenCursor): readonly string[] {
  cursor.expectSymbol('(');
  const names: string[] = [];
  while (!cursor.acceptSymbol(')')) {
    names.push(cursor.takeLabelName());
    if (!cursor.isSymbol(')') && !cursor.acceptSymbol(',')) throw cursor.unexpected('"," or ")"');
  }
  return names;
}

function parseSigned(cursor: TokenCursor): Expr {
  const { at } = cursor.peek();
  const operator = (['-', '+'] as const).find((sign) => cursor.acceptSymbol(sign));
  if (operator === undefined) return parseModified(cursor);
  cursor.countPart();
  const operand = parseBinary(cursor, POWER_LEVEL);
  return { kind: 'unary', at, end: operand.end, operator, operand };
}

function parseModified(cursor: TokenCursor): Expr {
  let expr = parsePrimary(cursor);
  for (;;) {
    if (cursor.isSymbol('[')) expr = parseRange(cursor, expr);
    else if (cursor.keyword(['offset']) !== undefined) expr = parseOffset(cursor, expr);
    else if (cursor.isSymbol('@')) expr = parsePinned(cursor, expr);
    else break;
  }
  const modifier = cursor.keyword(OTHER_MODIFIERS);
  if (modifier !== undefined) throw unsupported({ what: 'modifier', name: modifier, instead: 'leave it out' });
  return expr;
}

function parsePrimary(cursor: TokenCursor): Expr {
  const token = cursor.peek();
  if (token.kind === 'word') return parseWord(cursor);
  if (token.kind === 'string') return { kind: 'string', at: token.at, value: cursor.takeString(), end: cursor.end };
  if (token.kind === 'number') return parseNumber(cursor);
  if (cursor.isSymbol('{')) return parseSelector(cursor);
  if (!cursor.acceptSymbol('(')) throw cursor.unexpected('an expression');
  cursor.countPart();
  const inner = parseBinary(cursor, 0);
  cursor.expectSymbol(')');
  return { kind: 'parentheses', at: token.at, end: cursor.end, inner };
}

function parseNumber(cursor: TokenCursor): Expr {
  const { at, text } = cursor.peek();
  const value = numberOf(text);
  if (value === undefined) throw cursor.unexpected('a number or a duration');
  cursor.take();
  return { kind: 'number', at, end: cursor.end, value };
}

function parseWord(cursor: TokenCursor): Expr {
  const isCall = cursor.isSymbol('(', 1);
  if (isCall || cursor.keyword(['by', 'without'], 1) !== undefined) {
    const operator = cursor.keyword(AGGREGATIONS);
    if (operator !== undefined) return parseAggregation(cursor, operator);
  }
  if (cursor.keyword(RESERVED) !== undefined) throw cursor.unexpected('an expression');
  if (isCall) return parseCall(cursor);
  const { at } = cursor.peek();
  const literal = cursor.acceptKeyword(['inf', 'nan']);
  if (literal !== undefined)
    return { kind: 'number', at, end: cursor.end, value: literal === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN };
  return parseSelector(cursor);
}

function parseCall(cursor: TokenCursor): Expr {
  cursor.countPart();
  const { at, text } = cursor.take();
  return { kind: 'call', at, name: text, args: parseArguments(cursor), end: cursor.end };
}

function parseArguments(cursor: TokenCursor): readonly Expr[] {
  cursor.expectSymbol('(');
  const args: Expr[] = [];
  if (cursor.acceptSymbol(')')) return args;
  do args.push(parseBinary(cursor, 0));
  while (cursor.acceptSymbol(','));
  if (!cursor.acceptSymbol(')')) throw cursor.unexpected('"," or ")"');
  return args;
}

function parseAggregation(cursor: TokenCursor, operator: AggregationName): Expr {
  cursor.countPart();
  const { at } = cursor.take();
  const before = parseGrouping(cursor);
  cursor.expectSymbol('(');
  const parameter = WITH_PARAMETER.includes(operator) ? parseBinary(cursor, 0) : undefined;
  if (parameter !== undefined) cursor.expectSymbol(',');
  const argument = parseBinary(cursor, 0);
  cursor.expectSymbol(')');
  const grouping = before ?? parseGrouping(cursor) ?? { without: false, labels: [] };
  return { kind: 'aggregation', at, end: cursor.end, operator, grouping, parameter, argument };
}

function parseGrouping(cursor: TokenCursor): Grouping | undefined {
  const kind = cursor.acceptKeyword(['by', 'without']);
  return kind === undefined ? undefined : { without: kind === 'without', labels: parseLabelNames(cursor) };
}
