// plimsoll serve: scrape real targets and serve their load.
import { openServer } from '../app/server.ts';
import { settingsOf, settingsToFollow } from '../app/settings.ts';
import { tuneCollector } from '../lib/collector.ts';
import { quote } from '../lib/quote.ts';
import { withoutSecrets } from '../lib/without-secrets.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { parseFlags, settingsHelp } from './options.ts';
import { jobsOfUrls } from './serve/jobs.ts';
import { version } from './version.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'scrape targets and serve their load to the HorizontalPodAutoscaler',
  help: `plimsoll serve: scrape targets and serve their load to the HorizontalPodAutoscaler

Usage: plimsoll serve URL... [OPTIONS]
       plimsoll serve --config FILE [OPTIONS]
       plimsoll serve --config FILE --shard 2/3 [OPTIONS]

A URL is an exposition, http://HOST:8002/metrics of a Triton or http://HOST:9400/metrics of a DCGM exporter
(told apart by --source, else by the port 9400). Each Triton named by URL is served as a pod of the namespace
"default" that is called after its address. With a file, its labels name pods and workloads; it is followed for changes.
With --shard it is a collector of a part of the targets: it serves /federate, /metrics and health, and no metrics API.

Options:
  --config FILE                       configuration file (YAML)
  --source KIND                       what the URLs are: triton or dcgm
${settingsHelp()}  --help                              this text

Example: plimsoll serve http://127.0.0.1:8002/metrics http://127.0.0.1:9400/metrics
`,
  run,
};

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { positionals, overrides, values } = parseFlags('serve', args, [
    { flag: 'config', type: 'string' },
    { flag: 'source', type: 'string' },
  ]);
  const { config: file, source } = values;
  const writeLog = io.stderr;
  tuneCollector();
  if (typeof file === 'string') {
    if (positionals.length > 0)
      throw usageError('serve', `it takes URLs or --config, not both: ${quote(withoutSecrets(positionals[0] ?? ''))}`);
    if (source !== undefined) throw usageError('serve', '--source is about URLs; in a file, each job says its source');
    const server = await openServer({ ...(await settingsToFollow(file, overrides)), version, writeLog });
    await server.run(io.stop);
    return 0;
  }
  if (positionals.length === 0) throw usageError('serve', 'it needs the URL of an exposition, or --config FILE');
  const jobs = jobsOfUrls(positionals, typeof source === 'string' ? source : undefined);
  const settings = settingsOf('the command line', [...overrides, { path: ['scrape_configs'], value: jobs }]);
  const server = await openServer({ settings, version, writeLog });
  await server.run(io.stop);
  return 0;
}
