// Types: what each operator and function takes, said before anything is evaluated, in Prometheus's order and words.

import { METRIC_NAME } from '../../model/labels.ts';
import type { QueryError } from '../../model/query-engine.ts';
import type { Aggregation, Binary, Call, Expr, Selector, ValueType } from './ast.ts';
import { MOST_DEPTH, type TokenCursor } from './cursor.ts';
import { quoteAsGo } from './go-quote.ts';
import { BINARY_OPERATORS } from './operators.ts';
import { refuseMisplaced } from './parse-duration.ts';
import { SIGNATURES, type Signature } from './signatures.ts';

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  range: 'range vector',
  string: 'string',
};

/** The type that an expression says it has, whether its parts are right or not. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return expr.rangeMs === undefined ? 'vector' : 'range';
    case 'subquery':
      return 'range';
    case 'aggregation':
      return 'vector';
    case 'call':
      return SIGNATURES.get(expr.name)?.returns ?? 'vector';
    case 'parentheses':
      return typeOf(expr.inner);
    case 'unary':
      return typeOf(expr.operand);
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector';
  }
}

/** The type of the expression that was read from the cursor's text; throws a QueryError at the first place where types do not fit. */
export function checkExpression(expr: Expr, cursor: TokenCursor): ValueType {
  return new Checker(cursor).check(expr);
}

