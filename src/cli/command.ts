// The shape of a command: arguments in, text out, exit code back. Nothing here touches the process.

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
