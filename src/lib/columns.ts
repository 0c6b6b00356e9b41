// Reading flat arrays at places that their readers keep within bounds. Short enough that engines put them in place of a call.

/** NaN beyond the ends. */
export function floatAt(column: Float64Array, at: number): number {
  return column[at] ?? Number.NaN;
}

/** -1 beyond the ends. */
export function intAt(column: Int32Array, at: number): number {
  return column[at] ?? -1;
}
