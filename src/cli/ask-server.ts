// Asks a running Plimsoll, and says what to do when it does not answer.
import { type ConnectionFault, connectionFault } from '../lib/http/connection-fault.ts';
import { objectOf, textOf } from '../lib/json.ts';
import { quote } from '../lib/quote.ts';
import { type ExitCode, UserError } from '../lib/user-error.ts';
import { type AskedServer, agentFor, authorizationFor } from './server-access.ts';

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
  const { request } = await import('undici');
  const url = new URL(server.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.search = query === undefined ? '' : query.toString();
  const authorization = await authorizationFor(server);
  const dispatcher = await agentFor(server);
  const late = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { statusCode, body } = await request(url, {
      dispatcher,
      signal: AbortSignal.any([stop, late]),
      headers: authorization === undefined ? {} : { authorization },
    });
    const text = await boundedText(body, url);
    if (statusCode !== 200)
      throw refusal({ status: statusCode, text, url, showsWho: authorization !== undefined || server.certFile !== undefined });
    return parseJson(text, url);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(1, `cannot ask ${quote(url.origin)}: ${faultText(cause, { late, stop, url })}`, { cause });
  } finally {
    await dispatcher.destroy();
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
  /** Whether the asker has shown who asks. */
  readonly showsWho: boolean;
}

const MOST_SHOWN = 500;

function refusal({ status, text, url, showsWho }: Refused): UserError {
  const said = errorIn(text);
  const asked = `cannot ask ${quote(url.origin)}`;
  if (status === 401) {
    const change = showsWho
      ? 'it does not take what it was shown: is the token, password or certificate of this cluster, and not expired?'
      : 'give --token-file FILE, --user with --password-file, or --cert-file with --key-file, as it is configured';
    return new UserError(1, `${asked}: it wants to know who asks (401); ${change}`);
  }
  if (status === 403)
    return new UserError(
      1,
      `${asked}: ${oneLine(text)} (403); allow get on the nonResourceURL ${quote(url.pathname)}, or ask as somebody who may (--token-file)`,
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
