// Which running Plimsoll a command asks, and how it shows who asks: by flags whose secrets are in files.
import { readFile } from 'node:fs/promises';
import type { Agent } from 'undici';
import { PLAIN_ASCII, secretOf } from '../lib/http/secret.ts';
import { secureContextOf } from '../lib/http/secure-context.ts';
import { quote } from '../lib/quote.ts';
import { UserError } from '../lib/user-error.ts';
import { usageError } from './command.ts';
import type { FlagSpec, Words } from './words.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:9410';

const FLAGS = ['server', 'token-file', 'user', 'password-file', 'cert-file', 'key-file', 'ca-file'] as const;
type Flag = (typeof FLAGS)[number];

export const SERVER_FLAGS: readonly FlagSpec[] = FLAGS.map((flag) => ({ flag, type: 'string' }));

export const SERVER_HELP = `  --server URL           telemetry address of a running Plimsoll (default: ${DEFAULT_SERVER})
  --token-file FILE      where it asks who asks: file with a bearer token (kubectl create token makes one)
  --user NAME            or a user, with
  --password-file FILE   the file of the password
  --cert-file FILE       or PEM file of a client certificate, with
  --key-file FILE        the PEM file of its key
  --ca-file FILE         PEM file of the authorities to trust for https instead of the system's
`;

export interface AskedServer {
  readonly url: URL;
  readonly tokenFile: string | undefined;
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly caFile: string | undefined;
}

/** Throws a UserError (exit code 2) for a URL that is none or has credentials in it, and for half of a pair of flags. A command may call the server `--url`. */
export function serverOf(command: string, values: Words['values']): AskedServer {
  const given = (flag: Flag | 'url'): string | undefined => (typeof values[flag] === 'string' ? values[flag] : undefined);
  const name = given('url') === undefined ? '--server' : '--url';
  const text = given('url') ?? given('server') ?? DEFAULT_SERVER;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usageError(command, `${name} is ${quote(text.replace(/^.*@/s, '…@'))}; expected a URL such as ${DEFAULT_SERVER}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw usageError(
      command,
      `${name} must not carry a password, which process lists show; use --token-file, or --user and --password-file`,
    );
  }
  for (const [one, other] of [
    ['user', 'password-file'],
    ['cert-file', 'key-file'],
  ] as const) {
    if ((given(one) === undefined) !== (given(other) === undefined)) throw usageError(command, `--${one} and --${other} belong together`);
  }
  if (given('token-file') !== undefined && given('user') !== undefined)
    throw usageError(command, 'it takes --token-file or --user, not both');
  return {
    url,
    tokenFile: given('token-file'),
    user: given('user'),
    passwordFile: given('password-file'),
    certFile: given('cert-file'),
    keyFile: given('key-file'),
    caFile: given('ca-file'),
  };
}

/** The value of the header Authorization; rejects with a UserError (exit code 2) that names the flag, never the secret. */
export async function authorizationFor({ tokenFile, user, passwordFile }: AskedServer): Promise<string | undefined> {
  if (tokenFile !== undefined) return `Bearer ${await readSecret(tokenFile, { option: '--token-file', plain: PLAIN_ASCII })}`;
  if (user === undefined || passwordFile === undefined) return undefined;
  const password = await readSecret(passwordFile, { option: '--password-file', plain: /^\P{Cc}+$/u });
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

const PEM_NAMES = { section: 'the flags for https', ca: '--ca-file', cert: '--cert-file', key: '--key-file' };

/** Connections of its own, so that none outlives the command. Rejects with a UserError (exit code 2). */
export async function agentFor({ caFile, certFile, keyFile }: AskedServer): Promise<Agent> {
  const { Agent } = await import('undici');
  if (caFile === undefined && certFile === undefined) return new Agent();
  const [ca, cert, key] = await Promise.all([
    readIfGiven(caFile, '--ca-file'),
    readIfGiven(certFile, '--cert-file'),
    readIfGiven(keyFile, '--key-file'),
  ]);
  return new Agent({ connect: { secureContext: orRefuse(() => secureContextOf({ ca, cert, key }, PEM_NAMES)) } });
}

async function readSecret(file: string, expected: { readonly option: string; readonly plain: RegExp }): Promise<string> {
  const text = await readNamed(file, expected.option);
  return orRefuse(() => secretOf(text, expected));
}

function orRefuse<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (cause) {
    throw new UserError(2, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function readIfGiven(file: string | undefined, flag: string): Promise<string | undefined> {
  return file === undefined ? undefined : await readNamed(file, flag);
}

/** Rejects with a UserError (exit code 2) that names the flag. */
export async function readNamed(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new UserError(2, `cannot read ${quote(file)}: ${why}; check the path given to ${flag}`, { cause });
  }
}
