// The settings that have a flag. Each row is a path of the configuration file; a flag wins over the file.
import { parseArgs } from 'node:util';
import type { Override } from '../config/parse.ts';
import { UserError } from '../lib/user-error.ts';

export interface SettingFlag {
  readonly flag: string;
  /** Placeholder of the value in the help. */
  readonly value: string;
  /** Path of the setting in the configuration file. */
  readonly path: readonly string[];
  readonly help: string;
  /** The schema's default, or a sentence about it; a test compares the two. */
  readonly default: string;
}

export const SETTING_FLAGS: readonly SettingFlag[] = [
  { flag: 'scrape-interval', value: 'DURATION', path: ['scrape', 'interval'], help: 'how often each target is read', default: '5s' },
  {
    flag: 'scrape-timeout',
    value: 'DURATION',
    path: ['scrape', 'timeout'],
    help: 'longest wait for one answer',
    default: 'half the interval',
  },
  { flag: 'retention', value: 'DURATION', path: ['retention'], help: 'how long samples are kept', default: '5m' },
  {
    flag: 'metrics-api-listen',
    value: 'HOST:PORT',
    path: ['metrics_api', 'listen'],
    help: 'address of the metrics API (HTTPS)',
    default: '127.0.0.1:9443',
  },
  {
    flag: 'metrics-api-authentication',
    value: 'MODE',
    path: ['metrics_api', 'authentication'],
    help: 'none (loopback addresses only)',
    default: 'none',
  },
  {
    flag: 'telemetry-listen',
    value: 'HOST:PORT',
    path: ['telemetry', 'listen'],
    help: 'address of /metrics, /federate and health (HTTP)',
    default: '127.0.0.1:9410',
  },
  {
    flag: 'telemetry-authentication',
    value: 'MODE',
    path: ['telemetry', 'authentication'],
    help: 'none (loopback addresses only)',
    default: 'none',
  },
  { flag: 'log-level', value: 'LEVEL', path: ['log', 'level'], help: 'debug, info, warn or error', default: 'info' },
];

export interface FlagSpec {
  readonly flag: string;
  readonly type: 'string' | 'boolean';
}

export interface ParsedFlags {
  readonly positionals: readonly string[];
  readonly overrides: readonly Override[];
  /** Values of the command's own flags. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

/** Reads the settings' flags and the command's own; a flag that neither knows is a UserError (exit code 2). */
export function parseFlags(command: string, args: readonly string[], own: readonly FlagSpec[]): ParsedFlags {
  const options: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const { flag } of SETTING_FLAGS) options[flag] = { type: 'string' };
  for (const { flag, type } of own) options[flag] = { type };
  const { values, positionals } = parseOrExplain(command, args, options);
  const overrides: Override[] = [];
  for (const { flag, path } of SETTING_FLAGS) {
    const value = values[flag];
    if (typeof value === 'string') overrides.push({ path, value });
  }
  return { positionals, overrides, values };
}

function parseOrExplain(
  command: string,
  args: readonly string[],
  options: Record<string, { type: 'string' | 'boolean' }>,
): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    const cause = error instanceof Error ? (error.message.split(/\. To specify|\n/)[0] ?? '') : String(error);
    throw new UserError(2, `cannot run plimsoll ${command}: ${cause}; see plimsoll ${command} --help`, { cause: error });
  }
}

/** The help lines of the settings' flags. */
export function settingsHelp(): string {
  return SETTING_FLAGS.map(
    ({ flag, value, help, default: preset }) => `  ${`--${flag} ${value}`.padEnd(36)}${help} (default: ${preset})\n`,
  ).join('');
}
