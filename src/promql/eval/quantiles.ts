// The value below which a share of some numbers lies.
import { floatAt } from '../../lib/columns.ts';

/** Interpolated between the two nearest, NaN the smallest of all. The numbers are sorted in place. */
export function quantileOf(values: Float64Array, share: number): number {
  if (values.length === 0 || Number.isNaN(share)) return Number.NaN;
  if (share < 0) return Number.NEGATIVE_INFINITY;
  if (share > 1) return Number.POSITIVE_INFINITY;
  sortNanFirst(values);
  const rank = share * (values.length - 1);
  const below = Math.floor(rank);
  const weight = rank - below;
  const above = Math.min(values.length - 1, below + 1);
  return floatAt(values, below) * (1 - weight) + floatAt(values, above) * weight;
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
