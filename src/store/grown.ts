// Flat arrays that become longer.

/** How much longer than needed: copies stay rare and little memory unused. */
const GROWTH = 9 / 8;
/** So that short arrays grow in steps of more than one. */
const LEAST_MORE = 16;

/** The array itself when it has room for `length` numbers, else a longer copy. */
export function grownTo(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= numbers.length) return numbers;
  const longer = new Int32Array(Math.ceil(length * GROWTH) + LEAST_MORE);
  longer.set(numbers);
  return longer;
}
