// Memory for samples: pages of sixteen values in chunks that never move, with a free list.

export type PageId = number;

/** Sixteen: with the default 60 samples of retention a row takes five pages; larger pages would hold more slots that nobody can ask. */
export const PAGE_SAMPLES = 16;
export const PAGE_SHIFT = 4;
export const NO_PAGE = -1;

export const SAMPLE_BYTES = 8;
// The sequence, so that a page of an earlier round is known as such, padded to keep values aligned.
const HEADER_BYTES = 8;
const PAGE_BYTES = HEADER_BYTES + PAGE_SAMPLES * SAMPLE_BYTES;
// 8,192 pages make a chunk of 1.06 MiB: large enough to be rare, small enough not to matter when half empty.
const CHUNK_SHIFT = 13;
const CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;
const CHUNK_BYTES = PAGE_BYTES << CHUNK_SHIFT;

// Prometheus's staleness marker (`StaleNaN` in model/value): a NaN that no parser and no arithmetic makes.
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 2;

/** Hands out pages and takes them back; memory once taken from the system is kept for later pages. */
export class PageArena {
  readonly #chunks: DataView[] = [];
  readonly #free: PageId[] = [];
  #made = 0;

  /** Pages that are handed out now. */
  get pagesInUse(): number {
    return this.#made - this.#free.length;
  }

  /** Memory held for pages, in use or free. */
  get bytes(): number {
    return this.#chunks.length * CHUNK_BYTES;
  }

  /** A page for the slots `16 × sequence` and up, each of them stale. */
  allocate(sequence: number): PageId {
    const page = this.#free.pop() ?? this.#make();
    this.restart(page, sequence);
    return page;
  }

  /** Gives a page to other slots: what it held is gone, each of its samples is stale. */
  restart(page: PageId, sequence: number): void {
    const view = this.viewOf(page);
    const start = startOf(page);
    view.setInt32(start, sequence, true);
    for (let offset = start + HEADER_BYTES; offset < start + PAGE_BYTES; offset += SAMPLE_BYTES) {
      view.setUint32(offset, STALE_LOW, true);
      view.setUint32(offset + 4, STALE_HIGH, true);
    }
  }

  release(page: PageId): void {
    this.#free.push(page);
  }

  sequenceOf(page: PageId): number {
    return this.viewOf(page).getInt32(startOf(page), true);
  }

  /** The memory that holds the page; its values stand at `sampleOffset`, little-endian. */
  viewOf(page: PageId): DataView {
    const view = this.#chunks[page >> CHUNK_SHIFT];
    if (view === undefined) throw new Error(`BUG: page ${page} was never made`);
    return view;
  }

  #make(): PageId {
    if (this.#made === this.#chunks.length << CHUNK_SHIFT) this.#chunks.push(new DataView(new ArrayBuffer(CHUNK_BYTES)));
    this.#made += 1;
    return this.#made - 1;
  }
}

/** Where the value of a slot stands in the view of its page, in bytes. */
export function sampleOffset(page: PageId, slot: number): number {
  return startOf(page) + HEADER_BYTES + (slot & (PAGE_SAMPLES - 1)) * SAMPLE_BYTES;
}

/** Compares bits: as a number the marker is a NaN like any other, and engines may change a NaN's bits on the way. */
export function isStale(view: DataView, offset: number): boolean {
  return view.getUint32(offset + 4, true) === STALE_HIGH && view.getUint32(offset, true) === STALE_LOW;
}

function startOf(page: PageId): number {
  return (page & CHUNK_MASK) * PAGE_BYTES;
}
