// Powers to the last bit as Go's math.Pow takes them where the exponent is whole: ECMAScript leaves the last bits open.

/** `base ^ exponent`. With a fraction in the exponent the last bits are those of Math.exp and Math.log. */
export function power(base: number, exponent: number): number {
  if (isSpecial(base) || isSpecial(exponent)) return specialPower(base, exponent);
  if (exponent === 1) return base;
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === -0.5) return 1 / Math.sqrt(base);
  return finitePower(base, exponent);
}

function isSpecial(value: number): boolean {
  return value === 0 || value === 1 || !Number.isFinite(value);
}

/** 1 to any power, and -1 to an infinite one, is 1, where ECMAScript says NaN. */
function specialPower(base: number, exponent: number): number {
  const isInfinite = exponent === Number.POSITIVE_INFINITY || exponent === Number.NEGATIVE_INFINITY;
  if (base === 1 || (base === -1 && isInfinite)) return 1;
  return base ** exponent;
}

/** From here on doubles are even integers, and their powers are 0, infinite, or 1 for -1. */
const LARGEST_EXPONENT = 2 ** 63;
/** Past it a power of two is beyond the range of doubles whatever stands before it. */
const LARGEST_SHIFT = 4096;

/** The mantissa is squared bit by bit of the exponent, always kept in [0.5, 1), and the power of two is counted beside it. */
function finitePower(base: number, exponent: number): number {
  let whole = Math.trunc(Math.abs(exponent));
  let fraction = Math.abs(exponent) - whole;
  if (fraction !== 0 && base < 0) return Number.NaN;
  if (whole >= LARGEST_EXPONENT) return base ** exponent;
  if (fraction > 0.5) {
    fraction -= 1;
    whole += 1;
  }
  let mantissa = fraction === 0 ? 1 : Math.exp(fraction * Math.log(base));
  let shift = 0;
  let [square, squareShift] = split(base);
  for (let bits = BigInt(whole); bits !== 0n; bits >>= 1n) {
    if (Math.abs(squareShift) > LARGEST_SHIFT) {
      shift += squareShift;
      break;
    }
    if ((bits & 1n) === 1n) {
      mantissa *= square;
      shift += squareShift;
    }
    square *= square;
    squareShift *= 2;
    if (square < 0.5) {
      square *= 2;
      squareShift -= 1;
    }
  }
  return exponent < 0 ? scaled(1 / mantissa, -shift) : scaled(mantissa, shift);
}

const EXPONENT_BIAS = 1022;
/** Of a number below the normal ones, so that its mantissa has all its bits. */
const SUBNORMAL_SHIFT = 53;

/** A number as mantissa × 2^shift, the mantissa in [0.5, 1). */
function split(value: number): [mantissa: number, shift: number] {
  const view = new DataView(new ArrayBuffer(8));
  const isSubnormal = Math.abs(value) < 2 ** -EXPONENT_BIAS;
  view.setFloat64(0, isSubnormal ? value * 2 ** SUBNORMAL_SHIFT : value);
  const head = view.getUint16(0);
  view.setUint16(0, (head & 0x800f) | (EXPONENT_BIAS << 4));
  return [view.getFloat64(0), ((head >> 4) & 0x7ff) - EXPONENT_BIAS - (isSubnormal ? SUBNORMAL_SHIFT : 0)];
}

/** value × 2^shift, rounded once. */
function scaled(value: number, shift: number): number {
  const [mantissa, own] = split(value);
  const exponent = own + shift;
  if (exponent > 1024) return mantissa * Number.POSITIVE_INFINITY;
  if (exponent < -1080) return mantissa * 0;
  if (exponent > 1023) return mantissa * 2 * 2 ** 1023;
  if (exponent >= -1021) return mantissa * 2 ** exponent;
  return mantissa * 2 ** (exponent + SUBNORMAL_SHIFT) * 2 ** -SUBNORMAL_SHIFT;
}
