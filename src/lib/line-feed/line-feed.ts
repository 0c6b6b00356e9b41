// Lines that somebody goes on saying, and what goes wrong with that: the interface of every feed.

export interface LineListener {
  /** The lines begin, or begin anew. */
  started(): void;
  line(text: string): void;
  /** One that was longer than the most was passed over. */
  longLine(): void;
  /** No lines come, in words with what to change; until the next one. */
  failed(message: string): void;
}

/** Hands on lines until `signal` is aborted, and tries again by itself after a failure. Never rejects. */
export type LineFeed = (listener: LineListener, signal: AbortSignal) => Promise<void>;

/** Longer than the longest line of any program that is read so: a Thor with fourteen cores prints 700 bytes. */
export const MOST_LINE_BYTES = 16 * 1024;
