// etcd, kube-apiserver and kube-controller-manager on loopback, with a certificate authority of their own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../ports.ts';
import { until } from '../../wait.ts';
import { type Api, type Credentials, createApi } from './api.ts';
import { type Daemon, Daemons } from './daemons.ts';
import { apiServerFlags, controllerManagerFlags, etcdFlags, type Files } from './flags.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { type Authority, createAuthority, createSigningKeys } from './pki.ts';
import type { Programs } from './programs.ts';

export interface ControlPlane extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` of kube-apiserver. */
  readonly server: string;
  readonly caPem: string;
  /** Signs what kube-apiserver is to trust: client certificates, and serving certificates whose caBundle is `caPem`. */
  readonly authority: Authority;
  /** As a member of system:masters. */
  readonly api: Api;
  readonly kubectl: Kubectl;
  /** Starts other programs that end before the control plane does. */
  readonly daemons: Daemons;
  readonly apiServer: Daemon;
  readonly controllerManager: Daemon;
  /** Settles when it answers again. The process is another one; it has forgotten what was said to watches. */
  restartApiServer(): Promise<void>;
  /** Logs, and whatever else belongs to the run. */
  readonly folder: string;
  /** From the start of etcd until the first namespace has its service account. */
  readonly startedInMs: number;
  /** A client with other credentials. */
  apiAs(credentials: Credentials): Api;
  /** Writes a kubeconfig with these credentials into the folder; returns its path. */
  kubeconfig(name: string, credentials: Credentials): Promise<string>;
  kubectlAs(kubeconfig: string): Kubectl;
}

export interface ControlPlaneSpec {
  readonly programs: Programs;
  /** Is made; takes keys, logs and data. */
  readonly folder: string;
  /** How often an HPA is computed. */
  readonly syncPeriodSeconds?: number;
}

/** Ready within seconds on an idle machine; a busy one may take this long. */
const READY_MS = 90_000;

/** Settles when the API and the controllers work. Rejects with the end of a log when one of the programs ends or is late. */
export async function startControlPlane({ programs, folder, syncPeriodSeconds = 15 }: ControlPlaneSpec): Promise<ControlPlane> {
  await mkdir(folder, { recursive: true });
  const [etcd = 0, peer = 0, port = 0] = await freePorts(3);
  const server = `https://127.0.0.1:${port}`;
  const authority = await createAuthority('e2e cluster');
  const caPem = authority.certPem;
  const files = await writeKeys(folder, authority);
  const kubeconfig = (name: string, credentials: Credentials): Promise<string> =>
    writeKubeconfig({ folder, name, server, caPem, credentials });
  const admin = await authority.issue({ commonName: 'e2e-admin', organization: 'system:masters' });
  const controller = await authority.issue({ commonName: 'system:kube-controller-manager' });
  const adminConfig = await kubeconfig('admin', admin);
  const controllerConfig = await kubeconfig('controller-manager', controller);

  await using starting = new AsyncDisposableStack();
  const startMs = performance.now();
  const daemons = starting.use(new Daemons(folder));
  const api = starting.use(createApi(server, { caPem, credentials: admin }));
  const start = (name: keyof Programs, args: readonly string[]): Daemon => daemons.start({ name, command: programs[name], args });
  const etcdDaemon = start('etcd', etcdFlags({ port: etcd, peer, folder }));
  const startApiServer = (): Daemon => start('kube-apiserver', apiServerFlags({ port, etcd, files, server }));
  let apiServer = startApiServer();
  await answering({ api, path: '/readyz', daemons: [etcdDaemon, apiServer] });
  const controllerManager = start(
    'kube-controller-manager',
    controllerManagerFlags({ kubeconfig: controllerConfig, files, syncPeriodSeconds }),
  );
  await answering({ api, path: '/api/v1/namespaces/default/serviceaccounts/default', daemons: [apiServer, controllerManager] });

  const kubectlAs = (config: string): Kubectl => createKubectl(programs.kubectl, { kubeconfig: config, home: folder });
  const resources = starting.move();
  return {
    server,
    caPem,
    authority,
    api,
    kubectl: kubectlAs(adminConfig),
    daemons,
    get apiServer() {
      return apiServer;
    },
    controllerManager,
    restartApiServer: async () => {
      await apiServer.stop();
      apiServer = startApiServer();
      await answering({ api, path: '/readyz', daemons: [etcdDaemon, apiServer] });
    },
    folder,
    startedInMs: performance.now() - startMs,
    apiAs: (credentials) => resources.use(createApi(server, { caPem, credentials })),
    kubeconfig,
    kubectlAs,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function answering({ api, path, daemons }: { api: Api; path: string; daemons: readonly Daemon[] }): Promise<void> {
  let last = '';
  await until({
    ask: async () => {
      for (const daemon of daemons) {
        if (daemon.ended() !== undefined) throw new Error(`${daemon.name} ended (${daemon.ended()}):\n${await daemon.lastWords()}`);
      }
      try {
        const { status, body } = await api.request({ method: 'GET', path });
        last = `${status} ${JSON.stringify(body).slice(0, 1000)}`;
        return status === 200 || undefined;
      } catch (error) {
        last = String(error);
        return undefined;
      }
    },
    withinMs: READY_MS,
    everyMs: 100,
    failure: () => `${path} of kube-apiserver does not answer after ${READY_MS} ms: ${last}`,
  });
}

async function writeKeys(folder: string, authority: Authority): Promise<Files> {
  const frontProxy = await createAuthority('e2e front proxy');
  const serving = await authority.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc'] });
  const proxyClient = await frontProxy.issue({ commonName: 'front-proxy-client' });
  const accounts = await createSigningKeys();
  const texts: Readonly<Record<keyof Files, string>> = {
    ca: authority.certPem,
    servingCert: serving.certPem,
    servingKey: serving.keyPem,
    frontProxyCa: frontProxy.certPem,
    proxyClientCert: proxyClient.certPem,
    proxyClientKey: proxyClient.keyPem,
    accountsPublic: accounts.publicPem,
    accountsPrivate: accounts.privatePem,
  };
  const path = (name: string): string => join(folder, `${name}.pem`);
  for (const [name, text] of Object.entries(texts)) await writeFile(path(name), text, { mode: 0o600 });
  return {
    ca: path('ca'),
    servingCert: path('servingCert'),
    servingKey: path('servingKey'),
    frontProxyCa: path('frontProxyCa'),
    proxyClientCert: path('proxyClientCert'),
    proxyClientKey: path('proxyClientKey'),
    accountsPublic: path('accountsPublic'),
    accountsPrivate: path('accountsPrivate'),
  };
}

interface KubeconfigSpec {
  readonly folder: string;
  readonly name: string;
  readonly server: string;
  readonly caPem: string;
  readonly credentials: Credentials;
}

async function writeKubeconfig({ folder, name, server, caPem, credentials }: KubeconfigSpec): Promise<string> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const user =
    'token' in credentials
      ? { token: credentials.token }
      : { 'client-certificate-data': base64(credentials.certPem), 'client-key-data': base64(credentials.keyPem) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server, 'certificate-authority-data': base64(caPem) } }],
    users: [{ name, user }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: name } }],
    'current-context': 'e2e',
  };
  const file = join(folder, `${name}.kubeconfig`);
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
