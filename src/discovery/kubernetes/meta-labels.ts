// What rules may know of a found endpoint: Prometheus's labels of the roles pod and node, as far as the objects are kept.
import type { Labels } from '../../model/labels.ts';
import type { KubeNode, KubePod } from './objects.ts';
import type { Found } from './roles.ts';

export type MetaLabel = readonly [name: string, value: string];

export function podMeta(pod: KubePod, { container, portName, port }: Found): readonly MetaLabel[] {
  const { namespace, name, uid, node, ips, phase, ready, owner } = pod;
  return [
    ['__meta_kubernetes_namespace', namespace],
    ['__meta_kubernetes_pod_name', name],
    ['__meta_kubernetes_pod_uid', uid],
    ['__meta_kubernetes_pod_ip', ips[0] ?? ''],
    ['__meta_kubernetes_pod_node_name', node ?? ''],
    ['__meta_kubernetes_pod_phase', phase],
    ['__meta_kubernetes_pod_ready', String(ready)],
    ['__meta_kubernetes_pod_controller_kind', owner?.kind ?? ''],
    ['__meta_kubernetes_pod_controller_name', owner?.name ?? ''],
    ['__meta_kubernetes_pod_container_name', container ?? ''],
    ['__meta_kubernetes_pod_container_port_name', portName ?? ''],
    ['__meta_kubernetes_pod_container_port_number', container === undefined ? '' : String(port)],
    ['__meta_kubernetes_pod_container_port_protocol', container === undefined ? '' : 'TCP'],
    ...each('__meta_kubernetes_pod_label', pod.labels),
    ...each('__meta_kubernetes_pod_annotation', pod.annotations),
  ];
}

export function nodeMeta({ name, labels }: KubeNode): readonly MetaLabel[] {
  return [['__meta_kubernetes_node_name', name], ...each('__meta_kubernetes_node_label', labels)];
}

/** Prometheus's `strutil.SanitizeLabelName`. */
function* each(prefix: string, labels: Labels): Generator<MetaLabel> {
  for (const [name, value] of labels) {
    const plain = name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
    yield [`${prefix}_${plain}`, value];
    yield [`${prefix}present_${plain}`, 'true'];
  }
}