class Checker {
  readonly #cursor: TokenCursor;
  #depth = 0;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  check(expr: Expr): ValueType {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw this.#cursor.tooDeep(expr.at);
    const type = this.#checked(expr);
    this.#depth -= 1;
    return type;
  }

  #checked(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number':
        refuseMisplaced(this.#cursor, { expr, place: 'expression' });
        return 'scalar';
      case 'string':
        return 'string';
      case 'selector':
        return this.#selector(expr);
      case 'call':
        return this.#call(expr);
      case 'aggregation':
        return this.#aggregation(expr);
      case 'parentheses':
        return this.check(expr.inner);
      case 'unary': {
        const type = this.check(expr.operand);
        if (type === 'scalar' || type === 'vector') return type;
        const problem = `unary expression only allowed on expressions of type scalar or instant vector, got "${TYPE_NAMES[type]}"`;
        throw this.#mistake(expr, problem);
      }
      case 'binary':
        return this.#binary(expr);
      case 'subquery': {
        const type = this.check(expr.expr);
        if (type === 'vector') return 'range';
        const name = type === 'range' ? 'matrix' : type;
        throw this.#mistake(expr, `subquery is only allowed on instant vector, got ${name} instead`);
      }
    }
  }

  #selector(selector: Selector, { mayBeEmpty }: { readonly mayBeEmpty: boolean } = { mayBeEmpty: false }): ValueType {
    const { matchers, name, isNameBare } = selector;
    const second = matchers.find((matcher, index) => index > 0 && matcher.name === METRIC_NAME);
    if (isNameBare && second !== undefined) {
      throw this.#mistake(selector, `metric name must not be set twice: ${quoteAsGo(name ?? '')} or ${quoteAsGo(second.value)}`);
    }
    if (!isNameBare && !mayBeEmpty && matchers.every((matcher) => matcher.matches(''))) {
      throw this.#mistake(selector, 'vector selector must contain at least one non-empty matcher');
    }
    return typeOf(selector);
  }

  #call(call: Call): ValueType {
    const signature = SIGNATURES.get(call.name);
    if (signature === undefined) throw this.#mistake(call, `unknown function with name ${quoteAsGo(call.name)}`);
    this.#count(call, signature);
    if (call.name === 'info') this.#infoLabels(call);
    for (const [index, argument] of call.args.entries()) {
      const isOfInfo = call.name === 'info' && index === 1 && argument.kind === 'selector';
      const type = isOfInfo ? this.#selector(argument, { mayBeEmpty: true }) : this.check(argument);
      const expected = signature.args[Math.min(index, signature.args.length - 1)];
      if (expected !== undefined && type !== expected) {
        throw this.#mistake(argument, `expected type ${TYPE_NAMES[expected]} in call to function "${call.name}", got ${TYPE_NAMES[type]}`);
      }
    }
    return signature.returns;
  }

  #count(call: Call, { args, optional, more }: Signature): void {
    const { length } = call.args;
    const [least, most] = [args.length - optional, args.length + more];
    if (length >= least && length <= most) return;
    const bound = length < least ? `at least ${least}` : `at most ${most}`;
    const expected = least === most ? String(least) : bound;
    throw this.#mistake(call, `expected ${expected} argument(s) in call to "${call.name}", got ${length}`);
  }

  /** The second argument of `info` is a selector that only says labels. */
  #infoLabels(call: Call): void {
    const labels = call.args[1];
    if (labels === undefined) return;
    const type = typeOf(labels);
    if (type !== 'vector') throw this.#mistake(call, `expected type instant vector in call to function "info", got ${TYPE_NAMES[type]}`);
    if (labels.kind !== 'selector') throw this.#mistake(labels, 'expected label selectors only');
    if (labels.isNameBare) throw this.#mistake(labels, 'expected label selectors only, got vector selector instead');
  }

  #aggregation({ operator, parameter, argument }: Aggregation): ValueType {
    this.#expect(argument, { type: 'vector', place: 'aggregation expression' });
    if (parameter !== undefined) {
      this.#expect(parameter, { type: operator === 'count_values' ? 'string' : 'scalar', place: 'aggregation parameter' });
    }
    return 'vector';
  }

  #binary(binary: Binary): ValueType {
    const left = this.check(binary.left);
    const right = this.check(binary.right);
    const { operator, matching, returnsBool } = binary;
    const kind = BINARY_OPERATORS.get(operator)?.kind;
    if (returnsBool && kind !== 'comparison') throw this.#atOperator(binary, 'bool modifier can only be used on comparison operators');
    if (kind === 'comparison' && !returnsBool && left === 'scalar' && right === 'scalar') {
      throw this.#atOperator(binary, 'comparisons between scalars must use BOOL modifier');
    }
    const included = new Set(matching?.group?.include);
    const both = matching?.on ? matching.labels.find((label) => included.has(label)) : undefined;
    if (both !== undefined) throw this.#atOperator(binary, `label ${quoteAsGo(both)} must not occur in ON and GROUP clause at once`);
    for (const [side, type] of [
      [binary.left, left],
      [binary.right, right],
    ] as const) {
      if (type !== 'scalar' && type !== 'vector')
        throw this.#mistake(side, 'binary expression must contain only scalar and instant vector types');
    }
    const areVectors = left === 'vector' && right === 'vector';
    if (!areVectors && matching !== undefined) throw this.#mistake(binary, 'vector matching only allowed between instant vectors');
    if (kind === 'set' && matching?.group !== undefined) throw this.#mistake(binary, `no grouping allowed for "${operator}" operation`);
    if (kind === 'set' && !areVectors) throw this.#mistake(binary, `set operator "${operator}" not allowed in binary scalar expression`);
    return left === 'scalar' && right === 'scalar' ? 'scalar' : 'vector';
  }

  #expect(expr: Expr, { type: expected, place }: { readonly type: ValueType; readonly place: string }): void {
    const type = this.check(expr);
    if (type !== expected) throw this.#mistake(expr, `expected type ${TYPE_NAMES[expected]} in ${place}, got ${TYPE_NAMES[type]}`);
  }

  /** Of an operator: after its left side and the blanks there. */
  #atOperator({ left }: Binary, problem: string): QueryError {
    const { text } = this.#cursor;
    const blanks = /^[ \t\n\r]*/.exec(text.slice(left.end))?.[0].length ?? 0;
    return this.#cursor.mistake(left.end + blanks, problem);
  }

  #mistake({ at }: Expr, problem: string): QueryError {
    return this.#cursor.mistake(at, problem);
  }
}
