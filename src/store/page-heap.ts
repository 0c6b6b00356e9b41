// Memory for pages of one size: chunks that never move, with a free list.

// 8,192 pages make a chunk: large enough to be rare, small enough not to matter when half empty.
const CHUNK_SHIFT = 13;
const CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;

/** Hands out pages by number and takes them back; memory once taken from the system is kept for later pages. */
export class PageHeap {
  readonly #pageBytes: number;
  readonly #chunks: DataView[] = [];
  readonly #free: number[] = [];
  #made = 0;

  constructor(pageBytes: number) {
    this.#pageBytes = pageBytes;
  }

  /** Pages that are handed out now. */
  get inUse(): number {
    return this.#made - this.#free.length;
  }

  /** Memory of the pages that are handed out now. */
  get bytesInUse(): number {
    return this.inUse * this.#pageBytes;
  }

  /** Memory held, in use or free. */
  get bytes(): number {
    return this.#chunks.length * (this.#pageBytes << CHUNK_SHIFT);
  }

  /** What the page held before is still in it. */
  allocate(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === this.#chunks.length << CHUNK_SHIFT) this.#chunks.push(new DataView(new ArrayBuffer(this.#pageBytes << CHUNK_SHIFT)));
    this.#made += 1;
    return this.#made - 1;
  }

  release(page: number): void {
    this.#free.push(page);
  }

  /** The memory that holds the page, from byte `startOf` on. */
  viewOf(page: number): DataView {
    const view = this.#chunks[page >> CHUNK_SHIFT];
    if (view === undefined) throw new Error(`BUG: page ${page} was never made`);
    return view;
  }

  startOf(page: number): number {
    return (page & CHUNK_MASK) * this.#pageBytes;
  }
}
