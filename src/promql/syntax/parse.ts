// Tokens to a tree, by precedence climbing: https://prometheus.io/docs/prometheus/latest/querying/basics/ and …/operators/.
import type { QueryError } from '../../model/query-engine.ts';
import type { Aggregation, AggregationName, Binary, Expr } from './ast.ts';
import { checkExpression, typeOf } from './check.ts';
import { TokenCursor } from './cursor.ts';
import { quoteAsGo } from './go-quote.ts';
import { unquote } from './literals.ts';
import { BINARY_OPERATORS, POWER_LEVEL } from './operators.ts';
import { isMisplaced, readMisplaced, readSeconds, refuseMisplaced } from './parse-duration.ts';
import { readGrouping, readMatching } from './parse-labels.ts';
import { readModifiers } from './parse-modifiers.ts';
import { readSelector } from './parse-selector.ts';
import { SIGNATURES } from './signatures.ts';
import { isAggregation, isMetricName, startsExpression, type Token } from './tokens.ts';

export interface ParseOptions {
  /** What Prometheus has behind `--enable-feature=promql-experimental-functions`, functions and aggregations; false where nothing is said. */
  readonly experimentalFunctions?: boolean;
}

/**
 * Reads and type-checks an expression; throws a QueryError that says, in Prometheus's words and with its position, what is wrong (`bad-expression`),
 * or what of Prometheus's language is not there (`unsupported`).
 */
export function parseExpression(text: string, { experimentalFunctions = false }: ParseOptions = {}): Expr {
  const cursor = new TokenCursor(text);
  if (cursor.peek().kind === 'end of input') throw cursor.mistake(0, 'no expression found in input');
  const expr = new Parser(cursor, { experimentalFunctions }).expression();
  if (cursor.peek().kind !== 'end of input') throw cursor.unexpected();
  checkExpression(expr, cursor);
  if (cursor.lack !== undefined) throw cursor.lack;
  return expr;
}

class Parser {
  readonly #cursor: TokenCursor;
  readonly #options: Required<ParseOptions>;

  constructor(cursor: TokenCursor, options: Required<ParseOptions>) {
    this.#cursor = cursor;
    this.#options = options;
  }

  /** Reads up to an operator that binds less than the level, and looks at the token after. */
  expression(lowestLevel = 0): Expr {
    this.#cursor.enter();
    let left = this.#signed();
    for (;;) {
      const operator = BINARY_OPERATORS.get(this.#cursor.peek().kind);
      if (operator === undefined || operator.level < lowestLevel) break;
      left = this.#rightSide(left, operator.level);
    }
    this.#cursor.leave();
    return left;
  }

  #rightSide(left: Expr, level: number): Binary {
    const cursor = this.#cursor;
    cursor.countPart();
    const { kind } = cursor.take();
    const returnsBool = cursor.accept('bool') !== undefined;
    const matching = readMatching(cursor);
    const isFilled = readFill(cursor);
    const right = this.expression(level === POWER_LEVEL ? level : level + 1);
    if (isFilled) throw cursor.flagged(left.at, FILL);
    if (kind === '</' || kind === '>/') cursor.noteLack(withoutTrim(cursor, left.at));
    // Prometheus takes no notice of a matching without labels beside a scalar.
    const isMatching = matching !== undefined && (matching.labels.length > 0 || (typeOf(left) === 'vector' && typeOf(right) === 'vector'));
    return {
      kind: 'binary',
      at: left.at,
      end: right.end,
      operator: kind,
      left,
      right,
      returnsBool,
      matching: isMatching ? matching : undefined,
    };
  }

  #signed(): Expr {
    const { at, kind } = this.#cursor.peek();
    if (kind !== '+' && kind !== '-') return readModifiers(this.#cursor, this.#primary());
    this.#cursor.take();
    const operand = this.expression(POWER_LEVEL);
    if (operand.kind === 'number' && !isMisplaced(operand)) return { ...operand, at, value: kind === '-' ? -operand.value : operand.value };
    return { kind: 'unary', at, end: operand.end, operator: kind, operand };
  }

