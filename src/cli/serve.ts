// plimsoll serve: scrape real targets and serve their load.
import { openServer } from '../app/server.ts';
import { type Settings, settingsOf, settingsOfFile } from '../app/settings.ts';
import type { Override } from '../config/parse.ts';
import { quote } from '../lib/quote.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { parseFlags, settingsHelp } from './options.ts';
import { version } from './version.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'scrape targets and serve their load to the HorizontalPodAutoscaler',
  help: `plimsoll serve: scrape targets and serve their load to the HorizontalPodAutoscaler

Usage: plimsoll serve URL... [OPTIONS]
       plimsoll serve --config FILE [OPTIONS]

A URL is an exposition, http://HOST:8002/metrics of a Triton or http://HOST:9400/metrics of a DCGM exporter
(told apart by --source, else by the port 9400). Each Triton named by URL is served as a pod of the namespace
"default" that is called after its address. With a file, its labels name pods and workloads; it is followed for changes.

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
  if (typeof file === 'string') {
    if (positionals.length > 0)
      throw usageError('serve', `it takes URLs or --config, not both: ${quote(withoutSecret(positionals[0] ?? ''))}`);
    if (source !== undefined) throw usageError('serve', '--source is about URLs; in a file, each job says its source');
    const read = (): Promise<Settings> => settingsOfFile(file, overrides);
    const server = await openServer({ settings: await read(), version, writeLog, follow: { file, read } });
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

const DCGM_PORT = '9400';

/** One scrape configuration per URL, as somebody would write it in the file. */
function jobsOfUrls(texts: readonly string[], source: string | undefined): Override['value'] {
  if (source !== undefined && source !== 'triton' && source !== 'dcgm') {
    throw usageError('serve', `--source is ${quote(source)}; expected triton or dcgm`);
  }
  const urls = texts.map(parseUrl);
  const repeated = urls.find((url, index) => urls.findIndex(({ href }) => href === url.href) < index);
  // Twice the same pod would count its requests twice.
  if (repeated !== undefined) throw usageError('serve', `${quote(repeated.href)} is given twice`);
  return urls.map((url, index) => {
    const kind = source ?? (url.port === DCGM_PORT ? 'dcgm' : 'triton');
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    const pod = `${url.hostname.replaceAll(/[^a-zA-Z0-9.-]/g, '')}-${port}`;
    return {
      job_name: urls.length === 1 ? kind : `${kind}-${index}`,
      source: kind,
      scheme: url.protocol.slice(0, -1),
      metrics_path: `${url.pathname}${url.search}`,
      static_configs: [{ targets: [`${url.hostname}:${port}`], labels: kind === 'triton' ? { namespace: 'default', pod } : {} }],
    };
  });
}

/** A URL without a path means /metrics. */
function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw usageError('serve', `${quote(withoutSecret(text))} is not an http or https URL; write it as http://HOST:8002/metrics`);
  }
  if (url.username !== '' || url.password !== '') {
    throw usageError('serve', 'a URL must not carry a password, which process lists show; use --config with basic_auth and password_file');
  }
  if (url.pathname === '/') url.pathname = '/metrics';
  url.hash = '';
  return url;
}

/** A mistyped URL may still carry a password before its @. */
function withoutSecret(text: string): string {
  return text.replace(/^.*@/s, '…@');
}
