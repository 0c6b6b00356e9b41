// Flat arrays that become longer.

/** How much longer than needed: copies stay rare and little memory unused. */
const GROWTH = 9 / 8;
/** So that short arrays grow in steps of more than one. */
const LEAST_MORE = 16;

/** The array itself when it has room for `length` numbers, else a longer copy. */
export function grownTo(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  return length <= numbers.length ? numbers : filledFrom(numbers, new Int32Array(roomFor(length)));
}

/** The same for numbers that an int32 may not hold. */
export function grownFloatsTo(numbers: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return length <= numbers.length ? numbers : filledFrom(numbers, new Float64Array(roomFor(length)));
}

function roomFor(length: number): number {
  return Math.ceil(length * GROWTH) + LEAST_MORE;
}

function filledFrom<Numbers extends Int32Array | Float64Array>(numbers: Numbers, longer: Numbers): Numbers {
  longer.set(numbers);
  return longer;
}
