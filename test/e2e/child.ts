// A process of our own: what it wrote, and how it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

export interface Exit {
  /** null when a signal ended it, or when it never started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  /** The last 64 KiB of both its streams. */
  output(): string;
  /** Undefined while it runs. */
  exit(): Exit | undefined;
  /** SIGKILL; settles when it has ended, its own children perhaps not yet. */
  kill(): Promise<Exit>;
  /** SIGTERM, and SIGKILL after `graceMs`; settles when it has ended and all its output was read. */
  stop(graceMs: number): Promise<Exit>;
}

const KEPT_CHARS = 64 * 1024;

/** In our own process group, so that Ctrl-C reaches it too. */
export function startChild(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Child {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let exit: Exit | undefined;
  const keep = (text: string): void => {
    output = (output + text).slice(-KEPT_CHARS);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  const exited = new Promise<Exit>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      exit = { code, signal };
      resolve(exit);
    };
    child.on('exit', end);
    child.on('error', (error) => {
      keep(error.message);
      if (child.pid === undefined) end(null, null);
    });
  });
  const kill = (): Promise<Exit> => {
    child.kill('SIGKILL');
    return exited;
  };
  return {
    output: () => output,
    exit: () => exit,
    kill,
    stop: async (graceMs) => {
      if (exit !== undefined) return exit;
      child.kill('SIGTERM');
      const impatience = new AbortController();
      const outOfTime = setTimeout(graceMs, undefined, { signal: impatience.signal }).catch(() => undefined);
      await Promise.race([once(child, 'close'), outOfTime]);
      impatience.abort();
      return exit ?? kill();
    },
  };
}
