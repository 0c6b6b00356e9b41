// The value below which a share of some numbers lies.
import { floatAt } from '../../../lib/columns.ts';

/** Interpolated between the two nearest, NaN the smallest of all. The numbers are sorted in place. */
export function quantileOf(values: Float64Array, share: number): number {
  if (values.length === 0 || Number.isNaN(share)) return Number.NaN;
  if (share < 0) return Number.NEGATIVE_INFINITY;
  if (share > 1) return Number.POSITIVE_INFINITY;
  putInOrder(values);
  const rank = share * (values.length - 1);
  const below = Math.floor(rank);
  const weight = rank - below;
  const above = Math.min(values.length - 1, below + 1);
  return floatAt(values, below) * (1 - weight) + floatAt(values, above) * weight;
}

/** Up to so many Go's sort keeps equal values in their order; beyond, a zero may be on either side of a negative one. */
const MOST_IN_ORDER = 12;

/** NaN first. */
function putInOrder(values: Float64Array): void {
  if (values.length > MOST_IN_ORDER) sortNanFirst(values);
  else insertInOrder(values);
}

function insertInOrder(values: Float64Array): void {
  for (let end = 1; end < values.length; end += 1) {
    const value = floatAt(values, end);
    let at = end;
    for (; at > 0 && isBefore(value, floatAt(values, at - 1)); at -= 1) values[at] = floatAt(values, at - 1);
    values[at] = value;
  }
}

function isBefore(value: number, other: number): boolean {
  return value < other || (Number.isNaN(value) && !Number.isNaN(other));
}

function sortNanFirst(values: Float64Array): void {
  values.sort();
  // Typed arrays sort them to the end.
  let numbers = values.length;
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers -= 1;
  if (numbers === values.length) return;
  values.copyWithin(values.length - numbers, 0, numbers);
  values.fill(Number.NaN, 0, values.length - numbers);
}
