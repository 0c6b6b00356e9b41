// Who is scraped in a cluster: the ports of pods, and kubelets, that the roles of a job find.
import type { DiscoveryRole, ScrapeJob } from '../../config/schema.ts';
import { selects } from '../../model/label-selector.ts';
import type { Labels } from '../../model/labels.ts';
import { parseLabelSelector } from '../../model/parse-label-selector.ts';
import type { KubeContainer, KubeNode, KubePod } from './objects.ts';

/** An endpoint that a role found, before rules have seen it. */
export interface Found {
  readonly host: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  readonly metricsPath: string;
  readonly container?: string;
  readonly portName?: string;
}

export interface Role {
  /** Nothing for a pod that is no target. */
  ofPod(pod: KubePod): readonly Found[];
  ofNode(node: KubeNode): readonly Found[];
}

const USUAL_PORTS: Readonly<Record<ScrapeJob['source'], readonly number[]>> = { triton: [8002], dcgm: [9400], kubelet: [], generic: [] };

/**
 * How DCGM exporters are labelled: by NVIDIA's GPU operator, the exporter's own chart and its plain manifest, and GKE's managed one. A port 9400
 * alone is no sign of an exporter.
 */
const EXPORTERS = ['app=nvidia-dcgm-exporter', 'app.kubernetes.io/name in (dcgm-exporter, gke-managed-dcgm-exporter)', 'app=dcgm-exporter'];

/** Throws a LabelSelectorError. */
export function roleOf(settings: DiscoveryRole, job: ScrapeJob): Role {
  const texts = settings.selectors.map(({ label }) => label);
  const selectors = (texts.length === 0 && job.source === 'dcgm' ? EXPORTERS : texts).map(parseLabelSelector);
  const isChosen = (labels: Labels): boolean => selectors.length === 0 || selectors.some((selector) => selects(selector, labels));
  const names = new Set(settings.namespaces.names);
  const context = { settings, job, isSelected: settings.selectors.length > 0 };
  return {
    ofPod: (pod) => {
      const isAsked = settings.role === 'pod' && (names.size === 0 || names.has(pod.namespace));
      return isAsked && canBeRead(pod) && isChosen(pod.labels) ? portsOf(pod, context) : [];
    },
    ofNode: (node) => (settings.role === 'node' && isChosen(node.labels) ? kubeletOf(node, context) : []),
  };
}

/** A pod that is not ready yet is read too, so that its numbers are there when it is. */
function canBeRead({ ips, phase, terminating }: KubePod): boolean {
  return ips.length > 0 && phase === 'Running' && !terminating;
}

interface RoleContext {
  readonly settings: DiscoveryRole;
  readonly job: ScrapeJob;
  /** Somebody chose the pods: then a port needs no declaration. */
  readonly isSelected: boolean;
}

function portsOf(pod: KubePod, { settings, job, isSelected }: RoleContext): readonly Found[] {
  const [host = ''] = pod.ips;
  const said = settings.annotations ? annotationsOf(pod) : {};
  if (said.scrape === 'false') return [];
  const isWanted = isSelected || said.scrape === 'true';
  const wanted = said.scrape === 'true' && said.port !== undefined ? [said.port] : (settings.ports ?? USUAL_PORTS[job.source]);
  const scheme = said.scheme ?? job.scheme;
  const metricsPath = said.path ?? job.metrics_path;
  const ports = wanted.flatMap((port) => declared(pod.containers, port) ?? (isWanted && typeof port === 'number' ? [{ port }] : []));
  return ports.map((port) => ({ host, scheme, metricsPath, ...port }));
}

/** The container ports that have a number or a name; undefined for none. */
function declared(
  containers: readonly KubeContainer[],
  wanted: number | string,
): readonly Omit<Found, 'host' | 'scheme' | 'metricsPath'>[] | undefined {
  const found = containers.flatMap(({ name: container, ports }) =>
    ports
      .filter(({ name, number }) => (typeof wanted === 'number' ? number === wanted : name === wanted))
      .map(({ name, number }) => ({ container, port: number, ...(name !== undefined && { portName: name }) })),
  );
  return found.length > 0 ? found : undefined;
}

interface Annotations {
  readonly scrape?: 'true' | 'false';
  readonly port?: number;
  readonly path?: string;
  readonly scheme?: 'http' | 'https';
}

/** What is no port, path or scheme is as if it were not there. */
function annotationsOf({ annotations }: KubePod): Annotations {
  const said = (name: string): string | undefined => annotations.get(`prometheus.io/${name}`);
  const [scrape, port, path, scheme] = [said('scrape'), Number(said('port')), said('path'), said('scheme')];
  return {
    ...((scrape === 'true' || scrape === 'false') && { scrape }),
    ...(Number.isInteger(port) && port > 0 && port < 65_536 && { port }),
    ...(path?.startsWith('/') && { path }),
    ...((scheme === 'http' || scheme === 'https') && { scheme }),
  };
}

function kubeletOf(node: KubeNode, { settings, job }: RoleContext): readonly Found[] {
  const [host] = node.addresses;
  if (host === undefined) return [];
  const numbers = (settings.ports ?? [node.kubeletPort]).filter((port) => typeof port === 'number');
  return numbers.map((port) => ({ host, port, scheme: job.scheme, metricsPath: job.metrics_path }));
}
