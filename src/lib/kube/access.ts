// Where a cluster's API server is and who asks it, from a kubeconfig or the service account of a pod.
import { access as canRead, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { quote } from '../quote.ts';
import { UserError } from '../user-error.ts';
import { execPlugin } from './exec-plugin.ts';
import { type CurrentContext, type KubeconfigUser, readCurrentContext } from './kubeconfig.ts';

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

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Rejects with a UserError in words, without anything that the files hold. */
export async function loadKubeAccess({ kubeconfigFile, root = '' }: AccessSource): Promise<KubeAccess> {
  if (kubeconfigFile !== undefined) return fromFiles([kubeconfigFile], `kubernetes.kubeconfig_file ${quote(kubeconfigFile)}`);
  const inPod = await fromPod(root);
  if (inPod !== undefined) return inPod;
  const variable = process.env['KUBECONFIG'];
  if (variable) return fromFiles(variable.split(delimiter).filter(Boolean), `KUBECONFIG ${quote(variable)}`);
  const file = join(homedir(), '.kube', 'config');
  if (await exists(file)) return fromFiles([file], '~/.kube/config');
  throw new UserError(
    2,
    'cannot find a cluster: there is no service account of a pod, no KUBECONFIG and no ~/.kube/config; set kubernetes.kubeconfig_file',
  );
}

async function fromPod(root: string): Promise<KubeAccess | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const token = { file: `${root}${SERVICE_ACCOUNT}/token` };
  // A pod without a service account has the variables all the same.
  if (!host || !port || !(await exists(token.file))) return undefined;
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: { file: `${root}${SERVICE_ACCOUNT}/ca.crt` },
    insecureSkipVerify: false,
    credentials: { kind: 'token', token },
  };
}

/** Namespace of the pod that this process runs in; undefined outside of one. */
export async function namespaceOfPod({ root = '' }: Pick<AccessSource, 'root'> = {}): Promise<string | undefined> {
  const text = await readFile(`${root}${SERVICE_ACCOUNT}/namespace`, 'utf8').catch(() => '');
  return text.trim() || undefined;
}

async function exists(path: string): Promise<boolean> {
  return canRead(path).then(
    () => true,
    () => false,
  );
}

async function fromFiles(files: readonly string[], name: string): Promise<KubeAccess> {
  try {
    return accessOf(await readCurrentContext(files));
  } catch (error) {
    const cause = error instanceof Error ? error.message : 'it cannot be read';
    throw new UserError(2, `cannot use ${name}: ${cause}; correct it, or name another in kubernetes.kubeconfig_file`);
  }
}

function accessOf({ cluster, user }: CurrentContext): KubeAccess {
  if (cluster.proxyUrl) throw new Error('it asks for a proxy (proxy-url), which is not supported');
  if (!isHttpUrl(cluster.server)) throw new Error(`its server ${quote(String(cluster.server))} is no http or https address`);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ca: materialOf(cluster.caFile, cluster.caData),
    cert: materialOf(user?.certFile, user?.certData),
    key: materialOf(user?.keyFile, user?.keyData),
    serverName: cluster.tlsServerName,
    insecureSkipVerify: cluster.skipTLSVerify === true,
    credentials: user === undefined ? { kind: 'none' } : credentialsOf(user),
    impersonate: user?.impersonateUser,
  };
}

function isHttpUrl(text: unknown): boolean {
  return typeof text === 'string' && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

// The text wins over a file beside it, as in kubectl.
function materialOf(file: string | undefined, base64: string | undefined): Material | undefined {
  if (base64) return { text: Buffer.from(base64, 'base64').toString('utf8') };
  return file ? { file } : undefined;
}

function credentialsOf(user: KubeconfigUser): KubeCredentials {
  if (user.tokenFile) return { kind: 'token', token: { file: user.tokenFile } };
  if (user.token) return { kind: 'token', token: { text: user.token } };
  if (user.username) return { kind: 'basic', username: user.username, password: user.password ?? '' };
  if (user.exec) return { kind: 'plugin', authorization: execPlugin(user) };
  if (user.authProvider)
    throw new Error('it asks for an auth-provider, which is not supported; use a program (exec), as kubectl does today');
  return { kind: 'none' };
}
