// plimsoll check: what would come of a file of another program, before Plimsoll serves it.

import { quote } from '../lib/quote.ts';
import { type CheckCommand, checkAdapterFile } from './check/prometheus-adapter.ts';
import { checkRivaQuickstart } from './check/riva-quickstart.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { SERVER_FLAGS, SERVER_HELP } from './server-access.ts';
import { parseWords } from './words.ts';

const HELP = `plimsoll check: what would come of prometheus-adapter's configuration, or of a Riva quick start

Usage: plimsoll check [--json] [--from URL|FILE|- | --url URL] [--config FILE] FILE
       plimsoll check config.sh

Tells of each rule its query, the known traps that are in it, and, held against the series
of a target or of a running Plimsoll or Prometheus, the metrics that it makes or why it
makes none. The exit code is 0 when all will work, 1 when something will not, and 2 when
the command cannot be run.

Of a file that ends in .sh, the config.sh of a Riva quick start, it tells what its variables result
in: TLS or not, what clients will refuse, and which file they need as their root. Nothing in it is
run; the exit code is 2 too where a line that decides cannot be told without.

  --from URL|FILE|-      exposition of a target; labels that Plimsoll would add are assumed:
                         namespace, pod, job and instance
  --url URL              a running Plimsoll, at its telemetry address, or a Prometheus
  --config FILE          configuration file (YAML): scrape interval, retention, owners
                         (default: Plimsoll's defaults)
  --json                 {rules: [{rule, seriesQuery, query, metrics: [{name, objects, series}],
                         findings: [{level, code, message}]}]}, or {problems: [{path, message}]}
  --help                 this text

Of a server that asks who asks, as plimsoll explain:
${SERVER_HELP.split('\n')
  .filter((line) => !line.startsWith('  --server'))
  .join('\n')}
Example: plimsoll check --from http://127.0.0.1:8002/metrics adapter-config.yaml
         plimsoll check config.sh
`;

export const check: Command = {
  name: 'check',
  summary: "tell what would come of prometheus-adapter's configuration, or of Riva's config.sh",
  help: HELP,
  run,
};

interface Reader {
  /** Of the file's name. */
  readonly ending: string;
  readonly check: (file: string, command: CheckCommand) => Promise<number>;
}

/** By the end of a file's name, the first that fits; prometheus-adapter's configuration has any name. */
const READERS: readonly Reader[] = [
  { ending: '.sh', check: checkQuickstart },
  { ending: '', check: checkAdapterFile },
];

/** All that a quick start needs is in it. */
async function checkQuickstart(file: string, { values, io }: CheckCommand): Promise<number> {
  const [flag] = Object.keys(values);
  if (flag !== undefined) throw usageError('check', `--${flag} is about prometheus-adapter, and ${quote(file)} is a script`);
  return await checkRivaQuickstart(file, io);
}

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { positionals, values } = parseWords('check', args, [
    ...SERVER_FLAGS,
    { flag: 'url', type: 'string' },
    { flag: 'from', type: 'string' },
    { flag: 'config', type: 'string' },
    { flag: 'json', type: 'boolean' },
  ]);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw usageError('check', `it takes one file, got ${positionals.length}`);
  const reader = READERS.find(({ ending }) => file.endsWith(ending));
  if (reader === undefined) throw new Error('BUG: no reader for a file');
  return await reader.check(file, { values, io });
}
