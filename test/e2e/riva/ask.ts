// `plimsoll probe riva … --json`, in this process.

import type { Comparison } from '../../../src/cli/probe/compare.ts';
import { runCommandLine } from '../../../src/cli/run.ts';
import type { ProbeResult } from '../../../src/sources/riva/probe.ts';

export async function askByPlimsoll(
  uri: string,
  flags: readonly string[] = [],
): Promise<ProbeResult & { readonly comparison?: Comparison }> {
  let out = '';
  await runCommandLine(['probe', 'riva', uri, '--json', '--timeout', '3s', ...flags], {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    isTerminal: false,
    stop: new AbortController().signal,
  });
  return JSON.parse(out);
}
