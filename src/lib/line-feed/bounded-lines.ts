// Chunks of bytes → lines of text; one that is too long is passed over, and never held.
import { type LineListener, MOST_LINE_BYTES } from './line-feed.ts';

const NEWLINE = 0x0a;

/** Lines end with a newline. What follows the last one waits for more, up to `maxBytes`. */
export class BoundedLines {
  readonly #listener: Pick<LineListener, 'line' | 'longLine'>;
  readonly #maxBytes: number;
  #waiting = Buffer.alloc(0);
  /** Inside a line that is too long, until its end. */
  #isSkipping = false;

  constructor(listener: Pick<LineListener, 'line' | 'longLine'>, maxBytes = MOST_LINE_BYTES) {
    this.#listener = listener;
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#end(chunk.subarray(from, end));
      from = end + 1;
    }
    if (!this.#isSkipping) this.#keep(chunk.subarray(from));
  }

  /** Drops what waits: its end will not come. */
  reset(): void {
    this.#waiting = Buffer.alloc(0);
    this.#isSkipping = false;
  }

  #end(rest: Uint8Array): void {
    if (!this.#isSkipping) this.#keep(rest);
    if (!this.#isSkipping) this.#listener.line(this.#waiting.toString('utf8'));
    this.reset();
  }

  #keep(part: Uint8Array): void {
    if (this.#waiting.length + part.length > this.#maxBytes) {
      this.#waiting = Buffer.alloc(0);
      this.#isSkipping = true;
      this.#listener.longLine();
    } else if (part.length > 0) {
      this.#waiting = Buffer.concat([this.#waiting, part]);
    }
  }
}
