// Numbers that NVIDIA's libraries print when they mean "not known".

// DCGM's blank, not found, not supported and no permission, as 32-bit integer and as double (dcgm_structs.h).
const INT32_BLANK = 0x7ffffff0;
const FP64_BLANK = 140_737_488_355_328;
const BLANK_KINDS = 4;
// Its 64-bit integer blanks start at 2^63 - 16: as doubles they, and the all-ones word, are all above this.
const INT64_BLANK_FLOOR = 9.2e18;

/** True for a raw value (before scaling) that is no reading: a DCGM sentinel, NaN or an infinity. */
export function isSentinel(value: number): boolean {
  if (!Number.isFinite(value) || value >= INT64_BLANK_FLOOR) return true;
  return isOneOf(value, INT32_BLANK) || isOneOf(value, FP64_BLANK);
}

/** As `isSentinel`, for sensors whose absence is printed as 0. */
export function isSentinelOrZero(value: number): boolean {
  return value === 0 || isSentinel(value);
}

function isOneOf(value: number, first: number): boolean {
  return value >= first && value < first + BLANK_KINDS && Number.isInteger(value);
}
