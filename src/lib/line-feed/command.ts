// The lines that a program prints; one that ends is started again, later each time.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Backoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { quote } from '../quote.ts';
import { BoundedLines } from './bounded-lines.ts';
import type { LineFeed, LineListener } from './line-feed.ts';

export interface CommandFeedOptions {
  /** Program and arguments, handed over as they are: there is no shell. */
  readonly command: readonly string[];
  /** Where the command is said, for messages. */
  readonly setting: string;
  readonly clock: Clock;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
}

const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 60_000;
/** One that ran for so long did start well: its end is another matter than that of the time before. */
const RAN_WELL_MS = 60_000;
/** Between the request to end and the end that is made. */
const KILL_AFTER_MS = 2000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** `LineFeed` of a program. Its last words on standard error, or on standard output, are part of the message about its end. */
export function commandFeed(options: CommandFeedOptions): LineFeed {
  const { clock, random } = options;
  return async (listener, signal) => {
    const backoff = new Backoff({ firstMs: FIRST_WAIT_MS, mostMs: MOST_WAIT_MS, ...(random && { random }) });
    while (!signal.aborted) {
      const startedMs = clock.nowMs();
      const end = await runOnce(options, { listener, signal });
      if (signal.aborted) return;
      if (clock.nowMs() - startedMs >= RAN_WELL_MS) backoff.reset();
      listener.failed(end);
      await clock.sleep(backoff.next(), signal);
    }
  };
}

interface Run {
  readonly listener: LineListener;
  readonly signal: AbortSignal;
}

/** What became of it, in words. */
async function runOnce(options: CommandFeedOptions, { listener, signal }: Run): Promise<string> {
  const { command, setting, clock } = options;
  const lastWords = new LastWords();
  listener.started();
  const child = start(command);
  if (child instanceof Error) return notStarted(command, { setting, error: child });
  const lines = new BoundedLines({
    line: (text) => {
      lastWords.said(text);
      listener.line(text);
    },
    longLine: () => listener.longLine(),
  });
  const complaints = new BoundedLines({ line: (text) => lastWords.complained(text), longLine: () => {} });
  child.stdout.on('data', (chunk: Uint8Array) => lines.add(chunk));
  child.stderr.on('data', (chunk: Uint8Array) => complaints.add(chunk));
  return await new Promise((resolve) => {
    const stop = (): void => void endChild(child, clock).then(() => resolve('it was stopped'));
    signal.addEventListener('abort', stop, { once: true });
    // To end a program of another user is an error too, and comes here.
    child.on('error', (error) => resolve(notStarted(command, { setting, error })));
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      const how = killedBy === null ? `it ended with exit code ${code}` : `it was ended by ${killedBy}`;
      resolve(
        `cannot read ${quote(command[0] ?? '')}: ${how}${lastWords.text()}; it is started again: see to what it says, or change ${setting}`,
      );
    });
  });
}

function start([program = '', ...words]: readonly string[]): Child | Error {
  try {
    // Numbers with a point, and messages that are known.
    return spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function notStarted([program = '']: readonly string[], { setting, error }: { readonly setting: string; readonly error: Error }): string {
  return `cannot run ${quote(program)}: ${startFault(error)}; check ${setting}`;
}

function startFault(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such program';
  if (code === 'EACCES') return 'it may not be run by this user';
  return error.message;
}

/** Asks, then makes it. Its output is let go: a child of its own may hold it open, and one of another user ends when nobody reads it. */
async function endChild(child: Child, clock: Clock): Promise<void> {
  const exited = new AbortController();
  child.once('exit', () => exited.abort());
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await clock.sleep(KILL_AFTER_MS, exited.signal);
  child.kill('SIGKILL');
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
}

/** What a program said last: complaints before output, which is mostly numbers. */
class LastWords {
  #output = '';
  #complaint = '';

  said(text: string): void {
    this.#output = text;
  }

  complained(text: string): void {
    if (text.trim() !== '') this.#complaint = text;
  }

  text(): string {
    const words = this.#complaint === '' ? this.#output : this.#complaint;
    return words === '' ? ' and said nothing' : ` and said ${quote(words.trim())}`;
  }
}