  #primary(): Expr {
    const cursor = this.#cursor;
    const { kind, at } = cursor.peek();
    switch (kind) {
      case 'number':
      case 'duration':
        return { kind: 'number', at, value: readSeconds(cursor), isDuration: kind === 'duration', end: cursor.end };
      case 'string':
        return { kind: 'string', at, value: unquote(cursor.take().text), end: cursor.end };
      case '(':
        return this.#parentheses();
      case '{':
        return readSelector(cursor);
      default:
        if (!isMetricName(kind)) throw cursor.unexpected();
        return this.#named();
    }
  }

  #parentheses(): Expr {
    const { at } = this.#cursor.take();
    const inner = this.expression();
    this.#cursor.expect(')');
    refuseMisplaced(this.#cursor, { expr: inner, place: 'parentheses' });
    return { kind: 'parentheses', at, end: this.#cursor.end, inner };
  }

  /** What begins with a word: the next one tells what it is. */
  #named(): Expr {
    const { kind } = this.#cursor.peek();
    const next = this.#cursor.peekSecond().kind;
    if (isAggregation(kind) && (next === '(' || next === 'by' || next === 'without')) return this.#aggregation(kind);
    if (next === '(' && kind === 'identifier') return this.#call();
    if (next === '(' && (kind === 'step' || kind === 'range')) return readMisplaced(this.#cursor);
    return readSelector(this.#cursor);
  }

  #call(): Expr {
    const { at, text } = this.#cursor.take();
    const args = this.#arguments();
    const signature = SIGNATURES.get(text);
    if (signature === undefined) throw this.#cursor.mistake(at, `unknown function with name ${quoteAsGo(text)}`);
    if (signature.isExperimental && !this.#options.experimentalFunctions) {
      throw this.#cursor.mistake(at, `function ${quoteAsGo(text)} is not enabled`);
    }
    return { kind: 'call', at, end: this.#cursor.end, name: text, args };
  }

  #arguments(): readonly Expr[] {
    const cursor = this.#cursor;
    cursor.expect('(');
    const args: Expr[] = [];
    if (cursor.accept(')') !== undefined) return args;
    args.push(this.expression());
    for (let comma = cursor.accept(','); comma !== undefined; comma = cursor.accept(',')) {
      if (!startsExpression(cursor.peek().kind)) throw cursor.mistake(comma.at, 'trailing commas not allowed in function call args');
      args.push(this.expression());
    }
    cursor.expect(')');
    return args;
  }

  #aggregation(operator: AggregationName): Aggregation {
    const cursor = this.#cursor;
    const token = cursor.take();
    const before = readGrouping(cursor);
    const args = cursor.inAggregation(() => this.#arguments());
    const after = before === undefined ? readGrouping(cursor) : undefined;
    const end = before === undefined && after === undefined ? cursor.closingBefore : cursor.end;
    const [parameter, argument] = this.#parametersOf(token, args);
    return { kind: 'aggregation', at: token.at, end, operator, grouping: before ?? after ?? NO_GROUPING, parameter, argument };
  }

  #parametersOf({ at, kind }: Token, args: readonly Expr[]): readonly [Expr | undefined, Expr] {
    const [first, second] = args;
    if (first === undefined) throw this.#cursor.mistake(at, 'no arguments for aggregate expression provided');
    const takesParameter = WITH_PARAMETER.has(kind);
    if ((kind === 'limitk' || kind === 'limit_ratio') && !this.#options.experimentalFunctions) {
      throw this.#cursor.mistake(at, `${kind}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`);
    }
    const expected = takesParameter ? 2 : 1;
    if (args.length !== expected) {
      const problem = `wrong number of arguments for aggregate expression provided, expected ${expected}, got ${args.length}`;
      throw this.#cursor.mistake(at, problem);
    }
    return second === undefined ? [undefined, first] : [first, second];
  }
}

const NO_GROUPING = { without: false, labels: [] } as const;

/** Aggregations that take a parameter first. */
const WITH_PARAMETER: ReadonlySet<string> = new Set(['topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio']);

const FILL = {
  problem: 'binop fill modifiers are experimental and not enabled',
  flag: '--enable-feature=promql-binop-fill-modifiers',
} as const;

/** Reads `fill(0)`, `fill_left(0)`, `fill_right(0)`, or the latter two; whether there was one. */
function readFill(cursor: TokenCursor): boolean {
  const { kind } = cursor.peek();
  if (kind !== 'fill' && kind !== 'fill_left' && kind !== 'fill_right') return false;
  readFillValue(cursor);
  const other = cursor.peek().kind;
  if ((kind === 'fill_left' && other === 'fill_right') || (kind === 'fill_right' && other === 'fill_left')) readFillValue(cursor);
  return true;
}

function readFillValue(cursor: TokenCursor): void {
  cursor.take();
  cursor.expect('(');
  if (cursor.accept('+') === undefined) cursor.accept('-');
  const { kind } = cursor.peek();
  if (kind !== 'number' && kind !== 'duration') throw cursor.unexpected();
  readSeconds(cursor);
  cursor.expect(')');
}

/** Prometheus reads these, and answers for native histograms only. */
function withoutTrim(cursor: TokenCursor, at: number): QueryError {
  return cursor.lacking(at, 'the trim operators </ and >/ are for native histograms, which Plimsoll does not have; compare with < or >');
}
