// Random numbers that a seed decides, so that a run can be repeated to the digit.

/** Uniform on (0, 1]: never zero, so that its logarithm is finite. */
export type Random = () => number;

/**
 * One independent generator per purpose: what one part of a simulation draws leaves the others' numbers alone.
 * The recurrence is Chris Doty-Humphrey's sfc32 (PractRand, period at least 2^32, three words of chaotic state and a counter).
 */
export function createRandom(seed: number, purpose: string): Random {
  let a = seed >>> 0;
  let b = (seed / 2 ** 32) >>> 0;
  let c = hashText(purpose);
  let counter = 1;
  const draw = (): number => {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + mixed) | 0;
    return ((mixed >>> 0) + 1) / 2 ** 32;
  };
  // The seed's bits reach every word of the state within about a dozen steps.
  for (let step = 0; step < 16; step += 1) draw();
  return draw;
}

/** A draw from the exponential distribution, in the unit of `mean`. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(random());
}

// FNV-1a over UTF-16 code units, 32 bits (draft-eastlake-fnv: offset basis and prime).
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
