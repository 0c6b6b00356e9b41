// Reading arrays whose bounds the caller keeps.

/** The number at `index`, which is within bounds. */
export function numberAt(column: Float64Array | Int32Array, index: number): number {
  return column[index] ?? Number.NaN;
}
