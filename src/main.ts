// argv → command → exit code.
import { argv, exit, stderr, stdin, stdout } from 'node:process';
import { runCommandLine } from './cli/run.ts';

const stop = new AbortController();
let signals = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    signals += 1;
    if (signals > 1) exit(130);
    stop.abort();
  });
}
// A reader that goes away (`plimsoll inspect … | head`) ends the output, not the program with a stack.
stdout.on('error', (error: NodeJS.ErrnoException) => exit(error.code === 'EPIPE' ? 0 : 1));

const code = await runCommandLine(argv.slice(2), {
  stdout: (text) => stdout.write(text),
  stderr: (text) => stderr.write(text),
  stdin,
  isTerminal: stdout.isTTY === true,
  stop: stop.signal,
});
process.exitCode = code;
