// Chunks of bytes → lines of text, however the chunks cut them.

export class LongLine extends Error {
  override readonly name = 'LongLine';
}

/** Lines end with a newline; what follows the last one waits for more. */
export class Lines {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that this chunk ends. Throws a LongLine as soon as one is longer than `maxBytes`. */
  *add(chunk: Uint8Array): Generator<string, void> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      yield this.#finish(chunk.subarray(from, end));
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #finish(end: Uint8Array): string {
    this.#keep(end);
    const [only] = this.#parts;
    const line = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts, this.#waitingBytes);
    this.#parts = [];
    this.#waitingBytes = 0;
    return DECODER.decode(line);
  }

  #keep(part: Uint8Array): void {
    this.#waitingBytes += part.length;
    if (this.#waitingBytes > this.#maxBytes) throw new LongLine();
    this.#parts.push(part);
  }
}

const NEWLINE = 0x0a;
const DECODER = new TextDecoder();
