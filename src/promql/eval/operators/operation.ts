// What a binary operator does with two numbers.
import type { Binary } from '../../syntax/ast.ts';
import { power } from './power.ts';

export interface Operation {
  /** A pair that does not hold has no result. */
  holds(left: number, right: number): boolean;
  value(left: number, right: number): number;
  /** A filter says which of its operand's series are left, and so keeps their names. */
  readonly dropsName: boolean;
}

type Arithmetic = (left: number, right: number) => number;
type Comparison = (left: number, right: number) => boolean;

const ARITHMETIC: ReadonlyMap<string, Arithmetic> = new Map<string, Arithmetic>([
  ['+', (left, right) => left + right],
  ['-', (left, right) => left - right],
  ['*', (left, right) => left * right],
  ['/', (left, right) => left / right],
  ['%', (left, right) => left % right],
  ['^', power],
  ['atan2', Math.atan2],
]);

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['<', (left, right) => left < right],
  ['<=', (left, right) => left <= right],
  ['>', (left, right) => left > right],
  ['>=', (left, right) => left >= right],
]);

/** `kept` is the side whose value a filter lets through. */
export function operationOf({ operator, returnsBool }: Binary, kept: 'left' | 'right'): Operation {
  const arithmetic = ARITHMETIC.get(operator);
  if (arithmetic !== undefined) return { holds: () => true, value: arithmetic, dropsName: true };
  const compare = COMPARISONS.get(operator);
  if (compare === undefined) throw new Error(`BUG: the operator ${operator} has no meaning`);
  if (returnsBool) return { holds: () => true, value: (left, right) => (compare(left, right) ? 1 : 0), dropsName: true };
  return { holds: compare, value: kept === 'left' ? (left) => left : (_left, right) => right, dropsName: false };
}
