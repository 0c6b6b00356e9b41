// What a kubelet says under /metrics/resource, and the canonical series that its pods and its node get.
import type { CanonicalSeries } from '../canonical.ts';

/**
 * Families that nothing else says: cAdvisor has those of containers too. A kubelet that cannot read its containers says
 * `scrape_error` and `resource_scrape_error` alone, so these two make no answer one.
 */
const FAMILIES: ReadonlySet<string> = new Set([
  'node_cpu_usage_seconds_total',
  'node_memory_working_set_bytes',
  'node_swap_usage_bytes',
  'pod_cpu_usage_seconds_total',
  'pod_memory_working_set_bytes',
  'pod_swap_usage_bytes',
]);

export function isKubeletFamily(family: string): boolean {
  return FAMILIES.has(family);
}

function ofKubelet(raw: string): CanonicalSeries['from'] {
  return [{ raw, generation: 'kubelet', scale: 1 }];
}

/** Names of its own: node exporter has `node_cpu_seconds_total` for something else, and a raw name would not be reserved. */
export const KUBELET_SERIES: readonly CanonicalSeries[] = [
  {
    name: 'pod_cpu_used_seconds_total',
    unit: 'seconds',
    kind: 'counter',
    help: 'Processor time that the pod used, over all cores.',
    from: ofKubelet('pod_cpu_usage_seconds_total'),
  },
  {
    name: 'pod_memory_used_bytes',
    unit: 'bytes',
    kind: 'gauge',
    help: 'Working set of the pod: its memory less what the kernel could drop at once.',
    from: ofKubelet('pod_memory_working_set_bytes'),
  },
  {
    name: 'node_cpu_used_seconds_total',
    unit: 'seconds',
    kind: 'counter',
    help: 'Processor time that was used on the node, by whomever, over all cores.',
    from: ofKubelet('node_cpu_usage_seconds_total'),
  },
  {
    name: 'node_memory_used_bytes',
    unit: 'bytes',
    kind: 'gauge',
    help: 'Working set of the node.',
    from: ofKubelet('node_memory_working_set_bytes'),
  },
];
