// The way to a server that wants credentials or TLS: an undici agent and a header, both from files that may be rotated.
import type { SecureContext } from 'node:tls';
import { Agent, Client, type Dispatcher, Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { createRotatingClient, type HttpClient, type HttpSession } from './rotating-client.ts';
import { PLAIN_ASCII, secretOf } from './secret.ts';
import { secureContextOf } from './secure-context.ts';
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
  /** Files of further headers, by their names. */
  readonly headerFiles?: Readonly<Record<string, string>>;
  /** Longest wait for a TCP connection and its TLS handshake. */
  readonly connectTimeoutMs: number;
  /** Most to each origin. Default: one. */
  readonly connections?: number;
}

// Longer than usual scrape intervals, or no connection would ever be used twice. A server's own Keep-Alive hint wins.
const KEEP_ALIVE_MS = 60_000;

/** Opens nothing until the first session. */
export function createHttpClient(settings: HttpClientSettings, clock: Clock): HttpClient {
  return createRotatingClient({ files: new WatchedFiles(fileNames(settings), clock), open: (texts) => openSession(settings, texts) });
}

function fileNames(settings: HttpClientSettings): Record<string, string> {
  const named = {
    'tls_config.ca_file': settings.tls?.caFile,
    'tls_config.cert_file': settings.tls?.certFile,
    'tls_config.key_file': settings.tls?.keyFile,
    'basic_auth.password_file': settings.basicAuth?.passwordFile,
    'authorization.credentials_file': settings.authorization?.credentialsFile,
    ...Object.fromEntries(Object.entries(settings.headerFiles ?? {}).map(([name, file]) => [`header_files.${name}`, file])),
  };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function openSession(settings: HttpClientSettings, texts: FileTexts): HttpSession {
  const authorization = authorizationOf(settings, texts);
  const { tls, connectTimeoutMs, connections = 1 } = settings;
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
    ...(tls === undefined ? {} : { secureContext: contextOf(texts) }),
    ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
  };
  const buffers = createReadBuffers();
  // TLS has buffers of its own.
  const factory = (origin: string | URL): Dispatcher => {
    if (connections > 1) return new Pool(origin, { ...client, connect, connections });
    return isTls(origin) ? new Client(origin, { ...client, connect }) : new SharedReadClient(origin, { client, connectTimeoutMs, buffers });
  };
  return { dispatcher: new Agent({ factory }), authorization, headers: headersOf(settings, texts) };
}

function headersOf({ headerFiles = {} }: HttpClientSettings, texts: FileTexts): Readonly<Record<string, string>> {
  const headers = Object.keys(headerFiles).map((name) => {
    const option = `header_files.${name}`;
    return [name, secretOf(texts.get(option) ?? '', { option, plain: PLAIN_ASCII })];
  });
  return Object.fromEntries(headers);
}

function isTls(origin: string | URL): boolean {
  return String(origin).startsWith('https:');
}

const PEM_NAMES = { section: 'tls_config', ca: 'ca_file', cert: 'cert_file', key: 'key_file' };

function contextOf(texts: FileTexts): SecureContext {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((part) => texts.get(`tls_config.${part}_file`));
  return secureContextOf({ ca, cert, key }, PEM_NAMES);
}

function authorizationOf(settings: HttpClientSettings, texts: FileTexts): string | undefined {
  const { basicAuth, authorization } = settings;
  if (authorization !== undefined) {
    const credentials = secretOf(texts.get('authorization.credentials_file') ?? '', {
      option: 'authorization.credentials_file',
      plain: PLAIN_ASCII,
    });
    return `${authorization.type} ${credentials}`;
  }
  if (basicAuth === undefined) return undefined;
  const password = secretOf(texts.get('basic_auth.password_file') ?? '', { option: 'basic_auth.password_file', plain: /^\P{Cc}+$/u });
  return `Basic ${Buffer.from(`${basicAuth.username}:${password}`, 'utf8').toString('base64')}`;
}
