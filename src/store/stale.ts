// The mark of a cell in which nothing was said.

// Prometheus's staleness marker (`StaleNaN` in model/value): a NaN that no parser and no arithmetic makes.
const STALE_LOW = 2;
const STALE_HIGH = 0x7ff00000;

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Compares bits: as a number the marker is a NaN like any other, and engines may change a NaN's bits on the way. */
export function isStaleAt(values: Float64Array<ArrayBuffer>, at: number): boolean {
  if (!Number.isNaN(values[at])) return false;
  const view = new DataView(values.buffer, at * 8, 8);
  return (
    view.getUint32(IS_LITTLE_ENDIAN ? 4 : 0, IS_LITTLE_ENDIAN) === STALE_HIGH &&
    view.getUint32(IS_LITTLE_ENDIAN ? 0 : 4, IS_LITTLE_ENDIAN) === STALE_LOW
  );
}

export function fillStale(values: Float64Array, { start, length }: { readonly start: number; readonly length: number }): void {
  for (let done = 0; done < length; done += STALE.length)
    values.set(STALE.subarray(0, Math.min(STALE.length, length - done)), start + done);
}

const STALE = staleFrame(1024);

function staleFrame(length: number): Float64Array {
  const values = new Float64Array(length);
  const view = new DataView(values.buffer);
  for (let at = 0; at < length; at += 1) {
    view.setUint32(at * 8 + (IS_LITTLE_ENDIAN ? 4 : 0), STALE_HIGH, IS_LITTLE_ENDIAN);
    view.setUint32(at * 8 + (IS_LITTLE_ENDIAN ? 0 : 4), STALE_LOW, IS_LITTLE_ENDIAN);
  }
  return values;
}
