// Numbers in messages and labels, as Go prints them: what eval/labels/go-text.ts has no need for.
import { printShortest } from '../labels/go-text.ts';

/** Go's `%g` has an exponent below this power of ten. */
const LOWEST_PLAIN = -4;
/** ECMAScript prints no more; where two texts are equally close their digits end long before. */
const MOST_DECIMALS = 100;

/** As `%.2g` for two digits: without zeros at the end. */
export function printDigits(value: number, digits: number): string {
  if (!Number.isFinite(value)) return printShortest(value);
  const text = roundedTo(digits, Math.abs(value));
  const [mantissa = '', power = ''] = text.split('e');
  const exponent = Number(power);
  if (exponent >= LOWEST_PLAIN && exponent < digits) return `${signOf(value)}${Number(text)}`;
  return `${signOf(value)}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** As `%f`: six decimals. */
export function printFixed(value: number): string {
  if (!Number.isFinite(value)) return printShortest(value);
  const size = Math.abs(value);
  // From 10^21 on, where toFixed goes over to exponents, a number is whole.
  return `${signOf(value)}${size < 1e21 ? size.toFixed(6) : `${BigInt(size)}.000000`}`;
}

/** As OpenMetrics writes a quantile: a whole number has a decimal too. */
export function printOpenMetrics(value: number): string {
  if (value === 0) return '0.0';
  const text = printShortest(value);
  return Number.isFinite(value) && !/[e.]/.test(text) ? `${text}.0` : text;
}

/** In exponential form; of two texts equally close the one with an even last digit. */
function roundedTo(digits: number, size: number): string {
  const [mantissa = '', power = ''] = size.toExponential(MOST_DECIMALS).split('e');
  const all = mantissa.replace('.', '');
  const kept = BigInt(all.slice(0, digits));
  const rest = all.slice(digits).replace(/0+$/, '');
  const isUp = rest === '5' ? kept % 2n === 1n : rest > '5';
  const rounded = Number(isUp ? kept + 1n : kept);
  const [head = '', own = ''] = rounded.toExponential().split('e');
  // 99.5 to two digits is 100: the exponent may be one more.
  return `${head}e${Number(own) + Number(power) - digits + 1}`;
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}
