// Bytes that mean nothing, the same ones at each run.

// A linear congruential generator (Numerical Recipes): its upper bits pass for random.
const FACTOR = 1_664_525;
const STEP = 1_013_904_223;

/** Every byte value is among them, line feeds as often as any other. */
export function noise(length: number): Uint8Array {
  let state = 0x9e37;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, FACTOR) + STEP) >>> 0;
    return state >>> 24;
  });
}
