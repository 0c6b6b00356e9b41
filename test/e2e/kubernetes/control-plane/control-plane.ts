// etcd, kube-apiserver and kube-controller-manager on loopback, with a certificate authority of their own.
import { mkdir } from 'node:fs/promises';
import { freePorts } from '../../ports.ts';
import { until } from '../../wait.ts';
import { type Api, type Credentials, createApi } from './api.ts';
import { readSyncs, type Sync, writeAuditPolicy } from './audit.ts';
import { type Daemon, Daemons } from './daemons.ts';
import { type AggregatorRouting, apiServerFlags, controllerManagerFlags, etcdFlags } from './flags.ts';
import { type FrontProxy, writeFrontProxy, writeKeys } from './keys.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { type Authority, createAuthority, type KeyPair } from './pki.ts';
import type { Programs } from './programs.ts';

export interface ControlPlane extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` of kube-apiserver. */
  readonly server: string;
  readonly caPem: string;
  /** Signs what kube-apiserver is to trust: client certificates, and serving certificates whose caBundle is `caPem`. */
  readonly authority: Authority;
  /** The one in force. */
  readonly frontProxy: FrontProxy;
  /** The key that signs tokens of service accounts, as a file. */
  readonly accountsKeyFile: string;
  /** A member of system:masters. */
  readonly admin: KeyPair;
  /** As that member. */
  readonly api: Api;
  readonly kubectl: Kubectl;
  /** Starts other programs that end before the control plane does. */
  readonly daemons: Daemons;
  readonly apiServer: Daemon;
  readonly controllerManager: Daemon;
  /** Settles when it answers again. The process is another one; it has forgotten what was said to watches. */
  restartApiServer(): Promise<void>;
  /** Settles when kube-apiserver is ready again; it is not restarted. */
  restartEtcd(): Promise<void>;
  /** Gives kube-apiserver another front proxy, authority and all, and restarts it. */
  replaceFrontProxy(): Promise<void>;
  /** What the HPA controller asked of metrics APIs about a namespace, and the statuses that it was answered with. */
  syncs(namespace?: string): Promise<readonly Sync[]>;
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
  /** Of kube-apiserver and kube-controller-manager, to be on. */
  readonly featureGates?: readonly string[];
  readonly routing?: AggregatorRouting;
}

/** Ready within seconds on an idle machine; a busy one may take this long. */
const READY_MS = 90_000;
/** It waits for whoever watches, who will not go. */
const API_SERVER_GRACE_MS = 3000;

/** Settles when the API and the controllers work. Rejects with the end of a log when one of the programs ends or is late. */
export async function startControlPlane(spec: ControlPlaneSpec): Promise<ControlPlane> {
  const { programs, folder, syncPeriodSeconds = 15, featureGates = [], routing = 'names' } = spec;
  await mkdir(folder, { recursive: true });
  const [etcdPort = 0, peer = 0, port = 0] = await freePorts(3);
  const server = `https://127.0.0.1:${port}`;
  const authority = await createAuthority('e2e cluster');
  const caPem = authority.certPem;
  const keys = await writeKeys(folder, authority);
  const { files } = keys;
  let { frontProxy } = keys;
  const audit = await writeAuditPolicy(folder);
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
  const startEtcd = (): Daemon => start('etcd', etcdFlags({ port: etcdPort, peer, folder }));
  const startApiServer = (): Daemon =>
    start('kube-apiserver', apiServerFlags({ port, etcd: etcdPort, files, server, routing, featureGates, audit }));
  let etcd = startEtcd();
  let apiServer = startApiServer();
  const apiServerReady = (): Promise<void> => answering({ api, path: '/readyz', daemons: [etcd, apiServer] });
  await apiServerReady();
  const controllerManager = start(
    'kube-controller-manager',
    controllerManagerFlags({ kubeconfig: controllerConfig, files, syncPeriodSeconds, featureGates }),
  );
  await answering({ api, path: '/api/v1/namespaces/default/serviceaccounts/default', daemons: [apiServer, controllerManager] });

  const kubectlAs = (config: string): Kubectl => createKubectl(programs.kubectl, { kubeconfig: config, home: folder });
  const restartApiServer = async (): Promise<void> => {
    await apiServer.stop(API_SERVER_GRACE_MS);
    apiServer = startApiServer();
    await apiServerReady();
  };
  const resources = starting.move();
  return {
    server,
    caPem,
    authority,
    get frontProxy() {
      return frontProxy;
    },
    accountsKeyFile: files.accountsPrivate,
    admin,
    api,
    kubectl: kubectlAs(adminConfig),
    daemons,
    get apiServer() {
      return apiServer;
    },
    controllerManager,
    restartApiServer,
    restartEtcd: async () => {
      await etcd.stop();
      etcd = startEtcd();
      await apiServerReady();
    },
    replaceFrontProxy: async () => {
      await apiServer.stop(API_SERVER_GRACE_MS);
      frontProxy = await writeFrontProxy(files);
      apiServer = startApiServer();
      await apiServerReady();
    },
    syncs: (namespace) => readSyncs(audit, namespace),
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
