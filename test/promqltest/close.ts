// When two numbers count as equal, and how they are written in a message.

/** Prometheus's defaultEpsilon (promqltest): relative to the sum of both. */
const EPSILON = 1e-6;
const SMALLEST_NORMAL = 2 ** -1022;

/** NaN equals NaN, and zero nothing but what is next to nothing. */
export function isClose(one: number, other: number): boolean {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) && Number.isNaN(other);
  if (one === other) return true;
  const sum = Math.abs(one) + Math.abs(other);
  const difference = Math.abs(one - other);
  if (one === 0 || other === 0 || sum < SMALLEST_NORMAL) return difference < EPSILON * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < EPSILON;
}

export function printValue(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value).replace('Infinity', 'Inf');
}
