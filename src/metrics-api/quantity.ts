// Numbers as Kubernetes quantities.

/** A thousand apart each, from 10^-9 to 10^18 (k8s.io/apimachinery pkg/api/resource, decimalSI). */
const SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
/** Where whole numbers begin in them. */
const ONES = 3;

/** Clients read quantities into an int64: nothing larger means anything to them. */
const LARGEST_NANOS = (2n ** 63n - 1n) * 10n ** 9n;

/**
 * The canonical decimalSI form: a whole mantissa with the largest suffix that allows one.
 * Anything more precise than nano is rounded away from zero, as apimachinery does, and what lies beyond ±(2^63 − 1) is written as that.
 * Throws a RangeError for NaN and infinities, which no quantity can say: one of them would make the whole answer unreadable.
 */
export function formatQuantity(value: number): string {
  if (Number.isSafeInteger(value)) return canonical(value, ONES);
  const millis = Math.round(value * 1000);
  if (Math.abs(millis) < MOST_TELLING && millis / 1000 === value) return `${millis}m`;
  const size = Math.abs(value);
  if (size * 1e9 < MOST_TELLING) return canonical(Math.sign(value) * nanosInNumbers(size), 0);
  return formatExactly(value);
}

/** Whole decimals below this have fifteen digits: each has a double of its own, for which no other decimal as short stands. */
const MOST_TELLING = 1e15;

function canonical(mantissa: number, suffix: number): string {
  if (mantissa === 0) return '0';
  let whole = mantissa;
  let index = suffix;
  while (index < SUFFIXES.length - 1) {
    // The operator % is many times slower for what does not fit in 32 bits.
    const thousands = whole / 1000;
    if (!Number.isInteger(thousands)) break;
    whole = thousands;
    index += 1;
  }
  return whole + (SUFFIXES[index] ?? '');
}

/**
 * Whole nanos of a size below 10^6, not less than its decimal. The product is less than one off; which side it is on, two doubles tell:
 * the size's own and the nearest nano's are in the order of their decimals, and equal where those are.
 */
function nanosInNumbers(size: number): number {
  const nearest = Math.round(size * 1e9);
  return nearest / 1e9 < size ? nearest + 1 : nearest;
}

/** `formatQuantity` for every number, in BigInt and some ten times as slow. */
export function formatExactly(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`cannot write quantity "${value}": it is not finite; leave the item out`);
  let mantissa = bounded(nanosOf(value));
  if (mantissa === 0n) return '0';
  let suffix = 0;
  while (suffix < SUFFIXES.length - 1 && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    suffix += 1;
  }
  return `${mantissa}${SUFFIXES[suffix]}`;
}

/** Whole nanos not nearer to zero than the shortest decimal that stands for `value`, so that 1.1 is 1100m and not a nano more. */
function nanosOf(value: number): bigint {
  const [decimal = '', exponent = ''] = value.toExponential().split('e');
  const [whole = '', fraction = ''] = decimal.split('.');
  const digits = BigInt(whole + fraction);
  const power = Number(exponent) - fraction.length + 9;
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  const towardsZero = digits / divisor;
  if (digits % divisor === 0n) return towardsZero;
  return digits > 0n ? towardsZero + 1n : towardsZero - 1n;
}

function bounded(nanos: bigint): bigint {
  if (nanos > LARGEST_NANOS) return LARGEST_NANOS;
  return nanos < -LARGEST_NANOS ? -LARGEST_NANOS : nanos;
}
