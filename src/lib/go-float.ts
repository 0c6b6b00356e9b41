// Numbers as Go's strconv prints them, which is what clients of Prometheus see.

/** As strconv.FormatFloat(value, 'f', -1, 64): the fewest digits that mean the number, never with an exponent. */
export function printPlain(value: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const whole = Number(exponent) + 1;
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (whole <= 0) return `${sign}0.${'0'.repeat(-whole)}${digits}`.replace(/\.?0*$/, '');
  if (digits.length <= whole) return sign + digits.padEnd(whole, '0');
  return `${sign}${digits.slice(0, whole)}.${digits.slice(whole)}`;
}

/** Go's word for what is no finite number; undefined for one that is. */
export function notFinite(value: number): 'NaN' | '+Inf' | '-Inf' | undefined {
  if (Number.isFinite(value)) return undefined;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
