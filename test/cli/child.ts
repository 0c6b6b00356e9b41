// Plimsoll as a real process: what it writes, its signals, and how it ends.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Plimsoll {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly out: () => string;
  readonly err: () => string;
  /** Settles with the exit code, or with null after a signal. */
  readonly ended: Promise<number | null>;
  /** The first match in what it wrote, waited for; rejects when it ends without. */
  waitFor(pattern: RegExp, stream?: 'out' | 'err'): Promise<RegExpExecArray>;
}

/** `plimsoll ARGS…` from the sources. What still runs when the test ends is killed. */
export function start(args: readonly string[]): Plimsoll {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.err += chunk;
  });
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    process: child,
    out: () => text.out,
    err: () => text.err,
    ended,
    async waitFor(pattern, stream = 'out') {
      let isOver = false;
      const over = ended.then(() => {
        isOver = true;
      });
      for (;;) {
        const match = pattern.exec(text[stream]);
        if (match !== null) return match;
        if (isOver) throw new Error(`plimsoll ended before it wrote ${pattern}:\n${text.out}${text.err}`);
        await Promise.race([once(stream === 'out' ? child.stdout : child.stderr, 'data'), over]);
      }
    },
  };
}
