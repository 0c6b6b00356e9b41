// The way to a server that wants credentials or TLS: an undici agent and a header, both from files that may be rotated.
import { createSecureContext, type SecureContext } from 'node:tls';
import { Agent, Client, type Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import { createReadBuffers, SharedReadClient } from './shared-read-client.ts';
import { type FileTexts, WatchedFiles } from './watched-files.ts';

export interface TlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly serverName?: string | undefined;
  readonly insecureSkipVerify?: boolean;
}

export interface HttpClientSettings {
  readonly tls?: TlsFiles | undefined;
  readonly basicAuth?: { readonly username: string; readonly passwordFile: string } | undefined;
  readonly authorization?: { readonly type: string; readonly credentialsFile: string } | undefined;
  /** Longest wait for a TCP connection and its TLS handshake. */
  readonly connectTimeoutMs: number;
}

/** What one request needs. Take a new one for every request: files may have changed. */
export interface HttpSession {
  readonly dispatcher: Dispatcher;
  /** Value of the Authorization header; a secret. */
  readonly authorization: string | undefined;
}

export interface HttpClient {
  /** Rejects with an Error in words when a file cannot be read or used; a later call tries again. */
  session(): Promise<HttpSession>;
  /** Ends every connection, requests that are under way included. */
  close(): Promise<void>;
}

// Longer than usual scrape intervals, or no connection would ever be used twice. A server's own Keep-Alive hint wins.
const KEEP_ALIVE_MS = 60_000;

/** Opens nothing until the first session. */
export function createHttpClient(settings: HttpClientSettings, clock: Clock): HttpClient {
  const files = new WatchedFiles(fileNames(settings), clock);
  let current: { readonly texts: FileTexts; readonly session: HttpSession } | undefined;

  async function session(): Promise<HttpSession> {
    const texts = await files.read();
    if (current?.texts === texts) return current.session;
    const next = { texts, session: openSession(settings, texts) };
    // Requests on the old connections may end in peace.
    void current?.session.dispatcher.close();
    current = next;
    return next.session;
  }

  return { session, close: async () => current?.session.dispatcher.destroy() };
}

function fileNames(settings: HttpClientSettings): Record<string, string> {
  const named = {
    'tls_config.ca_file': settings.tls?.caFile,
    'tls_config.cert_file': settings.tls?.certFile,
    'tls_config.key_file': settings.tls?.keyFile,
    'basic_auth.password_file': settings.basicAuth?.passwordFile,
    'authorization.credentials_file': settings.authorization?.credentialsFile,
  };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function openSession(settings: HttpClientSettings, texts: FileTexts): HttpSession {
  const authorization = authorizationOf(settings, texts);
  const { tls, connectTimeoutMs } = settings;
  const client = {
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The caller's signal bounds the whole request.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const connect = {
    timeout: connectTimeoutMs,
    rejectUnauthorized: tls?.insecureSkipVerify !== true,
    ...(tls === undefined ? {} : { secureContext: secureContextOf(texts) }),
    ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
  };
  const buffers = createReadBuffers();
  // One connection an origin. TLS has buffers of its own.
  const factory = (origin: string | URL): Client =>
    isTls(origin) ? new Client(origin, { ...client, connect }) : new SharedReadClient(origin, { client, connectTimeoutMs, buffers });
  return { dispatcher: new Agent({ factory }), authorization };
}

function isTls(origin: string | URL): boolean {
  return String(origin).startsWith('https:');
}

function secureContextOf(texts: FileTexts): SecureContext {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((part) => texts.get(`tls_config.${part}_file`));
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error('cannot use tls_config: a client certificate needs its key; give both cert_file and key_file');
  }
  try {
    return createSecureContext({ ca, cert, key });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'not PEM';
    throw new Error(`cannot use tls_config: ${reason}; ca_file, cert_file and key_file must be PEM and belong together`, { cause });
  }
}

function authorizationOf(settings: HttpClientSettings, texts: FileTexts): string | undefined {
  const { basicAuth, authorization } = settings;
  if (authorization !== undefined) {
    const credentials = secretOf(texts.get('authorization.credentials_file'), {
      option: 'authorization.credentials_file',
      plain: /^[\x20-\x7e]+$/,
    });
    return `${authorization.type} ${credentials}`;
  }
  if (basicAuth === undefined) return undefined;
  const password = secretOf(texts.get('basic_auth.password_file'), { option: 'basic_auth.password_file', plain: /^\P{Cc}+$/u });
  return `Basic ${Buffer.from(`${basicAuth.username}:${password}`, 'utf8').toString('base64')}`;
}

/** The text without the line end that editors add; `plain` is what it may consist of. */
function secretOf(text = '', expected: { option: string; plain: RegExp }): string {
  const secret = text.trim();
  if (expected.plain.test(secret)) return secret;
  const fault = secret === '' ? 'the file is empty' : 'the file holds more than one line of plain characters';
  throw new Error(`cannot use ${expected.option}: ${fault}; put the secret alone in it`);
}
