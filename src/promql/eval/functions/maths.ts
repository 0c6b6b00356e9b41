// Functions of one number, with Go's rules where ECMAScript's differ.

type Change = (value: number) => number;

/** Bits of a mantissa: subnormal numbers are brought up by so many before they are taken apart. */
const MANTISSA_BITS = 52;
const SMALLEST_NORMAL = 2 ** -1022;
const HIGHEST_EXPONENT = 1023;

export const MATHS: Readonly<Record<string, Change>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: (value) => Math.log(value) * Math.LOG10E,
  log2: logarithm2,
  sgn: signOf,
  sqrt: Math.sqrt,
};

/** To the nearest multiple, halves upwards. */
export function roundTo(nearest = 1): Change {
  // By the inverse, as Prometheus does: 0.1 has no exact one, and 10 is better than 0.1 there.
  const inverse = 1 / nearest;
  return (value) => Math.floor(value * inverse + 0.5) / inverse;
}

/** Undefined when nothing can lie between the two. */
export function clampBetween(least: number, most: number): Change | undefined {
  return most < least ? undefined : (value) => larger(least, smaller(most, value));
}

// As Go's math.Min and math.Max, for which an infinity at its own end decides even beside NaN; ECMAScript's say NaN.
function smaller(left: number, right: number): number {
  return left === Number.NEGATIVE_INFINITY || right === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(left, right);
}

function larger(left: number, right: number): number {
  return left === Number.POSITIVE_INFINITY || right === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(left, right);
}

/** NaN and the zeros stay what they are. */
function signOf(value: number): number {
  if (value > 0) return 1;
  return value < 0 ? -1 : value;
}

/** Go takes a number apart first. That is less exact just above 1 than Math.log2, and it is what Prometheus says. */
function logarithm2(value: number): number {
  if (!(value > 0) || value === Number.POSITIVE_INFINITY) return Math.log(value);
  const { fraction, exponent } = takenApart(value);
  return Math.log(fraction) * Math.LOG2E + exponent;
}

/** fraction × 2^exponent with 0.5 ≤ fraction < 1, of a positive finite number. */
function takenApart(value: number): { readonly fraction: number; readonly exponent: number } {
  if (value < SMALLEST_NORMAL) {
    const { fraction, exponent } = takenApart(value * 2 ** MANTISSA_BITS);
    return { fraction, exponent: exponent - MANTISSA_BITS };
  }
  const exponent = Math.min(Math.floor(Math.log2(value)), HIGHEST_EXPONENT);
  const fraction = value / 2 ** exponent;
  // Just below a power of two the logarithm was rounded up to it.
  return fraction < 1 ? { fraction, exponent } : { fraction: fraction / 2, exponent: exponent + 1 };
}
