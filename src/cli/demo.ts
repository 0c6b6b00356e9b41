// plimsoll demo: the whole pipeline on a simulated fleet, on loopback.
import { openServer, type Server } from '../app/server.ts';
import { settingsOf } from '../app/settings.ts';
import type { Override } from '../config/parse.ts';
import type { Config } from '../config/schema.ts';
import { demoFleet } from '../fleet/demo.ts';
import { createFleet, type Endpoint, type Fleet } from '../fleet/fleet.ts';
import { type ServedFleet, serveFleet } from '../fleet/serve.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { quote } from '../lib/quote.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { demoGreeting } from './demo/greeting.ts';
import { type StatusSources, showStatus } from './demo/status-line.ts';
import { parseFlags, settingsHelp } from './options.ts';
import { version } from './version.ts';

/** A visitor sees changes sooner than with the default of serve. */
const INTERVAL = '2s';

export const demo: Command = {
  name: 'demo',
  summary: 'a simulated fleet behind the whole pipeline, on loopback',
  help: `plimsoll demo: a simulated fleet behind the whole pipeline, on loopback

Usage: plimsoll demo [OPTIONS]

Six Triton pods and two DCGM exporters with a moving load, as real HTTP servers on loopback; Plimsoll scrapes them
and serves their load as it would in a cluster. The commands it prints can be pasted. Ctrl-C ends it.

Options:
  --seed N                            another course of the load (default: 1)
${settingsHelp({ 'scrape-interval': INTERVAL, 'log-level': 'info; error on a terminal' })}  --help                              this text

Example: plimsoll demo --scrape-interval 1s
`,
  run,
};

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { positionals, overrides, values } = parseFlags('demo', args, [{ flag: 'seed', type: 'string' }]);
  if (positionals.length > 0) throw usageError('demo', `it takes no argument, got ${quote(positionals[0] ?? '')}`);
  if (overrides.some(({ path }) => path[0] === 'shard'))
    throw usageError('demo', 'it shows the metrics API, which a shard has none of; leave --shard to serve');
  // The pods are down while they start: warnings would be the first thing that a visitor reads.
  const quiet: readonly Override[] = io.isTerminal ? [{ path: ['log', 'level'], value: 'error' }] : [];
  const clock = systemClock();
  const fleet = createFleet(demoFleet(), { seed: parseSeed(values['seed']), startMs: clock.nowMs() });
  const { server, served } = await openDemo({ fleet, clock, overrides: [...quiet, ...overrides], writeLog: io.stderr });
  try {
    io.stdout(demoGreeting(server, served));
    const statusEnds = io.isTerminal ? showStatus(statusSources(server), io) : Promise.resolve();
    await Promise.all([server.run(io.stop), statusEnds]);
  } finally {
    await served.close();
  }
  return 0;
}

function statusSources({ plimsoll, clock }: Server): StatusSources {
  return { signals: plimsoll.signals, book: plimsoll.scraper.book, clock };
}

export interface Demo {
  readonly served: ServedFleet;
  readonly server: Server;
}

export interface DemoOptions {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly overrides: readonly Override[];
  readonly writeLog: (line: string) => void;
}

/** A fleet on its own sockets, and a Plimsoll whose configuration names them; nothing is scraped before `server.run`. */
export async function openDemo({ fleet, clock, overrides, writeLog }: DemoOptions): Promise<Demo> {
  const served = await serveFleet(fleet, { clock, host: '127.0.0.1' });
  try {
    const given: readonly Override[] = [{ path: ['scrape', 'interval'], value: INTERVAL }, ...overrides];
    const { telemetry } = settingsOf('the command line', given).config;
    const jobs = [...fleetJobs(fleet, served), ...ownJobs(telemetry)];
    const settings = settingsOf('the command line', [...given, { path: ['scrape_configs'], value: jobs }]);
    return { served, server: await openServer({ settings, version, writeLog }) };
  } catch (error) {
    await served.close();
    throw error;
  }
}

/** The fleet as somebody would write it into a configuration file. */
function fleetJobs(fleet: Fleet, { urls, apiUrls }: ServedFleet): readonly object[] {
  return (['triton', 'dcgm'] as const).map((source) => ({
    job_name: source,
    source,
    static_configs: fleet
      .endpoints()
      .filter((endpoint) => endpoint.source === source)
      .map((endpoint) => ({
        targets: [new URL(urls.get(endpoint.id) ?? '').host],
        labels: targetLabels(endpoint),
        ...apiPort(apiUrls.get(endpoint.id)),
      })),
  }));
}

/** Plimsoll's own page, so that dashboards that ask the demo find signals too; not where nobody knows its port yet, or it asks who asks. */
function ownJobs({ listen: { host, port }, authentication }: Config['telemetry']): readonly object[] {
  if (port === 0 || authentication !== undefined) return [];
  const target = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return [{ job_name: 'self', source: 'generic', honor_labels: true, static_configs: [{ targets: [target] }] }];
}

function apiPort(url: string | undefined): { readonly triton_api_port?: number } {
  return url === undefined ? {} : { triton_api_port: Number(new URL(url).port) };
}

function targetLabels({ labels, namespace, pod }: Endpoint): Readonly<Record<string, string>> {
  return { ...labels, namespace, pod };
}

function parseSeed(text: string | boolean | undefined): number {
  if (text === undefined) return 1;
  const seed = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  if (seed === undefined) throw usageError('demo', `--seed is ${quote(String(text))}; expected a whole number of at most nine digits`);
  return seed;
}
