// Programs that run beside a test: logs in a folder, ended in reverse order, and never left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Daemon {
  readonly name: string;
  readonly pid: number;
  /** Both its streams. */
  readonly logFile: string;
  /** Undefined while it runs. */
  ended(): string | undefined;
  /** SIGTERM, and SIGKILL when it takes longer than `graceMs`; says how it ended, `code 0` or `SIGKILL`. */
  stop(graceMs?: number): Promise<string>;
  /** The end of its log, for messages. */
  lastWords(): Promise<string>;
}

interface DaemonSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const GRACE_MS = 10_000;
const LAST_WORDS_CHARS = 4000;

/** Each in a process group of its own, which a keeper ends should this process die without a word. */
export class Daemons implements AsyncDisposable {
  readonly #folder: string;
  readonly #keeper: ChildProcess;
  readonly #running: Daemon[] = [];

  /** `folder` takes the logs and must exist. */
  constructor(folder: string) {
    this.#folder = folder;
    // Detached: Ctrl-C ends us, and then it ends the others.
    this.#keeper = spawn(process.execPath, [fileURLToPath(new URL('./keeper.ts', import.meta.url))], {
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    this.#keeper.stdin?.on('error', () => {});
    this.#keeper.unref();
  }

  /** Throws when the program cannot be started at all. */
  start({ name, command, args, env = process.env }: DaemonSpec): Daemon {
    const logFile = join(this.#folder, `${name}.log`);
    const log = openSync(logFile, 'a');
    const child = spawn(command, args, { env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    // Without a pid it never started, which is thrown below.
    child.on('error', () => {});
    const { pid } = child;
    if (pid === undefined) throw new Error(`cannot start ${name}: there is no program ${command}`);
    this.#keeper.stdin?.write(`+${pid}\n`);
    let ended: string | undefined;
    child.on('exit', (code, signal) => {
      ended = signal ?? `code ${code}`;
      this.#keeper.stdin?.write(`-${pid}\n`);
    });
    const daemon: Daemon = {
      name,
      pid,
      logFile,
      ended: () => ended,
      stop: async (graceMs = GRACE_MS) => {
        if (ended === undefined) {
          child.kill('SIGTERM');
          await endWithin(child, graceMs);
        }
        return ended ?? 'unknown';
      },
      lastWords: async () => (await readFile(logFile, 'utf8')).slice(-LAST_WORDS_CHARS),
    };
    // One that is started again ends where the first would have.
    const before = this.#running.findIndex((one) => one.name === name && one.ended() !== undefined);
    if (before === -1) this.#running.push(daemon);
    else this.#running[before] = daemon;
    return daemon;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#running.toReversed()) await daemon.stop();
    this.#keeper.stdin?.end();
  }
}

async function endWithin(child: ChildProcess, graceMs: number): Promise<void> {
  const exited = once(child, 'exit');
  const impatience = new AbortController();
  const outOfTime = setTimeout(graceMs, 'late' as const, { signal: impatience.signal }).catch(() => undefined);
  if ((await Promise.race([exited, outOfTime])) === 'late') child.kill('SIGKILL');
  impatience.abort();
  await exited;
}
