// What is kept of a pod.
import { isIP } from 'node:net';
import { type JsonObject, listOf, objectOf, textOf } from '../../lib/json.ts';
import type { ContainerPort, KubeContainer, KubePod } from './objects.ts';
import { labelsFrom, trimNamespaced } from './trim-metadata.ts';

/** Throws for a pod without a name, namespace or uid. Of anything else that is missing or odd it is as if it were not there. */
export function trimPod(object: JsonObject): KubePod {
  const [metadata, spec, status] = [object['metadata'], object['spec'], object['status']].map(objectOf);
  const node = textOf(spec?.['nodeName']);
  const startedMs = timeOf(status?.['startTime']);
  return {
    ...trimNamespaced(object),
    labels: labelsFrom(metadata?.['labels']),
    annotations: labelsFrom(metadata?.['annotations'], 'prometheus.io/'),
    ...(node === undefined ? {} : { node }),
    ips: ipsOf(status),
    hostNetwork: spec?.['hostNetwork'] === true,
    phase: phaseOf(status?.['phase']),
    terminating: textOf(metadata?.['deletionTimestamp']) !== undefined,
    ...readinessOf(status?.['conditions']),
    ...(startedMs === undefined ? {} : { startedMs }),
    containers: containersOf(spec),
  };
}

function ipsOf(status: JsonObject | undefined): readonly string[] {
  const several = listOf(status?.['podIPs']).map((entry) => textOf(objectOf(entry)['ip']));
  const all = [textOf(status?.['podIP']), ...several].filter((ip): ip is string => ip !== undefined && isIP(ip) !== 0);
  return [...new Set(all)];
}

function phaseOf(phase: unknown): KubePod['phase'] {
  switch (phase) {
    case 'Pending':
    case 'Running':
    case 'Succeeded':
    case 'Failed':
      return phase;
    default:
      return 'Unknown';
  }
}

function readinessOf(conditions: unknown): Pick<KubePod, 'ready' | 'readyChangedMs'> {
  const condition = listOf(conditions)
    .map(objectOf)
    .find(({ type }) => type === 'Ready');
  const readyChangedMs = timeOf(condition?.['lastTransitionTime']);
  return { ready: condition?.['status'] === 'True', ...(readyChangedMs === undefined ? {} : { readyChangedMs }) };
}

/** Milliseconds since the Unix epoch of an RFC 3339 time. */
function timeOf(value: unknown): number | undefined {
  const ms = Date.parse(textOf(value) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function containersOf(spec: JsonObject | undefined): readonly KubeContainer[] {
  const sidecars = listOf(spec?.['initContainers'])
    .map(objectOf)
    .filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...sidecars, ...listOf(spec?.['containers']).map(objectOf)].flatMap((container) => {
    const name = textOf(container['name']);
    return name === undefined ? [] : [{ name, ports: listOf(container['ports']).flatMap(portOf) }];
  });
}

function portOf(value: unknown): readonly ContainerPort[] {
  const { name, containerPort: number, protocol = 'TCP' } = objectOf(value);
  if (protocol !== 'TCP' || !isPort(number)) return [];
  const known = textOf(name);
  return [{ ...(known === undefined ? {} : { name: known }), number }];
}

export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}
