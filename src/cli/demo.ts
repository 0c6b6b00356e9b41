// plimsoll demo: the whole pipeline on a simulated fleet, on loopback.
import { openServer, type Server } from '../app/server.ts';
import { settingsOf } from '../app/settings.ts';
import type { Override } from '../config/parse.ts';
import { demoFleet } from '../fleet/demo.ts';
import { createFleet, type Endpoint, type Fleet } from '../fleet/fleet.ts';
import { type ServedFleet, serveFleet } from '../fleet/serve.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { quote } from '../lib/quote.ts';
import { UserError } from '../lib/user-error.ts';
import type { Command, CommandIo } from './command.ts';
import { demoGreeting } from './demo/greeting.ts';
import { showStatus } from './demo/status-line.ts';
import { parseFlags, settingsHelp } from './options.ts';
import { version } from './version.ts';

export const demo: Command = {
  name: 'demo',
  summary: 'a simulated fleet behind the whole pipeline, on loopback',
  help: `plimsoll demo: a simulated fleet behind the whole pipeline, on loopback

Usage: plimsoll demo [OPTIONS]

Six Triton pods and two DCGM exporters with a moving load, as real HTTP servers on loopback; Plimsoll scrapes them
and serves their load as it would in a cluster. The commands it prints can be pasted. Ctrl-C ends it.

Options:
  --seed N                            another course of the load (default: 1)
${settingsHelp()}  --help                              this text

Example: plimsoll demo --scrape-interval 1s
`,
  run,
};

/** A visitor sees changes sooner than with the default of serve. */
const DEMO_INTERVAL: Override = { path: ['scrape', 'interval'], value: '2s' };

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { positionals, overrides, values } = parseFlags('demo', args, [{ flag: 'seed', type: 'string' }]);
  if (positionals.length > 0) throw usage(`it takes no argument, got ${quote(positionals[0] ?? '')}`);
  const quiet: readonly Override[] = io.isTerminal ? [{ path: ['log', 'level'], value: 'warn' }] : [];
  const clock = systemClock();
  const fleet = createFleet(demoFleet(), { seed: parseSeed(values['seed']), startMs: clock.nowMs() });
  const { server, served } = await openDemo({ fleet, clock, overrides: [...quiet, ...overrides], writeLog: io.stderr });
  try {
    io.stdout(demoGreeting(server, served));
    const statusEnds = io.isTerminal ? showStatus(server, io) : Promise.resolve();
    await Promise.all([server.run(io.stop), statusEnds]);
  } finally {
    await served.close();
  }
  return 0;
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
    const settings = settingsOf('the command line', [DEMO_INTERVAL, ...overrides, ...fleetSettings(fleet, served)]);
    return { served, server: await openServer({ settings, version, writeLog }) };
  } catch (error) {
    await served.close();
    throw error;
  }
}

/** The fleet as somebody would write it into a configuration file. */
function fleetSettings(fleet: Fleet, { urls }: ServedFleet): Override[] {
  const jobs = (['triton', 'dcgm'] as const).map((source) => ({
    job_name: source,
    source,
    static_configs: fleet
      .endpoints()
      .filter((endpoint) => endpoint.source === source)
      .map((endpoint) => ({ targets: [new URL(urls.get(endpoint.id) ?? '').host], labels: targetLabels(endpoint) })),
  }));
  const models = demoFleet().services.flatMap((service) => service.models.map(({ name, kind }) => [name, { kind }]));
  return [
    { path: ['scrape_configs'], value: jobs },
    { path: ['models'], value: Object.fromEntries(models) },
  ];
}

function targetLabels({ labels, namespace, pod }: Endpoint): Readonly<Record<string, string>> {
  return { ...labels, namespace, pod };
}

function parseSeed(text: string | boolean | undefined): number {
  if (text === undefined) return 1;
  const seed = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  if (seed === undefined) throw usage(`--seed is ${quote(String(text))}; expected a whole number of at most nine digits`);
  return seed;
}

function usage(why: string): UserError {
  return new UserError(2, `cannot run plimsoll demo: ${why}; see plimsoll demo --help`);
}
