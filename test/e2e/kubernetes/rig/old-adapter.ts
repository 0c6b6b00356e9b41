// A cluster as its user has it before the migration: a Prometheus that scrapes the pods, and prometheus-adapter behind the metrics APIs.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod';
import { freePorts } from '../../ports.ts';
import { until } from '../../wait.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Daemon } from '../control-plane/daemons.ts';
import { METRICS_PORT } from '../kubelet/protocol.ts';

export interface OldAdapter {
  readonly daemon: Daemon;
  readonly prometheusUrl: string;
}

export interface OldAdapterSpec {
  readonly prometheus: string;
  readonly adapter: string;
  /** The text of its file. */
  readonly rules: string;
  /** Of the pods that Prometheus scrapes. */
  readonly namespace: string;
}

const NAMESPACE = 'monitoring';
const NAME = 'prometheus-adapter';
/** As the Helm chart labels all that it makes. */
const LABELS = { 'app.kubernetes.io/name': NAME };
const podList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string() }), status: z.object({ podIP: z.string().optional() }) })),
});

/** Settles when both run. The adapter lists what Prometheus has then, and looks again every few seconds. */
export async function startOldAdapter(controlPlane: ControlPlane, spec: OldAdapterSpec): Promise<OldAdapter> {
  const { folder, daemons } = controlPlane;
  const [web = 0, port = 0] = await freePorts(2);
  const prometheusConfig = join(folder, 'prometheus.yml');
  const rules = join(folder, 'old-rules.yml');
  await writeFile(prometheusConfig, stringify(await scraping(controlPlane, spec.namespace)));
  await writeFile(rules, spec.rules);
  const { certPem, keyPem } = await controlPlane.authority.issue({ commonName: NAME, hosts: ['localhost', `${NAME}.${NAMESPACE}.svc`] });
  const [certFile, keyFile] = [join(folder, 'old-adapter.crt'), join(folder, 'old-adapter.key')];
  await writeFile(certFile, certPem);
  await writeFile(keyFile, keyPem, { mode: 0o600 });
  const kubeconfig = await controlPlane.kubeconfig(NAME, controlPlane.admin);
  const data = [`--config.file=${prometheusConfig}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`];
  daemons.start({ name: 'prometheus', command: spec.prometheus, args: [...data, `--web.listen-address=127.0.0.1:${web}`] });
  const args = [
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${certFile}`,
    `--tls-private-key-file=${keyFile}`,
    ...['authentication', 'authorization', 'lister'].map((use) => `--${use}-kubeconfig=${kubeconfig}`),
    `--prometheus-url=http://127.0.0.1:${web}`,
    `--config=${rules}`,
    '--metrics-relist-interval=10s',
    // Longer than it takes until there is a first sample, as the interval is its default.
    '--metrics-max-age=1m',
  ];
  const daemon = daemons.start({ name: NAME, command: spec.adapter, args });
  await apply(controlPlane, { port, rules: spec.rules });
  return { daemon, prometheusUrl: `http://127.0.0.1:${web}` };
}

/** Its objects, labelled as its chart does. Of what runs in its pod nothing is said: that is the process. */
async function apply({ kubectl, folder }: ControlPlane, { port, rules }: { readonly port: number; readonly rules: string }): Promise<void> {
  const metadata = { name: NAME, namespace: NAMESPACE, labels: LABELS };
  const template = { metadata: { labels: LABELS }, spec: { containers: [{ name: NAME, image: NAME }] } };
  const apiService = (version: string, group: string): object => ({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${version}.${group}`, labels: LABELS },
    spec: {
      group,
      version,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: NAME, namespace: NAMESPACE, port },
    },
  });
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': rules } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1, selector: { matchLabels: LABELS }, template } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ name: 'https', port }] },
    },
    apiService('v1beta1', 'custom.metrics.k8s.io'),
  ];
  const file = join(folder, 'old-adapter.json');
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await kubectl('apply', '-f', file);
}

/** As a PodMonitor or an annotation would have it; each pod by its address, since this Prometheus finds none in the cluster. */
async function scraping({ api }: ControlPlane, namespace: string): Promise<object> {
  const items = await until({
    ask: async () => {
      const pods = podList.parse(await api.get(`/api/v1/namespaces/${namespace}/pods`)).items;
      return pods.every(({ status }) => status.podIP !== undefined) ? pods : undefined;
    },
    withinMs: 60_000,
    everyMs: 200,
    failure: () => `not all pods of ${namespace} have an address`,
  });
  const targets = items.map(({ metadata, status }) => ({
    targets: [`${status.podIP}:${METRICS_PORT}`],
    labels: { namespace, pod: metadata.name },
  }));
  return { global: { scrape_interval: '5s' }, scrape_configs: [{ job_name: 'triton', static_configs: targets }] };
}
