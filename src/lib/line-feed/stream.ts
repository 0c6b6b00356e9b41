// The lines of a stream that was opened by somebody else: standard input, which ends once and for all.
import { addAbortSignal, Readable } from 'node:stream';
import { BoundedLines } from './bounded-lines.ts';
import type { LineFeed } from './line-feed.ts';

export interface StreamFeedOptions {
  readonly stream: AsyncIterable<Uint8Array>;
  /** What it is, for messages. */
  readonly name: string;
  /** What to change when it has ended. */
  readonly remedy: string;
}

/** `LineFeed` of a stream. It can be read once, and is closed at the end: open, it would keep the process alive. */
export function streamFeed({ stream, name, remedy }: StreamFeedOptions): LineFeed {
  return async (listener, signal) => {
    const lines = new BoundedLines(listener);
    const readable = stream instanceof Readable ? stream : Readable.from(stream);
    listener.started();
    let cause = 'it has ended';
    try {
      for await (const chunk of addAbortSignal(signal, readable) as AsyncIterable<Uint8Array>) lines.add(chunk);
    } catch (error) {
      cause = error instanceof Error ? error.message : String(error);
    }
    if (!signal.aborted) listener.failed(`cannot read ${name}: ${cause}; ${remedy}`);
  };
}
