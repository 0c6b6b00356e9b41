// A command line run in process: what it wrote, and its exit code.
import type { CommandIo } from '../../src/cli/command.ts';
import { runCommandLine } from '../../src/cli/run.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `plimsoll ARGS…`, stopped before it begins unless a signal is given: what serves ends at once. */
export async function plimsoll(args: readonly string[], io: Partial<CommandIo> = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await runCommandLine(args, {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    stdin: nothing(),
    isTerminal: false,
    stop: AbortSignal.abort(),
    ...io,
  });
  return { code, out, err };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Both faces on ports that are free. */
export const EPHEMERAL = ['--metrics-api-listen', '127.0.0.1:0', '--telemetry-listen', '127.0.0.1:0'] as const;
