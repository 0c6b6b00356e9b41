// With which flags the programs of a control plane run on loopback, without a node.

/** Paths of PEM files. */
export interface Files {
  readonly ca: string;
  readonly servingCert: string;
  readonly servingKey: string;
  /** An authority of its own: who is trusted by it may speak for others. */
  readonly frontProxyCa: string;
  readonly proxyClientCert: string;
  readonly proxyClientKey: string;
  readonly accountsPublic: string;
  readonly accountsPrivate: string;
}

/** Those that a HorizontalPodAutoscaler and what it scales need, besides what deletes what is no longer wanted. */
const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'horizontal-pod-autoscaler-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'garbage-collector-controller',
  'endpointslice-controller',
];

export function etcdFlags({ port, peer, folder }: { readonly port: number; readonly peer: number; readonly folder: string }): string[] {
  const client = `http://127.0.0.1:${port}`;
  const between = `http://127.0.0.1:${peer}`;
  return [
    `--data-dir=${folder}/etcd`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${between}`,
    `--initial-advertise-peer-urls=${between}`,
    `--initial-cluster=default=${between}`,
    // The data is thrown away; without this a slow disk would be measured.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

/**
 * How kube-apiserver finds the API servers behind it. `names`: by the name of an ExternalName Service, as where nothing leads to a cluster
 * IP. `endpoints`: by the addresses of the Service's EndpointSlices, of which it takes one at random for each request.
 */
export type AggregatorRouting = 'names' | 'endpoints';

export function apiServerFlags(options: {
  readonly port: number;
  readonly etcd: number;
  readonly files: Files;
  readonly server: string;
  readonly routing: AggregatorRouting;
  readonly featureGates: readonly string[];
  readonly audit: { readonly policyFile: string; readonly logFile: string };
}): string[] {
  const { port, etcd, files, server, routing, featureGates, audit } = options;
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    // An address of TEST-NET-1: one is demanded, none is reconciled, nothing is sent there.
    '--advertise-address=192.0.2.1',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--tls-cert-file=${files.servingCert}`,
    `--tls-private-key-file=${files.servingKey}`,
    '--authorization-mode=RBAC',
    `--client-ca-file=${files.ca}`,
    `--service-account-issuer=${server}`,
    `--service-account-key-file=${files.accountsPublic}`,
    `--service-account-signing-key-file=${files.accountsPrivate}`,
    // Pods then need neither a service account nor a volume for its token, which no kubelet would mount.
    '--disable-admission-plugins=ServiceAccount',
    `--requestheader-client-ca-file=${files.frontProxyCa}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${files.proxyClientCert}`,
    `--proxy-client-key-file=${files.proxyClientKey}`,
    `--enable-aggregator-routing=${routing === 'endpoints'}`,
    `--audit-policy-file=${audit.policyFile}`,
    `--audit-log-path=${audit.logFile}`,
    ...featureGateFlags(featureGates),
  ];
}

export function controllerManagerFlags(options: {
  readonly kubeconfig: string;
  readonly files: Files;
  readonly syncPeriodSeconds: number;
  readonly featureGates: readonly string[];
}): string[] {
  const { kubeconfig, files, syncPeriodSeconds, featureGates } = options;
  return [
    `--kubeconfig=${kubeconfig}`,
    // It serves nothing, so it need not ask who asks.
    '--secure-port=0',
    '--leader-elect=false',
    // Each controller speaks as its own service account: the HPA as system:serviceaccount:kube-system:horizontal-pod-autoscaler.
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${files.accountsPrivate}`,
    `--root-ca-file=${files.ca}`,
    `--controllers=${CONTROLLERS.join(',')}`,
    // By default 20 requests a second, which would spread the making of a thousand pods over a minute.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    `--horizontal-pod-autoscaler-sync-period=${syncPeriodSeconds}s`,
    ...featureGateFlags(featureGates),
  ];
}

function featureGateFlags(gates: readonly string[]): string[] {
  return gates.length === 0 ? [] : [`--feature-gates=${gates.map((gate) => `${gate}=true`).join(',')}`];
}
