// Numbers that NVIDIA's libraries print when they mean "not known".

// DCGM's blanks (dcgm_structs.h) are everything from these on: in the width of the field, of which a text says nothing. What a field may
// be blank for has a number each: not known, not found, not supported, no permission. 64-bit blanks and the all-ones word are above the doubles'.
const INT32_BLANK = 0x7ffffff0;
const INT32_MAX = 0x7fffffff;
const FP64_BLANK = 140_737_488_355_328;

/** True for a raw value (before scaling) that is no reading: a DCGM sentinel, NaN or an infinity. */
export function isSentinel(value: number): boolean {
  if (!Number.isFinite(value) || value >= FP64_BLANK) return true;
  return value >= INT32_BLANK && value <= INT32_MAX && Number.isInteger(value);
}

/** As `isSentinel`, for sensors whose absence is printed as 0. */
export function isSentinelOrZero(value: number): boolean {
  return value === 0 || isSentinel(value);
}
