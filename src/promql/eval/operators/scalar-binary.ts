// Binary operators with at least one scalar side.
import { floatAt } from '../../../lib/columns.ts';
import type { Binary } from '../../syntax/ast.ts';
import { nameDropper } from '../labels/distinct.ts';
import type { EvalSettings } from '../settings.ts';
import type { ScalarStep, VectorStep } from '../step.ts';
import { ABSENT } from '../vector.ts';
import { operationOf } from './operation.ts';

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
  readonly settings: EvalSettings;
}

export function vectorWithScalar(node: Binary, { vector, scalar, side, settings }: Sides): VectorStep {
  const { holds, value, dropsName } = operationOf(node, side);
  const dropName = nameDropper(settings);
  return (run) => {
    // In the order in which they stand: what fails first is what is told.
    const first = side === 'right' ? scalar(run) : undefined;
    const input = vector(run);
    const constant = first ?? scalar(run);
    const { values, newestMs } = input;
    for (let position = 0; position < input.list.size; position += 1) {
      const number = floatAt(values, position);
      const left = side === 'left' ? number : constant.value;
      const right = side === 'left' ? constant.value : number;
      newestMs[position] = holds(left, right) ? Math.max(floatAt(newestMs, position), constant.newestMs) : ABSENT;
      values[position] = value(left, right);
    }
    return dropsName ? dropName(input) : input;
  };
}
