// Reading arrays whose bounds the caller keeps.

/** The number at `index`, which is within bounds. */
export function numberAt(column: Float64Array | Int32Array, index: number): number {
  return column[index] ?? Number.NaN;
}

/** The item at `index`; throws when there is none, which is a fault in this folder. */
export function itemAt<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`BUG: item ${index} of ${items.length}`);
  return item;
}
