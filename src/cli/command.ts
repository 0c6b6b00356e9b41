// The shape of a command: arguments in, text out, exit code back. Nothing here touches the process.
import { UserError } from '../lib/user-error.ts';

export interface CommandIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** True when standard output is a terminal that a status line can be redrawn on. */
  readonly isTerminal: boolean;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Whole help text, with an example. */
  readonly help: string;
  /** Returns the exit code; rejects with a UserError for what the caller can mend. */
  readonly run: (args: readonly string[], io: CommandIo) => Promise<number>;
}

/** A mistake in the words of a command. */
export function usageError(command: string, cause: string): UserError {
  return new UserError(2, `cannot run plimsoll ${command}: ${cause}; see plimsoll ${command} --help`);
}
