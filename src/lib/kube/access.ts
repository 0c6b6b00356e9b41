// Where a cluster's API server is and who asks it, from a kubeconfig or the service account of a pod.
import { access as canRead } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { quote } from '../quote.ts';
import { UserError } from '../user-error.ts';

/** A PEM text or a token, said or in a file that may be rotated. */
export type Material = { readonly file: string } | { readonly text: string };

export type KubeCredentials =
  /** None, or a client certificate. */
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: Material }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A program makes them: asked before each request, and remembers them as long as they are valid. Undefined when it makes no header. */
  | { readonly kind: 'plugin'; readonly authorization: () => Promise<string | undefined> };

export interface KubeAccess {
  /** Without a slash at its end; may have a path. */
  readonly server: string;
  readonly ca?: Material | undefined;
  readonly cert?: Material | undefined;
  readonly key?: Material | undefined;
  /** Name to expect in the server's certificate. */
  readonly serverName?: string | undefined;
  readonly insecureSkipVerify: boolean;
  readonly credentials: KubeCredentials;
  /** Whom the server shall take us for. */
  readonly impersonate?: string | undefined;
}

export interface AccessSource {
  /** Wins over everything else. */
  readonly kubeconfigFile?: string | undefined;
  /** Folder before `/var/run/secrets`, where a pod finds its service account. Default: none. */
  readonly root?: string | undefined;
}

const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Rejects with a UserError in words, without anything that the files hold. */
export async function loadKubeAccess({ kubeconfigFile, root = '' }: AccessSource): Promise<KubeAccess> {
  const origin = await originOf(kubeconfigFile, root);
  // The library takes a second and 85 MB, so that nothing may load it that asks no cluster.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (origin.kind === 'file') config.loadFromFile(origin.file);
    else if (origin.kind === 'pod') config.loadFromCluster(root);
    else config.loadFromDefault();
  } catch (error) {
    throw unusable(origin, causeOf(error));
  }
  return accessOf(config, origin);
}

type Origin =
  | { readonly kind: 'file'; readonly name: string; readonly file: string }
  | { readonly kind: 'pod' | 'default'; readonly name: string };

async function originOf(file: string | undefined, root: string): Promise<Origin> {
  if (file !== undefined) return { kind: 'file', name: `kubernetes.kubeconfig_file ${quote(file)}`, file };
  const env = process.env;
  const isInPod = env['KUBERNETES_SERVICE_HOST'] !== undefined && env['KUBERNETES_SERVICE_PORT'] !== undefined;
  if (isInPod && (await exists(`${root}${TOKEN_FILE}`))) return { kind: 'pod', name: 'the service account of the pod' };
  if (env['KUBECONFIG']) return { kind: 'default', name: `KUBECONFIG ${quote(env['KUBECONFIG'])}` };
  if (await exists(join(homedir(), '.kube', 'config'))) return { kind: 'default', name: '~/.kube/config' };
  throw new UserError(
    2,
    'cannot find a cluster: there is no service account of a pod, no KUBECONFIG and no ~/.kube/config; set kubernetes.kubeconfig_file',
  );
}

async function exists(path: string): Promise<boolean> {
  return canRead(path).then(
    () => true,
    () => false,
  );
}

function unusable(origin: Origin, cause: string): UserError {
  return new UserError(2, `cannot use ${origin.name}: ${cause}; correct it, or name another in kubernetes.kubeconfig_file`);
}

/** In a few words: a YAML parser's message shows the lines around the fault, which may be secrets. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be read';
  if ('code' in error) return error.code === 'ENOENT' ? 'no such file' : String(error.code);
  if ('reason' in error) return `it is no YAML (${String(error.reason)})`;
  return error instanceof TypeError ? 'it is no kubeconfig' : quote(error.message);
}

function accessOf(config: KubeConfig, origin: Origin): KubeAccess {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw unusable(origin, 'its current-context leads to no cluster');
  if (cluster.proxyUrl) throw unusable(origin, 'it asks for a proxy (proxy-url), which is not supported');
  if (!isHttpUrl(cluster.server)) throw unusable(origin, `its server ${quote(cluster.server)} is no http or https address`);
  const user = config.getCurrentUser();
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ca: materialOf(cluster.caFile, cluster.caData),
    cert: materialOf(user?.certFile, user?.certData),
    key: materialOf(user?.keyFile, user?.keyData),
    serverName: cluster.tlsServerName,
    insecureSkipVerify: cluster.skipTLSVerify === true,
    credentials: user === null ? { kind: 'none' } : credentialsOf(config, user),
    impersonate: user?.impersonateUser,
  };
}

function isHttpUrl(text: unknown): boolean {
  return typeof text === 'string' && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

// A file wins over the text beside it, as in the library.
function materialOf(file: string | undefined, base64: string | undefined): Material | undefined {
  if (file) return { file };
  return base64 ? { text: Buffer.from(base64, 'base64').toString('utf8') } : undefined;
}

// The order in which the library lets one win over another.
function credentialsOf(config: KubeConfig, user: User): KubeCredentials {
  const tokenFile: unknown = user.authProvider?.config?.['tokenFile'];
  if (user.token) return { kind: 'token', token: { text: user.token } };
  if (typeof tokenFile === 'string') return { kind: 'token', token: { file: tokenFile } };
  if (user.exec || user.authProvider) return { kind: 'plugin', authorization: pluginOf(config) };
  if (user.username) return { kind: 'basic', username: user.username, password: user.password ?? '' };
  return { kind: 'none' };
}

/** One run of the program at a time, however many ask. */
function pluginOf(config: KubeConfig): () => Promise<string | undefined> {
  let running: Promise<string | undefined> | undefined;
  const ask = async (): Promise<string | undefined> => {
    const options: RequestOptions = { headers: {} };
    await config.applyToHTTPSOptions(options);
    const header: unknown = Object.entries(options.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    return typeof header === 'string' ? header : undefined;
  };
  return () => {
    running ??= ask().finally(() => {
      running = undefined;
    });
    return running;
  };
}
