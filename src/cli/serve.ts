// plimsoll serve: scrape real targets and serve their load.
import { openServer } from '../app/server.ts';
import { settingsOf, settingsToFollow } from '../app/settings.ts';
import { tuneCollector } from '../lib/collector.ts';
import { quote } from '../lib/quote.ts';
import { withoutSecrets } from '../lib/without-secrets.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { parseFlags, settingsHelp } from './options.ts';
import { jobsOfUrls } from './serve/jobs.ts';
import { localJobs } from './serve/local-jobs.ts';
import { version } from './version.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'scrape targets and serve their load to the HorizontalPodAutoscaler',
  help: `plimsoll serve: scrape targets and serve their load to the HorizontalPodAutoscaler

Usage: plimsoll serve URL... [OPTIONS]
       plimsoll serve [URL...] --tegrastats --proc [OPTIONS]
       plimsoll serve --config FILE [OPTIONS]
       plimsoll serve --config FILE --shard 2/3 [OPTIONS]

A URL is an exposition, http://HOST:8002/metrics of a Triton or http://HOST:9400/metrics of a DCGM exporter
(told apart by --source, else by the port 9400). Each Triton named by URL is served as a pod of the namespace
"default" that is called after its address. With a file, its labels name pods and workloads; it is followed for changes.
With --shard it is a collector of a part of the targets: it serves /federate, /metrics and health, and no metrics API.

On a Jetson, --tegrastats reads its GPU, power and temperatures: from a program that is run, a log that is
followed, or - for standard input. A FILE is one that is there and no program; a COMMAND has its arguments in it.

Options:
  --config FILE                       configuration file (YAML)
  --source KIND                       what the URLs are: triton, dcgm or llm
  --tegrastats [COMMAND|FILE|-]       read a Jetson's tegrastats (default: tegrastats --interval 1000)
  --proc [DIR]                        read this machine's processors and memory (default: /proc)
${settingsHelp()}  --help                              this text

Example: plimsoll serve http://127.0.0.1:8002/metrics http://127.0.0.1:9400/metrics
         plimsoll serve http://127.0.0.1:8002/metrics --tegrastats --proc
         ssh jetson tegrastats | plimsoll serve --tegrastats -
`,
  run,
};

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { positionals, overrides, values } = parseFlags('serve', args, [
    { flag: 'config', type: 'string' },
    { flag: 'source', type: 'string' },
    { flag: 'tegrastats', type: 'optional' },
    { flag: 'proc', type: 'optional' },
  ]);
  const { config: file } = values;
  const [source, tegrastats, proc] = [values['source'], values['tegrastats'], values['proc']].map(textOf);
  const writeLog = io.stderr;
  const { stdin } = io;
  tuneCollector();
  if (typeof file === 'string') {
    if (positionals.length > 0)
      throw usageError('serve', `it takes URLs or --config, not both: ${quote(withoutSecrets(positionals[0] ?? ''))}`);
    if (source !== undefined) throw usageError('serve', '--source is about URLs; in a file, each job says its source');
    const local = Object.entries({ tegrastats, proc }).find(([, value]) => value !== undefined)?.[0];
    if (local !== undefined) throw usageError('serve', `--${local} is not for --config; in a file, write a job with source: ${local}`);
    const server = await openServer({ ...(await settingsToFollow(file, overrides)), version, writeLog, stdin });
    await server.run(io.stop);
    return 0;
  }
  const jobs = [...jobsOfUrls(positionals, source), ...localJobs({ tegrastats, proc })];
  if (jobs.length === 0) throw usageError('serve', 'it needs the URL of an exposition, or --config FILE');
  const settings = settingsOf('the command line', [...overrides, { path: ['scrape_configs'], value: jobs }]);
  const server = await openServer({ settings, version, writeLog, stdin });
  await server.run(io.stop);
  return 0;
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
