// Doubles as the sixteen hexadecimal digits of their bits.

export function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** Of digits one after another. */
export function numbersOf(digits: string): readonly number[] {
  const bytes = Buffer.from(digits, 'hex');
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleBE(index * 8));
}
