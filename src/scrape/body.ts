// From an answer to exposition text: what may be read, and its bytes without the compression.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ResponseHead } from '../lib/http/exchange.ts';
import { quote } from '../lib/quote.ts';
import { withoutSecrets } from '../lib/without-secrets.ts';
import type { ScrapeError } from '../model/target.ts';

const inflate = promisify(gunzip);

/** Why a head announces nothing that can be read; undefined when the body may come. */
export function refusalOf(head: ResponseHead): ScrapeError | undefined {
  const { status, headers } = head;
  if (status >= 300 && status < 400 && headers.location !== undefined) {
    const message = `redirected to ${quote(withoutSecrets(headers.location))} (${status}), which is not followed; name that address itself if it is the right one`;
    return { failure: 'redirect', message };
  }
  if (status !== 200) return { failure: 'status', message: `the server answered ${status}; ${adviceOn(status)}` };
  const type = headers['content-type'];
  if (type !== undefined && !/^\s*text\/plain\s*(;|$)/i.test(type)) {
    return { failure: 'not-text', message: `the answer is ${quote(type)}, not text/plain; is this the address of its metrics?` };
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && !isGzip(encoding) && !/^(identity)?$/i.test(encoding)) {
    return { failure: 'not-text', message: `the answer is encoded as ${quote(encoding)}; only gzip was asked for` };
  }
  return undefined;
}

function adviceOn(status: number): string {
  if (status === 401 || status === 403) return 'are basic_auth or authorization right?';
  if (status === 404) return 'is metrics_path right, and the port its metrics port?';
  return status >= 500 ? 'its own log says why' : 'is this the address of its metrics?';
}

function isGzip(encoding: string): boolean {
  return /^(x-)?gzip$/i.test(encoding);
}

/** The text's bytes, or why there are none: inflating stops at `maxBytes`, so that a small bomb stays small. */
export async function textOf(response: { head: ResponseHead; bytes: Uint8Array }, maxBytes: number): Promise<Uint8Array | ScrapeError> {
  const { head, bytes } = response;
  if (!isGzip(head.headers['content-encoding'] ?? '')) return bytes;
  try {
    return await inflate(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) return tooLarge(maxBytes);
    return { failure: 'failed', message: 'the answer is not the gzip it says it is, or was cut off; is a proxy in between?' };
  }
}

const NEWLINE = 0x0a;

/**
 * Why a text may not be whole; undefined when it is. Where its length, chunks or compression tell its end it is complete, and its last line
 * counts without a newline as in Prometheus. One that the closing of the connection ends may be cut: what ends within a line was, and with
 * the rest of that line others may be missing.
 */
export function cutOff(text: Uint8Array, { headers }: ResponseHead): ScrapeError | undefined {
  const isFramed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  if (isFramed || isGzip(headers['content-encoding'] ?? '')) return undefined;
  if (text.length === 0 || text.at(-1) === NEWLINE) return undefined;
  const message = 'the answer ends within a line, and it has no length that would tell whether it is whole; is a proxy in between?';
  return { failure: 'failed', message };
}

export function tooLarge(maxBytes: number): ScrapeError {
  const message = `the answer is larger than limits.body_bytes (${maxBytes}); raise it, or make the server say less`;
  return { failure: 'body-too-large', message };
}
