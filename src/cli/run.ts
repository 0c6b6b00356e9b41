// Which command the words name, and how its failure is told.
import { nearest } from '../lib/nearest.ts';
import { quote } from '../lib/quote.ts';
import { UserError } from '../lib/user-error.ts';
import { bundle } from './bundle.ts';
import { check } from './check.ts';
import type { Command, CommandIo } from './command.ts';
import { demo } from './demo.ts';
import { explain } from './explain.ts';
import { inspect } from './inspect.ts';
import { probe } from './probe.ts';
import { rules } from './rules.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';

const COMMANDS: readonly Command[] = [serve, demo, inspect, explain, check, probe, rules, bundle];

/** Runs one command line (without the program's name) and returns its exit code: 0, 1 (run time) or 2 (usage, configuration). */
export async function runCommandLine(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await dispatch(args, io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.stderr(`plimsoll: ${error.message}\n`);
    return error.exitCode;
  }
}

async function dispatch(args: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-V') {
    io.stdout(`plimsoll ${version}\n`);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout(overview());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw unknownCommand(name);
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout(command.help);
    return 0;
  }
  return command.run(rest, io);
}

function unknownCommand(name: string): UserError {
  const names = COMMANDS.map((command) => command.name);
  const meant = nearest(name, names);
  const hint = meant === undefined ? `the commands are ${names.join(', ')}` : `did you mean ${meant}?`;
  return new UserError(2, `cannot run plimsoll ${quote(name)}: there is no such command; ${hint}`);
}

function overview(): string {
  const lines = COMMANDS.map((command) => `  ${command.name.padEnd(10)}${command.summary}\n`).join('');
  return `plimsoll: the load of GPU inference pods, for the HorizontalPodAutoscaler

Usage: plimsoll COMMAND [ARGUMENTS]

${lines}
  --version  print the version
  --help     this text; after a command: its own help

Example: plimsoll serve http://127.0.0.1:8002/metrics
`;
}
