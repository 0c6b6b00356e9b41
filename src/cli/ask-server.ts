// Asks a running Plimsoll, and says what to do when it does not answer.
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { type ConnectionFault, connectionFault } from '../lib/http/connection-fault.ts';
import { PLAIN_ASCII, secretOf } from '../lib/http/secret.ts';
import { secureContextOf } from '../lib/http/secure-context.ts';
import { objectOf, textOf } from '../lib/json.ts';
import { quote } from '../lib/quote.ts';
import { type ExitCode, UserError } from '../lib/user-error.ts';
import { usageError } from './command.ts';
import type { FlagSpec, Words } from './words.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:9410';

/** The flags that say whom to ask, and how. */
export const SERVER_FLAGS: readonly FlagSpec[] = [
  { flag: 'server', type: 'string' },
  { flag: 'token-file', type: 'string' },
  { flag: 'ca-file', type: 'string' },
];

export const SERVER_HELP = `  --server URL           telemetry address of a running Plimsoll (default: ${DEFAULT_SERVER})
  --token-file FILE      file with the bearer token to show it, where it asks who asks
  --ca-file FILE         PEM file of the authorities to trust for https instead of the system's
`;

export interface AskedServer {
  readonly url: URL;
  readonly tokenFile: string | undefined;
  readonly caFile: string | undefined;
}

/** Throws a UserError (exit code 2) for a URL that is none or has credentials in it. */
export function serverOf(command: string, values: Words['values']): AskedServer {
  const text = typeof values['server'] === 'string' ? values['server'] : DEFAULT_SERVER;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usageError(command, `--server is ${quote(text.replace(/^.*@/s, '…@'))}; expected a URL such as ${DEFAULT_SERVER}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw usageError(command, '--server must not carry a password, which process lists show; use --token-file');
  }
  const file = (flag: string): string | undefined => (typeof values[flag] === 'string' ? values[flag] : undefined);
  return { url, tokenFile: file('token-file'), caFile: file('ca-file') };
}

export interface AskOptions {
  readonly server: AskedServer;
  /** Below the server's own path. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly stop: AbortSignal;
}

/** As long as a question may take at the server, and some. */
const TIMEOUT_MS = 30_000;
/** Some ten thousand targets in a bundle. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The JSON of an answer with status 200; rejects with a UserError for everything else. */
export async function askServer(options: AskOptions): Promise<unknown> {
  const { server, path, query, stop } = options;
  const url = new URL(server.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.search = query === undefined ? '' : query.toString();
  const token = await readToken(server.tokenFile);
  const dispatcher = await agentFor(server.caFile);
  const late = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { statusCode, body } = await request(url, {
      dispatcher,
      signal: AbortSignal.any([stop, late]),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const text = await boundedText(body, url);
    if (statusCode !== 200) throw refusal({ status: statusCode, text, url, hasToken: token !== undefined });
    return parseJson(text, url);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(1, `cannot ask ${quote(url.origin)}: ${faultText(cause, { late, stop, url })}`, { cause });
  } finally {
    await dispatcher.destroy();
  }
}

async function readToken(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readNamed(file, '--token-file');
  try {
    return secretOf(text, { option: '--token-file', plain: PLAIN_ASCII });
  } catch (cause) {
    throw new UserError(2, cause instanceof Error ? cause.message : 'cannot use --token-file', { cause });
  }
}

/** Connections of its own, so that none outlives the command. */
async function agentFor(caFile: string | undefined): Promise<Agent> {
  if (caFile === undefined) return new Agent();
  const ca = await readNamed(caFile, '--ca-file');
  try {
    const names = { section: 'the flags of TLS', ca: '--ca-file', cert: '', key: '' };
    return new Agent({ connect: { secureContext: secureContextOf({ ca }, names) } });
  } catch (cause) {
    throw new UserError(2, cause instanceof Error ? cause.message : 'cannot use --ca-file', { cause });
  }
}

async function readNamed(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new UserError(2, `cannot read ${quote(file)}: ${why}; check the path given to ${flag}`, { cause });
  }
}

async function boundedText(body: AsyncIterable<Uint8Array>, url: URL): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > MOST_BYTES)
      throw new UserError(1, `cannot read the answer of ${quote(url.origin)}: it is longer than ${MOST_BYTES} bytes; is it a Plimsoll?`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(1, `cannot read the answer of ${quote(url.origin)}: it is no JSON; is it the telemetry address of a Plimsoll?`, {
      cause,
    });
  }
}

interface Refused {
  readonly status: number;
  readonly text: string;
  readonly url: URL;
  readonly hasToken: boolean;
}

const MOST_SHOWN = 500;

function refusal({ status, text, url, hasToken }: Refused): UserError {
  const said = errorIn(text);
  const asked = `cannot ask ${quote(url.origin)}`;
  if (status === 401) {
    const change = hasToken
      ? 'it does not take the token of --token-file: is it of this cluster, and not expired?'
      : 'give --token-file FILE (kubectl create token makes one)';
    return new UserError(1, `${asked}: it wants to know who asks (401); ${change}`);
  }
  if (status === 403)
    return new UserError(
      1,
      `${asked}: ${oneLine(text)} (403); allow get on the nonResourceURL ${quote(url.pathname)}, or give the token of somebody who may by --token-file`,
    );
  // The server says itself what is wrong with the question.
  if (said !== undefined) return new UserError(exitCodeOf(status), said);
  const place = url.pathname;
  if (status === 404)
    return new UserError(1, `${asked}: it has no path ${quote(place)}; is it the telemetry address of a Plimsoll of this version?`);
  return new UserError(1, `${asked}: it answers status ${status}: ${oneLine(text)}; see its log`);
}

/** 400 is a mistake in the words of the question. */
function exitCodeOf(status: number): ExitCode {
  return status === 400 ? 2 : 1;
}

function errorIn(text: string): string | undefined {
  try {
    return textOf(objectOf(JSON.parse(text))['error']);
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').slice(0, MOST_SHOWN);
}

const FORWARD = 'is it running? From outside a cluster: kubectl -n plimsoll port-forward deployment/plimsoll 9410';

const FAULTS: Readonly<Partial<Record<ConnectionFault, string>>> = {
  refused: `the connection was refused; ${FORWARD}`,
  'no-address': 'no address is known for its name; check --server',
  'no-way': `there is no way to it; ${FORWARD}`,
  'connect-timeout': `no connection in time; ${FORWARD}`,
  'other-name': 'its certificate is for another name; ask by the name in it',
  'out-of-date': 'its certificate is not valid today; renew it, or set the clock right',
  untrusted: 'its certificate is from no authority that is trusted; name its CA with --ca-file',
  'not-tls': 'it does not speak TLS; write http:// in --server',
  'not-http': 'it does not speak plain HTTP; write https:// in --server',
};

function faultText(
  cause: unknown,
  { late, stop, url }: { readonly late: AbortSignal; readonly stop: AbortSignal; readonly url: URL },
): string {
  if (stop.aborted) return 'it was interrupted';
  if (late.aborted) return `no whole answer within ${TIMEOUT_MS / 1000} s; see its log`;
  if (!(cause instanceof Error)) return String(cause);
  const closed =
    url.protocol === 'http:'
      ? 'the connection was closed; where it speaks TLS, write https:// in --server'
      : 'the connection was closed; see its log';
  return FAULTS[connectionFault(cause)] ?? closed;
}
