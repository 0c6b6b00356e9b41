// plimsoll inspect: what Plimsoll sees in one exposition.

import { readGpuReport } from '../app/gpu-report.ts';
import { settingsOfFile } from '../app/settings.ts';
import { quote } from '../lib/quote.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { askApi, defaultApiUrl } from './inspect/ask-api.ts';
import { withDescription } from './inspect/description.ts';
import { LIMITS } from './inspect/document.ts';
import { inspectBytes, modelsOf } from './inspect/inspection.ts';
import { ownersJson, ownersText } from './inspect/owners.ts';
import { inspectionJson, inspectionText } from './inspect/print.ts';
import { readInput } from './inspect/read-input.ts';
import { version } from './version.ts';
import { parseWords } from './words.ts';

const TIMEOUT_MS = 10_000;

const HELP = `plimsoll inspect: what Plimsoll sees in one exposition

Usage: plimsoll inspect [--json] [--api URL] URL|FILE|-
       plimsoll inspect [--json] --config FILE

Tells the source (triton, dcgm, kubelet, tegrastats, llm or generic), the readings in base
units, what is odd about them, and the lines that cannot be read. A URL without a path means
/metrics; - is standard input. A Triton is asked for the kinds and instances of its models.

With a configuration file, its targets are read once, and each GPU is shown with the pod
that holds it and how that is known.

  --api URL      HTTP API of a Triton (default: port 8000 of the URL's host)
  --config FILE  configuration file (YAML)
  --json         {source, families, samples, readings: [{name, labels, value, unit}],
                 warnings: [{code, message}], malformed}; families, samples and malformed are counts;
                 with --config {targets, gpus: [{uuid, migId, nodes, reportedBy, owners, candidates}]}
  --help         this text

Example: plimsoll inspect http://127.0.0.1:8002/metrics
         kubectl get --raw /api/v1/namespaces/NS/pods/POD:8002/proxy/metrics | plimsoll inspect -
         kubectl get --raw /api/v1/nodes/NODE/proxy/metrics/resource | plimsoll inspect -
`;

export const inspect: Command = { name: 'inspect', summary: 'show what Plimsoll sees in one exposition', help: HELP, run };

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { json, name, api, config } = parse(args);
  if (config !== undefined) return await runOwners(config, { json, io });
  const bytes = await readInput({ name, stdin: io.stdin, stop: io.stop, maxBytes: LIMITS.bodyBytes, timeoutMs: TIMEOUT_MS });
  const seen = inspectBytes(bytes);
  const apiUrl = api ?? (/^https?:/i.test(name) ? defaultApiUrl(name) : undefined);
  const isAsked = seen.source === 'triton' && apiUrl !== undefined;
  const inspection = isAsked
    ? withDescription(seen, await askApi({ apiUrl, said: modelsOf(seen), stop: io.stop, timeoutMs: TIMEOUT_MS }))
    : seen;
  io.stdout(json ? inspectionJson(inspection) : inspectionText(inspection));
  return 0;
}

async function runOwners(file: string, { json, io }: { json: boolean; io: CommandIo }): Promise<number> {
  const report = await readGpuReport(await settingsOfFile(file, []), { version, stop: io.stop });
  io.stdout(json ? ownersJson(report) : ownersText(report));
  return report.targets.some(({ error }) => error === undefined) ? 0 : 1;
}

interface Words {
  readonly json: boolean;
  readonly name: string;
  readonly api: string | undefined;
  readonly config: string | undefined;
}

function parse(args: readonly string[]): Words {
  const { values, positionals } = parseWords('inspect', args, [
    { flag: 'json', type: 'boolean' },
    { flag: 'api', type: 'string' },
    { flag: 'config', type: 'string' },
  ]);
  const { config } = values;
  const json = values['json'] === true;
  const [name, ...more] = positionals;
  if (typeof config === 'string') {
    if (name !== undefined) throw usageError('inspect', `it takes an input or --config, not both: ${quote(name)}`);
    return { json, name: '', api: undefined, config };
  }
  if (name === undefined) throw usageError('inspect', 'nothing to inspect was given');
  if (more.length > 0) throw usageError('inspect', `one input at a time, but ${positionals.length} were given`);
  const api = values['api'];
  if (typeof api === 'string' && !URL.canParse(api))
    throw usageError('inspect', `--api is ${quote(api)}; expected a URL such as http://127.0.0.1:8000`);
  return { json, name, api: typeof api === 'string' ? api.replace(/\/+$/, '') : undefined, config: undefined };
}
