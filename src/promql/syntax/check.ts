// Types: what each operator and function takes, said before anything is evaluated.
import { quote } from '../../lib/quote.ts';
import type { Aggregation, Binary, Call, Expr, Unary, ValueType } from './ast.ts';
import { badExpression, unsupported } from './failure.ts';
import { BINARY_OPERATORS } from './operators.ts';
import { SIGNATURES } from './signatures.ts';

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  range: 'range vector',
  string: 'string',
};

/** The type of the expression read from `text`; throws a QueryError where types do not fit. */
export function checkExpression(expr: Expr, text: string): ValueType {
  return new Checker(text).typeOf(expr);
}

class Checker {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  typeOf(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'selector':
        return expr.rangeMs === undefined ? 'vector' : 'range';
      case 'call':
        return this.#call(expr);
      case 'aggregation':
        return this.#aggregation(expr);
      case 'unary':
        return this.#unary(expr);
      case 'binary':
        return this.#binary(expr);
      case 'subquery':
        this.#expect(expr.expr, { types: ['vector'], place: 'in a subquery' });
        return 'range';
      case 'parentheses':
        return this.typeOf(expr.inner);
    }
  }

  #call(call: Call): ValueType {
    const spec = SIGNATURES.get(call.name);
    if (spec === undefined) {
      throw unsupported({ what: 'function', name: call.name, instead: `it has: ${[...SIGNATURES.keys()].sort().join(', ')}` });
    }
    if (call.args.length < spec.args.length - spec.optional || call.args.length > spec.args.length + spec.more) {
      throw this.#mistake(call, `expected ${spec.args.length} argument(s) of ${call.name}, got ${call.args.length}`);
    }
    for (const [index, argument] of call.args.entries()) {
      const type = spec.args[index] ?? spec.args.at(-1) ?? 'vector';
      this.#expect(argument, { types: [type], place: `as argument ${index + 1} of ${call.name}` });
    }
    return spec.returns;
  }

  #aggregation(aggregation: Aggregation): ValueType {
    if (aggregation.parameter !== undefined) {
      const type = aggregation.operator === 'count_values' ? 'string' : 'scalar';
      this.#expect(aggregation.parameter, { types: [type], place: `as parameter of ${aggregation.operator}()` });
    }
    return this.#expect(aggregation.argument, { types: ['vector'], place: `in ${aggregation.operator}()` });
  }

  #unary(unary: Unary): ValueType {
    return this.#expect(unary.operand, { types: ['scalar', 'vector'], place: `after the sign ${quote(unary.operator)}` });
  }

  #binary(binary: Binary): ValueType {
    const kind = BINARY_OPERATORS.get(binary.operator)?.kind;
    const place = `beside ${quote(binary.operator)}`;
    const types: readonly ValueType[] = kind === 'set' ? ['vector'] : ['scalar', 'vector'];
    const left = this.#expect(binary.left, { types, place });
    const right = this.#expect(binary.right, { types, place });
    if (binary.returnsBool && kind !== 'comparison')
      throw this.#mistake(binary, `expected a comparison for bool, got ${quote(binary.operator)}`);
    const scalars = left === 'scalar' && right === 'scalar';
    if (scalars && kind === 'comparison' && !binary.returnsBool)
      throw this.#mistake(binary, 'expected bool between scalars, as in 1 > bool 2');
    this.#matching(binary, { kind, vectors: left === 'vector' && right === 'vector' });
    return scalars ? 'scalar' : 'vector';
  }

  #matching(binary: Binary, { kind, vectors }: { readonly kind: string | undefined; readonly vectors: boolean }): void {
    const { matching } = binary;
    if (matching === undefined) return;
    if (!vectors) {
      // Prometheus lets a matching without labels stand beside a scalar, and takes no notice of it.
      if (matching.labels.length === 0) return;
      throw this.#mistake(binary, 'expected instant vectors on both sides of on() or ignoring(), got a scalar');
    }
    if (matching.group === undefined) return;
    if (kind === 'set') throw this.#mistake(binary, `expected no group_left or group_right with ${quote(binary.operator)}`);
    const both = matching.on ? matching.group.include.find((label) => matching.labels.includes(label)) : undefined;
    if (both !== undefined) throw this.#mistake(binary, `expected the label ${quote(both)} in on() or in the group, got it in both`);
  }

  #expect(expr: Expr, { types, place }: { readonly types: readonly ValueType[]; readonly place: string }): ValueType {
    const type = this.typeOf(expr);
    if (types.includes(type)) return type;
    const expected = types.map((name) => TYPE_NAMES[name]).join(' or ');
    throw this.#mistake(expr, `expected ${expected} ${place}, got ${TYPE_NAMES[type]}`);
  }

  #mistake(expr: Expr, problem: string): Error {
    return badExpression({ text: this.#text, at: expr.at, problem });
  }
}
