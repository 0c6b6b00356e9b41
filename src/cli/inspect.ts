// plimsoll inspect: what Plimsoll sees in one exposition.
import { type Command, type CommandIo, usageError } from './command.ts';
import { LIMITS } from './inspect/document.ts';
import { inspectBytes } from './inspect/inspection.ts';
import { inspectionJson, inspectionText } from './inspect/print.ts';
import { readInput } from './inspect/read-input.ts';
import { parseWords } from './words.ts';

const TIMEOUT_MS = 10_000;

const HELP = `plimsoll inspect: what Plimsoll sees in one exposition

Usage: plimsoll inspect [--json] URL|FILE|-

Tells the source (triton, dcgm, tegrastats, llm or generic), the readings in base units,
what is odd about them, and the lines that cannot be read. A URL without a path means
/metrics; - is standard input.

  --json  {source, families, samples, readings: [{name, labels, value, unit}],
          warnings: [{code, message}], malformed}; families, samples and malformed are counts
  --help  this text

Example: plimsoll inspect http://127.0.0.1:8002/metrics
         kubectl get --raw /api/v1/namespaces/NS/pods/POD:8002/proxy/metrics | plimsoll inspect -
`;

export const inspect: Command = { name: 'inspect', summary: 'show what Plimsoll sees in one exposition', help: HELP, run };

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { json, name } = parse(args);
  const bytes = await readInput({ name, stdin: io.stdin, stop: io.stop, maxBytes: LIMITS.bodyBytes, timeoutMs: TIMEOUT_MS });
  const inspection = inspectBytes(bytes);
  io.stdout(json ? inspectionJson(inspection) : inspectionText(inspection));
  return 0;
}

function parse(args: readonly string[]): { readonly json: boolean; readonly name: string } {
  const { values, positionals } = parseWords('inspect', args, [{ flag: 'json', type: 'boolean' }]);
  const [name, ...more] = positionals;
  if (name === undefined) throw usageError('inspect', 'nothing to inspect was given');
  if (more.length > 0) throw usageError('inspect', `one input at a time, but ${positionals.length} were given`);
  return { json: values['json'] === true, name };
}
