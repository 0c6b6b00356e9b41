// Who is scraped in a cluster: the ports of pods, and kubelets, that the roles of a job find.
import type { DiscoveryRole, ScrapeJob } from '../../config/schema.ts';
import { selects } from '../../model/label-selector.ts';
import type { Labels } from '../../model/labels.ts';
import { parseLabelSelector } from '../../model/parse-label-selector.ts';
import type { KubeContainer, KubeNode, KubePod } from './objects.ts';

/** An endpoint that a role found, before rules have seen it. */
export interface Found extends FoundPort {
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly metricsPath: string;
}

interface FoundPort {
  readonly port: number;
  /** Undefined where no container declares the port. */
  readonly container?: string;
  readonly portName?: string;
}

export interface Role {
  /** Nothing for a pod that is no target. */
  ofPod(pod: KubePod): readonly Found[];
  ofNode(node: KubeNode): readonly Found[];
}

/** Of containers; a node without any of them has its kubelet's. */
const USUAL_PORTS: Readonly<Record<ScrapeJob['source'], readonly number[]>> = {
  triton: [8002],
  dcgm: [9400],
  kubelet: [],
  llm: [],
  riva: [50_051],
  generic: [],
  tegrastats: [],
  proc: [],
};

/**
 * How DCGM exporters are labelled: by NVIDIA's GPU operator, the exporter's own chart and its plain manifest, and GKE's managed one. A port 9400
 * alone is no sign of an exporter.
 */
const EXPORTERS = [
  'app=nvidia-dcgm-exporter',
  'app.kubernetes.io/name in (dcgm-exporter, nvidia-dcgm-exporter, gke-managed-dcgm-exporter)',
  'app=dcgm-exporter',
];

/** Throws a LabelSelectorError. */
export function roleOf(settings: DiscoveryRole, job: ScrapeJob): Role {
  const { role, namespaces } = settings;
  const isSelected = settings.selectors.length > 0;
  const usual = role === 'pod' && job.source === 'dcgm' ? EXPORTERS : [];
  const selectors = (isSelected ? settings.selectors.map(({ label }) => label) : usual).map(parseLabelSelector);
  const isChosen = (labels: Labels): boolean => selectors.length === 0 || selectors.some((selector) => selects(selector, labels));
  const names = new Set(namespaces.names);
  const isAsked = (pod: KubePod): boolean => role === 'pod' && (names.size === 0 || names.has(pod.namespace));
  const context = { settings, job, isSelected };
  return {
    ofPod: (pod) => (isAsked(pod) && canBeRead(pod) && isChosen(pod.labels) ? portsOf(pod, context) : NOTHING),
    ofNode: (node) => (role === 'node' && isChosen(node.labels) ? portsOfNode(node, context) : NOTHING),
  };
}

const NOTHING: readonly Found[] = [];

/** A pod that is not ready yet is read too, so that its numbers are there when it is. */
function canBeRead({ ips, phase, terminating }: KubePod): boolean {
  return ips.length > 0 && phase === 'Running' && !terminating;
}

interface RoleContext {
  readonly settings: DiscoveryRole;
  readonly job: ScrapeJob;
  /** Somebody chose the pods: those that declare none of the ports then have them undeclared. */
  readonly isSelected: boolean;
}

function portsOf(pod: KubePod, { settings, job, isSelected }: RoleContext): readonly Found[] {
  const [host = ''] = pod.ips;
  const said = settings.annotations ? annotationsOf(pod) : {};
  if (said.scrape === 'false') return NOTHING;
  const saidPort = said.scrape === 'true' ? said.port : undefined;
  const wanted = saidPort === undefined ? (settings.ports ?? USUAL_PORTS[job.source]) : [saidPort];
  const scheme = said.scheme ?? job.scheme;
  const metricsPath = said.path ?? job.metrics_path;
  const found = wanted.flatMap((port) => declared(pod.containers, port));
  // On its node's network another pod may be what answers.
  const mayGuess = saidPort !== undefined || ((isSelected || said.scrape === 'true') && !pod.hostNetwork);
  const ports = found.length === 0 && mayGuess ? wanted.filter(isNumber).map((port) => ({ port })) : found;
  return ports.map((port) => ({ host, scheme, metricsPath, ...port }));
}

function isNumber(port: number | string): port is number {
  return typeof port === 'number';
}

/** The container ports that have a number or a name. */
function declared(containers: readonly KubeContainer[], wanted: number | string): readonly FoundPort[] {
  return containers.flatMap(({ name: container, ports }) =>
    ports
      .filter(({ name, number }) => (isNumber(wanted) ? number === wanted : name === wanted))
      .map(({ name, number }) => ({ container, port: number, ...(name !== undefined && { portName: name }) })),
  );
}

interface Annotations {
  readonly scrape?: 'true' | 'false';
  readonly port?: number;
  readonly path?: string;
  readonly scheme?: 'http' | 'https';
}

/** What is no port, path or scheme is as if it were not there. */
function annotationsOf({ annotations }: KubePod): Annotations {
  const [scrape, number, path, scheme] = ['scrape', 'port', 'path', 'scheme'].map((name) => annotations.get(`prometheus.io/${name}`));
  const port = /^\d+$/.test(number ?? '') ? Number(number) : 0;
  return {
    ...((scrape === 'true' || scrape === 'false') && { scrape }),
    ...(port > 0 && port < 65_536 && { port }),
    ...(path?.startsWith('/') && { path }),
    ...((scheme === 'http' || scheme === 'https') && { scheme }),
  };
}

/** Ports of the node itself: of its kubelet, or of what runs in its network. */
function portsOfNode({ addresses, kubeletPort }: KubeNode, { settings, job }: RoleContext): readonly Found[] {
  const [host] = addresses;
  if (host === undefined) return NOTHING;
  const usual = USUAL_PORTS[job.source];
  const wanted = settings.ports ?? (usual.length > 0 ? usual : [kubeletPort]);
  return wanted.filter(isNumber).map((port) => ({ host, port, scheme: job.scheme, metricsPath: job.metrics_path }));
}
