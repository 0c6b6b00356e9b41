// Flat arrays that become longer.

/** How much longer than needed: a third keeps copies rare and little memory unused. */
const GROWTH = 4 / 3;

/** The array itself when it has room for `length` numbers, else a longer copy. */
export function grownTo(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= numbers.length) return numbers;
  const longer = new Int32Array(Math.ceil(length * GROWTH));
  longer.set(numbers);
  return longer;
}
