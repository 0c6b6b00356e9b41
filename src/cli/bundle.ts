// plimsoll bundle: a file for whoever is to help, asked of a running Plimsoll.
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { objectOf, textOf } from '../lib/json.ts';
import { quote } from '../lib/quote.ts';
import { UserError } from '../lib/user-error.ts';
import { askServer } from './ask-server.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { SERVER_FLAGS, SERVER_HELP, serverOf } from './server-access.ts';
import { parseWords } from './words.ts';

const HELP = `plimsoll bundle: a file for whoever is to help, without secrets

Usage: plimsoll bundle [OPTIONS]

Asks a running Plimsoll for its version, configuration in force, targets and how they fare, health, own metrics,
recent answers, signals and last log lines, and writes them as one JSON, compressed by gzip. Passwords, tokens,
keys, and user information and queries in URLs are taken out by the server; addresses and names of pods, labels
and models stay: look before you send it on (gunzip -c FILE).

  --output FILE          where to write it; - is standard output, as plain JSON (default: plimsoll-bundle-TIME.json.gz)
${SERVER_HELP}  --help                 this text

Example: plimsoll bundle --output bundle.json.gz
`;

export const bundle: Command = { name: 'bundle', summary: 'collect what somebody needs to help, without secrets', help: HELP, run };

const compress = promisify(gzip);

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseWords('bundle', args, [...SERVER_FLAGS, { flag: 'output', type: 'string' }]);
  if (positionals.length > 0) throw usageError('bundle', `it takes no argument, got ${quote(positionals[0] ?? '')}`);
  const server = serverOf('bundle', values);
  const json = await askServer({ server, path: '/api/plimsoll/bundle', stop: io.stop });
  const time = textOf(objectOf(json)['time']);
  if (time === undefined)
    throw new UserError(1, `cannot read the answer of ${quote(server.url.origin)}: it is no bundle; is it a Plimsoll of this version?`);
  const text = `${JSON.stringify(json, undefined, 2)}\n`;
  const output = typeof values['output'] === 'string' ? values['output'] : `plimsoll-bundle-${time.replace(/[:.]/g, '-')}.json.gz`;
  if (output === '-') {
    io.stdout(text);
    return 0;
  }
  const bytes = await compress(text);
  await writeBundle(output, bytes);
  io.stdout(`wrote ${output} (${Math.ceil(bytes.length / 1024)} KiB); look before you send it on: gunzip -c ${output}\n`);
  return 0;
}

/** For its owner only: names of pods and addresses are nobody else's business. */
const OWNER_ONLY = 0o600;

async function writeBundle(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes, { mode: OWNER_ONLY });
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it failed';
    throw new UserError(1, `cannot write ${quote(file)}: ${why}; give another file with --output`, { cause });
  }
}
