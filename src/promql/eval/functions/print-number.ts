// Numbers in messages and labels, as Go prints them.

/** Go's `%g` has an exponent below this power of ten, */
const LOWEST_PLAIN = -4;
/** and from this one on where the shortest text is asked for that reads as the number. */
const SHORTEST_PLAIN = 6;
/** ECMAScript prints no more; where two texts are equally close their digits end long before. */
const MOST_DECIMALS = 100;

/** As `%g`: the shortest text that reads as the number; or so many digits of it, without zeros at the end. */
export function printGeneral(value: number, digits?: number): string {
  if (!Number.isFinite(value)) return printNotFinite(value);
  const size = Math.abs(value);
  const text = digits === undefined ? size.toExponential() : roundedTo(digits, size);
  const [mantissa = '', power = ''] = text.split('e');
  const exponent = Number(power);
  if (exponent >= LOWEST_PLAIN && exponent < (digits ?? SHORTEST_PLAIN)) return `${signOf(value)}${Number(text)}`;
  return `${signOf(value)}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** As `%f`: six decimals. */
export function printFixed(value: number): string {
  if (!Number.isFinite(value)) return printNotFinite(value);
  const size = Math.abs(value);
  // From 10^21 on, where toFixed goes over to exponents, a number is whole.
  return `${signOf(value)}${size < 1e21 ? size.toFixed(6) : `${BigInt(size)}.000000`}`;
}

/** As OpenMetrics writes a quantile: a whole number has a decimal too. */
export function printOpenMetrics(value: number): string {
  if (value === 0) return '0.0';
  const text = printGeneral(value);
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

function printNotFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}
