// Small files that others rotate under us: certificates, keys, passwords, tokens.
import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { quote } from '../quote.ts';

/** File names by the option that named them. */
type FileNames = Readonly<Record<string, string>>;

/** Contents by option. The same object for as long as no file has changed. */
export type FileTexts = ReadonlyMap<string, string>;

// Three stat calls every two seconds cost nothing, and a rotated secret is used at the next scrape but one.
const RECHECK_MS = 2_000;

/** A set of files, all read again when one of them changes. */
export class WatchedFiles {
  readonly #files: readonly (readonly [option: string, path: string])[];
  readonly #clock: Clock;
  #texts: FileTexts = new Map();
  #signature = '';
  #checkedMs = Number.NEGATIVE_INFINITY;
  #latest: Promise<FileTexts> = Promise.resolve(this.#texts);

  constructor(files: FileNames, clock: Clock) {
    this.#files = Object.entries(files);
    this.#clock = clock;
  }

  /** Looks at the files at most every two seconds. Rejects with an Error naming the option and the file, never what is in it. */
  read(): Promise<FileTexts> {
    const nowMs = this.#clock.nowMs();
    if (this.#files.length > 0 && nowMs - this.#checkedMs >= RECHECK_MS) {
      this.#checkedMs = nowMs;
      this.#latest = this.#check();
    }
    return this.#latest;
  }

  async #check(): Promise<FileTexts> {
    const signature = (await this.#each(signatureOf)).join(' ');
    if (signature === this.#signature) return this.#texts;
    const contents = await this.#each((path) => readFile(path, 'utf8'));
    // Remembered only now: a change between the two steps is seen at the next check.
    this.#texts = new Map(this.#files.map(([option], index) => [option, contents[index] ?? '']));
    this.#signature = signature;
    return this.#texts;
  }

  /** One after the other, so that of several unreadable files the first is always the one named. */
  async #each(step: (path: string) => Promise<string>): Promise<string[]> {
    const results: string[] = [];
    for (const [option, path] of this.#files) {
      results.push(await step(path).catch((cause) => Promise.reject(unreadable({ option, path, cause }))));
    }
    return results;
  }
}

// The inode tells a symbolic link that was swapped, as Kubernetes swaps the files of a mounted Secret.
async function signatureOf(path: string): Promise<string> {
  const { ino, mtimeMs, size } = await stat(path);
  return `${ino}:${mtimeMs}:${size}`;
}

function unreadable(failed: { option: string; path: string; cause: unknown }): Error {
  const { option, path, cause } = failed;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  const reason = code === 'ENOENT' ? 'no such file' : code;
  return new Error(`cannot read ${option} ${quote(path)}: ${reason}; create the file or correct ${option}`, { cause });
}
