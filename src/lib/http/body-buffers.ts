// Memory for the bodies of answers, used again from answer to answer: fresh memory outside the heap has V8 collect the whole heap (PERFORMANCE.md).

/** A usual exposition. */
const FIRST_BYTES = 64 * 1024;
/** What lies idle is at most these two multiplied. */
const MOST_IDLE = 16;
const LARGEST_IDLE_BYTES = 1024 * 1024;

/** Lends buffers. One that is not given back is the collector's, so forgetting it costs time and nothing else. */
export class BodyBuffers {
  readonly #idle: Uint8Array[] = [];

  /** At least so many bytes, with anything in them. */
  take(bytes: number): Uint8Array {
    const idle = this.#idle.pop();
    return idle !== undefined && idle.length >= bytes ? idle : new Uint8Array(Math.max(bytes, FIRST_BYTES));
  }

  /** Once for each buffer, and by whoever reads it no more. */
  giveBack(buffer: Uint8Array): void {
    if (this.#idle.length < MOST_IDLE && buffer.length <= LARGEST_IDLE_BYTES) this.#idle.push(buffer);
  }
}

/** One body as it comes in. */
export class Body {
  readonly #buffers: BodyBuffers;
  #buffer: Uint8Array | undefined;
  #length = 0;

  constructor(buffers: BodyBuffers) {
    this.#buffers = buffers;
  }

  /** Bytes received. */
  get length(): number {
    return this.#length;
  }

  /** Valid until `release`. */
  get bytes(): Uint8Array {
    return this.#buffer?.subarray(0, this.#length) ?? new Uint8Array(0);
  }

  /** Copies a chunk; `expected` is the length of the whole body where it is known. */
  add(chunk: Uint8Array, expected: number): void {
    const end = this.#length + chunk.length;
    const buffer = this.#withRoom(end, expected);
    buffer.set(chunk, this.#length);
    this.#length = end;
  }

  /** The bytes may be overwritten from now. More than one call is as good as one. */
  release(): void {
    if (this.#buffer !== undefined) this.#buffers.giveBack(this.#buffer);
    this.#buffer = undefined;
    this.#length = 0;
  }

  #withRoom(bytes: number, expected: number): Uint8Array {
    const narrow = this.#buffer;
    if (narrow !== undefined && narrow.length >= bytes) return narrow;
    const buffer = this.#buffers.take(Math.max(bytes, narrow === undefined ? expected : 2 * narrow.length));
    if (narrow !== undefined) {
      buffer.set(narrow.subarray(0, this.#length));
      this.#buffers.giveBack(narrow);
    }
    this.#buffer = buffer;
    return buffer;
  }
}
