// A checked tree to steps: the only place that walks down.
import type { Binary, Call, Expr, Unary } from '../syntax/ast.ts';
import { unsupported } from '../syntax/failure.ts';
import { BINARY_OPERATORS } from '../syntax/operators.ts';
import { printExpression } from '../syntax/print.ts';
import { aggregate } from './aggregate.ts';
import { mapVector } from './functions/map.ts';
import { FUNCTIONS } from './functions/table.ts';
import { joinVectors } from './join.ts';
import { scalarWithScalar, vectorWithScalar } from './scalar-binary.ts';
import { instantSelector, rangeSelector } from './selectors.ts';
import { combineSets } from './sets.ts';
import type { EvalSettings } from './settings.ts';
import { type Step, scalarArgument, vectorArgument } from './step.ts';
import { NO_SAMPLE } from './vector.ts';

/** The expression has passed the type checker. What the steps remember is theirs: one compilation serves one engine. */
export function compile(expr: Expr, settings: EvalSettings): Step {
  switch (expr.kind) {
    case 'number':
      return { type: 'scalar', run: () => ({ value: expr.value, newestMs: NO_SAMPLE }) };
    case 'string':
      return { type: 'string', value: expr.value };
    case 'selector':
      if (expr.rangeMs === undefined) return { type: 'vector', run: instantSelector(expr, settings) };
      return { type: 'range', range: rangeSelector(expr, settings) };
    case 'call':
      return compileCall(expr, settings);
    case 'aggregation':
      return { type: 'vector', run: aggregate(expr, vectorArgument([compile(expr.argument, settings)], 0)) };
    case 'parentheses':
      return compile(expr.inner, settings);
    case 'subquery':
      throw unsupported({ what: 'subquery', name: printExpression(expr), instead: 'write a plain range such as [5m]' });
    case 'unary':
      return compileUnary(expr, compile(expr.operand, settings));
    case 'binary':
      return compileBinary(expr, [compile(expr.left, settings), compile(expr.right, settings)]);
  }
}

function compileCall(node: Call, settings: EvalSettings): Step {
  const build = FUNCTIONS.get(node.name);
  if (build === undefined) throw unsupported({ what: 'function', name: node.name, instead: 'write it in another way' });
  const args = node.args.map((argument) => compile(argument, settings));
  return build(args, { node, settings });
}

function compileUnary({ operator }: Unary, operand: Step): Step {
  if (operator === '+') return operand;
  if (operand.type === 'vector') return mapVector((value) => -value)([operand]);
  const scalar = scalarArgument([operand], 0);
  return {
    type: 'scalar',
    run: (run) => {
      const { value, newestMs } = scalar(run);
      return { value: -value, newestMs };
    },
  };
}

function compileBinary(node: Binary, sides: readonly [Step, Step]): Step {
  const [left, right] = sides;
  if (left.type === 'scalar' && right.type === 'scalar') {
    return { type: 'scalar', run: scalarWithScalar(node, { left: left.run, right: right.run }) };
  }
  if (left.type === 'scalar') {
    return { type: 'vector', run: vectorWithScalar(node, { vector: vectorArgument(sides, 1), scalar: left.run, side: 'right' }) };
  }
  if (right.type === 'scalar') {
    return { type: 'vector', run: vectorWithScalar(node, { vector: vectorArgument(sides, 0), scalar: right.run, side: 'left' }) };
  }
  const vectors = { left: vectorArgument(sides, 0), right: vectorArgument(sides, 1) };
  const isSet = BINARY_OPERATORS.get(node.operator)?.kind === 'set';
  return { type: 'vector', run: isSet ? combineSets(node, vectors) : joinVectors(node, vectors) };
}
