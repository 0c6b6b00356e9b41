// Connections to an API server with the credentials of a KubeAccess.
import { Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { createRotatingClient, type HttpClient, type HttpSession } from '../http/rotating-client.ts';
import { PLAIN_ASCII, secretOf } from '../http/secret.ts';
import { secureContextOf } from '../http/secure-context.ts';
import { type FileTexts, WatchedFiles } from '../http/watched-files.ts';
import type { KubeAccess, KubeCredentials, Material } from './access.ts';

// A SYN that was lost is sent again after one second; in this time two are.
const CONNECT_TIMEOUT_MS = 3_000;
// An API server closes idle connections after 90 s (IdleTimeout of k8s.io/apiserver): we are first.
const IDLE_MS = 60_000;
// A watch may be silent for a minute, so that TCP has to find out whether the other end is still there: libuv has it probe each second
// after this delay, ten times, and the connection is given up after some 15 s.
const PROBE_AFTER_MS = 5_000;

const PEM_NAMES = {
  section: 'the kubeconfig',
  ca: 'certificate-authority',
  cert: 'client-certificate',
  key: 'client-key',
};

/** As many connections at once as there are requests: a watch has one to itself. Opens nothing until the first session. */
export function openConnections(access: KubeAccess, clock: Clock): HttpClient {
  const files = new WatchedFiles(fileNames(access), clock);
  const client = createRotatingClient({ files, open: (texts) => openSession(access, texts) });
  const { credentials } = access;
  if (credentials.kind !== 'plugin') return client;
  return {
    session: async () => {
      const session = await client.session();
      return { ...session, authorization: await askPlugin(credentials.authorization) };
    },
    close: client.close,
  };
}

async function askPlugin(authorization: () => Promise<string | undefined>): Promise<string> {
  const header = await authorization().catch((cause: unknown) => {
    throw new Error('cannot use the kubeconfig: the program that makes its credentials failed; run it by hand to see why', { cause });
  });
  if (header !== undefined && PLAIN_ASCII.test(header)) return header;
  throw new Error('cannot use the kubeconfig: the program that makes its credentials gave no token, and nothing else is supported');
}

/** What may be in files, by the name that messages use. */
function materials({ ca, cert, key, credentials }: KubeAccess): Readonly<Record<string, Material | undefined>> {
  return {
    [PEM_NAMES.ca]: ca,
    [PEM_NAMES.cert]: cert,
    [PEM_NAMES.key]: key,
    token: credentials.kind === 'token' ? credentials.token : undefined,
  };
}

function fileNames(access: KubeAccess): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [name, material] of Object.entries(materials(access))) {
    if (material !== undefined && 'file' in material) names[name] = material.file;
  }
  return names;
}

function openSession(access: KubeAccess, texts: FileTexts): HttpSession {
  const known = materials(access);
  const textOf = (name: string): string | undefined => {
    const material = known[name];
    return material !== undefined && 'text' in material ? material.text : texts.get(name);
  };
  const authorization = authorizationOf(access.credentials, textOf('token'));
  const { origin, protocol } = new URL(access.server);
  const tls = {
    rejectUnauthorized: !access.insecureSkipVerify,
    secureContext: secureContextOf({ ca: textOf(PEM_NAMES.ca), cert: textOf(PEM_NAMES.cert), key: textOf(PEM_NAMES.key) }, PEM_NAMES),
    ...(access.serverName === undefined ? {} : { servername: access.serverName }),
  };
  const dispatcher = new Pool(origin, {
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: IDLE_MS,
    // The signal of a request bounds it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, keepAliveInitialDelay: PROBE_AFTER_MS, ...(protocol === 'https:' ? tls : {}) },
  });
  return { dispatcher, authorization };
}

function authorizationOf(credentials: KubeCredentials, token: string | undefined): string | undefined {
  if (credentials.kind === 'token') return `Bearer ${secretOf(token ?? '', { option: 'the token of the kubeconfig', plain: PLAIN_ASCII })}`;
  if (credentials.kind !== 'basic') return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8').toString('base64')}`;
}
