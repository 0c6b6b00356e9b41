// The lines that are appended to a file, through rotation and truncation; what was in it before is old, and is not read.
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { quote } from '../quote.ts';
import { BoundedLines } from './bounded-lines.ts';
import type { LineFeed, LineListener } from './line-feed.ts';

export interface LogFileFeedOptions {
  readonly file: string;
  readonly clock: Clock;
  /** What makes a file that is not there, for messages. */
  readonly remedy: string;
}

/** Twice for each line that programs print a second; network file systems have no events to wait for. */
const LOOK_MS = 500;
const CHUNK_BYTES = 64 * 1024;
/** What came between two looks beyond it is passed over: the newest lines count. */
const MOST_BYTES_A_LOOK = 1024 * 1024;

/** `LineFeed` of a log. */
export function logFileFeed(options: LogFileFeedOptions): LineFeed {
  return async (listener, signal) => {
    const log = new FollowedLog(options.file, listener);
    let isFirst = true;
    try {
      while (!signal.aborted) {
        try {
          await log.look(isFirst);
          isFirst = false;
        } catch (error) {
          // A file that comes later is new from its first line on.
          isFirst = false;
          listener.failed(`cannot read ${quote(options.file)}: ${fileFault(error)}; ${options.remedy}`);
        }
        await options.clock.sleep(LOOK_MS, signal);
      }
    } finally {
      await log.close();
    }
  };
}

class FollowedLog {
  readonly #file: string;
  readonly #listener: LineListener;
  readonly #lines: BoundedLines;
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  #opened: { readonly handle: FileHandle; readonly inode: number } | undefined;
  #at = 0;

  constructor(file: string, listener: LineListener) {
    this.#file = file;
    this.#listener = listener;
    this.#lines = new BoundedLines(listener);
  }

  /** Reads what is new. Rejects when the file cannot be read. */
  async look(isFirst: boolean): Promise<void> {
    const found = await stat(this.#file).catch((error: unknown) => {
      // Between two files of a rotation the old one is still written to.
      if (this.#opened === undefined) throw error;
      return undefined;
    });
    await this.#readOn();
    if (found === undefined || found.ino === this.#opened?.inode) return;
    // To open a pipe would wait for who writes to it.
    if (!found.isFile()) throw new Error('it is no regular file');
    await this.#open(isFirst);
    await this.#readOn();
  }

  async close(): Promise<void> {
    await this.#opened?.handle.close();
    this.#opened = undefined;
  }

  async #open(isFirst: boolean): Promise<void> {
    await this.close();
    const handle = await open(this.#file, 'r');
    const { ino: inode, size } = await handle.stat();
    this.#opened = { handle, inode };
    this.#begin(isFirst ? size : 0);
  }

  #begin(at: number): void {
    this.#at = at;
    this.#lines.reset();
    this.#listener.started();
  }

  async #readOn(): Promise<void> {
    if (this.#opened === undefined) return;
    const { handle } = this.#opened;
    const { size } = await handle.stat();
    // It was truncated: what is in it now is new.
    if (size < this.#at) this.#begin(0);
    if (size - this.#at > MOST_BYTES_A_LOOK) {
      this.#lines.reset();
      this.#at = size - CHUNK_BYTES;
    }
    while (this.#at < size) {
      const { bytesRead } = await handle.read(this.#buffer, { position: this.#at, length: Math.min(CHUNK_BYTES, size - this.#at) });
      if (bytesRead === 0) return;
      this.#at += bytesRead;
      this.#lines.add(this.#buffer.subarray(0, bytesRead));
    }
  }
}

function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'this user may not read it';
  if (code === 'EISDIR') return 'it is a directory';
  return error instanceof Error ? error.message : String(error);
}
