// Memory for blocks of numbers: chunks that never move, shared by all targets, so that a block is a place and not an object.

/** In numbers of eight bytes: chunks grow from 64 KiB to 4 MiB with what is held. A larger block gets a chunk of its own. */
const LEAST_CHUNK = 8192;
const MOST_CHUNK = 524_288;
/** Blocks come in sizes a sixteenth apart, so that one that is given back fits the next of about its size. */
const SIZE_STEP = 17 / 16;
const SMALLEST = 16;

export interface Block {
  readonly chunk: number;
  /** Place of its first number in the chunk. */
  readonly base: number;
}

export class Arena {
  readonly chunks: Float64Array<ArrayBuffer>[] = [];
  readonly #sizes: number[] = [SMALLEST];
  /** By size: blocks that were given back. */
  readonly #free = new Map<number, Block[]>();
  /** The chunk that new blocks are cut from, and where it is free from. */
  #open = -1;
  #openAt = 0;
  #heldBytes = 0;

  /** Memory held, in use or free. */
  get bytes(): number {
    return this.#heldBytes;
  }

  /** A block of at least `length` numbers, which are zero or left from before. */
  allocate(length: number): Block {
    const size = this.#sizeFor(length);
    return this.#free.get(size)?.pop() ?? this.#cut(size);
  }

  /** `length` as it was asked for. */
  release(block: Block, length: number): void {
    const size = this.#sizeFor(length);
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [block]);
    else free.push(block);
  }

  #cut(size: number): Block {
    const length = Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, this.#heldBytes / 8));
    if (size > length) return { chunk: this.#addChunk(size), base: 0 };
    if (this.#openAt + size > (this.chunks[this.#open]?.length ?? 0)) {
      this.#open = this.#addChunk(length);
      this.#openAt = 0;
    }
    const block = { chunk: this.#open, base: this.#openAt };
    this.#openAt += size;
    return block;
  }

  #addChunk(length: number): number {
    this.#heldBytes += length * 8;
    return this.chunks.push(new Float64Array(length)) - 1;
  }

  /** The least size that holds `length`. */
  #sizeFor(length: number): number {
    let last = this.#sizes.at(-1) ?? SMALLEST;
    while (last < length) {
      last = Math.ceil((last * SIZE_STEP) / 8) * 8;
      this.#sizes.push(last);
    }
    return this.#sizes.find((size) => size >= length) ?? last;
  }
}
