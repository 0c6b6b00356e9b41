// The bytes to inspect: from a URL, a file or standard input, bounded in size and time.
import { createReadStream } from 'node:fs';
import { addAbortSignal, Readable } from 'node:stream';
import { quote } from '../../lib/quote.ts';
import { UserError } from '../../lib/user-error.ts';
import { withoutSecrets } from '../../lib/without-secrets.ts';

export interface InputOptions {
  /** URL, file name, or `-`. */
  readonly name: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stop: AbortSignal;
  readonly maxBytes: number;
  /** Longest wait for a whole answer of a URL. */
  readonly timeoutMs: number;
}

/** Rejects with a UserError that says what went wrong and what to change. */
export async function readInput(options: InputOptions): Promise<Uint8Array> {
  const { name, stdin, stop, maxBytes } = options;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return readUrl(parseUrl(name), options);
  const what = name === '-' ? 'standard input' : quote(name);
  const stream = name === '-' ? readableOf(stdin) : createReadStream(name);
  try {
    return await collect(addAbortSignal(stop, stream), { what, maxBytes });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const remedy = 'give a file, - or a URL that begins with http://';
    throw new UserError(1, `cannot read ${what}: ${causeOf(error)}; ${remedy}`, { cause: error });
  }
}

/** The stream itself where it is one: an interruption must end it, or a silent pipe keeps the process alive. */
function readableOf(chunks: AsyncIterable<Uint8Array>): Readable {
  return chunks instanceof Readable ? chunks : Readable.from(chunks);
}

/** A URL without a path means /metrics, which every known source uses. */
function parseUrl(name: string): URL {
  const url = URL.canParse(name) ? new URL(name) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError(
      2,
      `cannot inspect ${quote(withoutSecrets(name))}: it is no URL of http or https; give one such as http://127.0.0.1:8002/metrics`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError(
      2,
      `cannot inspect ${quote(url.host)}: credentials in a URL are not sent; pipe it: curl --user … | plimsoll inspect -`,
    );
  }
  if (url.pathname === '/') url.pathname = '/metrics';
  return url;
}

async function readUrl(url: URL, { stop, timeoutMs, maxBytes }: InputOptions): Promise<Uint8Array> {
  const what = quote(withoutSecrets(url.href));
  const timeout = AbortSignal.timeout(timeoutMs);
  const { Agent, request } = await import('undici');
  // Its own connections, so that none outlives the command.
  const dispatcher = new Agent();
  try {
    const { statusCode, body } = await request(url, { dispatcher, signal: AbortSignal.any([stop, timeout]) });
    if (statusCode !== 200)
      throw new UserError(1, `cannot read ${what}: the server answers status ${statusCode}; check the path and the port`);
    return await collect(body, { what, maxBytes });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const cause = timeout.aborted ? `no whole answer within ${timeoutMs} ms` : causeOf(error);
    throw new UserError(1, `cannot read ${what}: ${cause}; check that the server is up and that the port is its metrics port`, {
      cause: error,
    });
  } finally {
    await dispatcher.destroy();
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>, { what, maxBytes }: { what: string; maxBytes: number }): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new UserError(1, `cannot read ${what}: it is longer than ${maxBytes} bytes, the limit of one exposition; give a shorter one`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'reading it is not permitted',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'its host name is not known',
  ABORT_ERR: 'it was interrupted',
  EAI_AGAIN: 'its host name cannot be looked up',
};

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return CAUSES[code] ?? error.message;
}
