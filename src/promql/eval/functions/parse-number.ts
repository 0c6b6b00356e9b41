// Numbers in labels, as Go's strconv.ParseFloat reads them.

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^(?<sign>[+-]?)0[xX](?<whole>[\da-fA-F]*)(?:\.(?<part>[\da-fA-F]*))?[pP](?<power>[+-]?\d+)$/;
const INFINITE = /^(?<sign>[+-]?)inf(?:inity)?$/i;

/** Undefined for a text that is no number, and for a number that no float reaches. */
export function parseGoNumber(text: string): number | undefined {
  const infinite = INFINITE.exec(text)?.groups;
  if (infinite !== undefined) return infinite.sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  // An underscore stands between digits, or after the 0x.
  if (/_(?![\da-f])|(?<![\da-f]|0x)_/i.test(text)) return undefined;
  const digits = text.replaceAll('_', '');
  const value = DECIMAL.test(digits) ? Number(digits) : parseHexadecimal(digits);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function parseHexadecimal(text: string): number | undefined {
  const { sign, whole = '', part = '', power = '' } = HEXADECIMAL.exec(text)?.groups ?? {};
  if (whole === '' && part === '') return undefined;
  const size = Number(BigInt(`0x${whole}${part}`)) * 2 ** (Number(power) - 4 * part.length);
  return sign === '-' ? -size : size;
}
