// Records of one size in flat memory, the oldest first: written at one end, freed at the other, and never moved.
import { floatAt, intAt } from '../../lib/columns.ts';

/** Numbers that need a double. */
export const FLOATS = { firstMs: 0, lastMs: 1, newestMs: 2, value: 3, min: 4, max: 5 } as const;
/** Numbers that an int32 holds. */
export const INTS = { question: 0, user: 1, text: 2, shape: 3, count: 4, windowMs: 5, expected: 6, contributing: 7 } as const;

export type FloatColumn = keyof typeof FLOATS;
export type IntColumn = keyof typeof INTS;

const FLOATS_PER_RUN = Object.keys(FLOATS).length;
const INTS_PER_RUN = Object.keys(INTS).length;
/** Memory of one record. */
export const RUN_BYTES = FLOATS_PER_RUN * Float64Array.BYTES_PER_ELEMENT + INTS_PER_RUN * Int32Array.BYTES_PER_ELEMENT;

/** Records of one piece of memory: 80 KiB, which is soon used and not worth saving. */
const PER_CHUNK = 1024;

interface Chunk {
  readonly floats: Float64Array;
  readonly ints: Int32Array;
}

/** A record is known by its number, which goes up and is never given twice. */
export class Runs {
  /** The first holds the oldest record. */
  readonly #chunks: Chunk[] = [];
  /** One that was freed: most often the next one is needed soon. */
  #spare: Chunk | undefined;
  #firstChunk = 0;
  #oldest = 0;
  #next = 0;

  /** Number of the oldest record; of the next one where there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Number that the next record will have. */
  get next(): number {
    return this.#next;
  }

  get count(): number {
    return this.#next - this.#oldest;
  }

  /** A record whose numbers are 0 or left from before; its number. */
  append(): number {
    if (this.#next === (this.#firstChunk + this.#chunks.length) * PER_CHUNK) {
      this.#chunks.push(this.#spare ?? newChunk());
      this.#spare = undefined;
    }
    this.#next += 1;
    return this.#next - 1;
  }

  dropOldest(): void {
    if (this.count === 0) return;
    this.#oldest += 1;
    if (this.#oldest < (this.#firstChunk + 1) * PER_CHUNK) return;
    this.#spare = this.#chunks.shift();
    this.#firstChunk += 1;
  }

  /** Of a record that is there. */
  float(run: number, column: FloatColumn): number {
    return floatAt(this.#chunkOf(run).floats, (run % PER_CHUNK) * FLOATS_PER_RUN + FLOATS[column]);
  }

  int(run: number, column: IntColumn): number {
    return intAt(this.#chunkOf(run).ints, (run % PER_CHUNK) * INTS_PER_RUN + INTS[column]);
  }

  setFloat(run: number, column: FloatColumn, value: number): void {
    this.#chunkOf(run).floats[(run % PER_CHUNK) * FLOATS_PER_RUN + FLOATS[column]] = value;
  }

  setInt(run: number, column: IntColumn, value: number): void {
    this.#chunkOf(run).ints[(run % PER_CHUNK) * INTS_PER_RUN + INTS[column]] = value;
  }

  #chunkOf(run: number): Chunk {
    const chunk = this.#chunks[Math.floor(run / PER_CHUNK) - this.#firstChunk];
    if (chunk === undefined || run < this.#oldest) throw new Error(`BUG: record ${run} is not there`);
    return chunk;
  }
}

function newChunk(): Chunk {
  return { floats: new Float64Array(PER_CHUNK * FLOATS_PER_RUN), ints: new Int32Array(PER_CHUNK * INTS_PER_RUN) };
}
