// Binary operators with at least one scalar side.
import type { Binary } from '../ast.ts';
import { numberAt } from './columns.ts';
import { nameDropper } from './distinct.ts';
import { operationOf } from './operation.ts';
import type { ScalarStep, VectorStep } from './step.ts';
import { ABSENT, absentVector, isPresent } from './vector.ts';

export function scalarWithScalar(node: Binary, { left, right }: { readonly left: ScalarStep; readonly right: ScalarStep }): ScalarStep {
  const { value } = operationOf(node, 'left');
  return (run) => {
    const a = left(run);
    const b = right(run);
    return { value: value(a.value, b.value), newestMs: Math.max(a.newestMs, b.newestMs) };
  };
}

interface Sides {
  readonly vector: VectorStep;
  readonly scalar: ScalarStep;
  /** The side of the operator on which the vector stands. */
  readonly side: 'left' | 'right';
}

export function vectorWithScalar(node: Binary, { vector, scalar, side }: Sides): VectorStep {
  const { holds, value, dropsName } = operationOf(node, side);
  const dropName = nameDropper();
  return (run) => {
    const input = vector(run);
    const constant = scalar(run);
    const output = absentVector(input.list);
    for (let position = 0; position < input.list.size; position += 1) {
      if (!isPresent(input, position)) continue;
      const number = numberAt(input.values, position);
      const left = side === 'left' ? number : constant.value;
      const right = side === 'left' ? constant.value : number;
      const isKept = holds(left, right);
      output.values[position] = value(left, right);
      output.newestMs[position] = isKept ? Math.max(numberAt(input.newestMs, position), constant.newestMs) : ABSENT;
    }
    return dropsName ? dropName(output) : output;
  };
}
