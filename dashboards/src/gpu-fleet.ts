// GPU fleet: how busy, full, hot and broken the GPUs are, and who holds them.
import { FAULTS, POWER } from './gpu-fleet/health.ts';
import { OVERVIEW } from './gpu-fleet/overview.ts';
import { OWNERS } from './gpu-fleet/owners.ts';
import { MEMORY, WORK } from './gpu-fleet/work.ts';
import { SUFFIX, WORKLOAD_OF_POD } from './queries.ts';
import type { DashboardSpec } from './spec.ts';

export const gpuFleet: DashboardSpec = {
  uid: 'plimsoll-gpu-fleet',
  title: 'GPU fleet',
  description:
    'Utilisation, memory, power, temperature, faults and slices of GPUs, and the pods that hold them; from DCGM exporters and Tritons alike.',
  guide: `**First:** *XID errors* and *Hottest GPU*, then whether busy nodes are the ones you expect. *Utilisation* near 100 % is no sign of overload: whether pods are full is on the dashboard *Inference autoscaling*.
*Node* chooses hardware; *Namespace* and *Workload* choose pods in the last section.`,
  variables: [
    { name: 'node', label: 'Node', description: 'Of the GPUs.', query: 'label_values(gpu_memory_used_bytes, node)', allValue: '.*' },
    {
      name: 'namespace',
      label: 'Namespace',
      description: 'Of the pods that hold GPUs.',
      query: 'label_values(gpu_owner, namespace)',
      allValue: '.*',
    },
    {
      name: 'workload',
      label: 'Workload',
      description: 'Names of pods without what Deployments, StatefulSets and DaemonSets append.',
      query: 'label_values(gpu_owner{namespace=~"$namespace"}, pod)',
      regex: WORKLOAD_OF_POD,
      allValue: '.*',
    },
  ],
  constants: [SUFFIX],
  sections: [OVERVIEW, WORK, MEMORY, POWER, FAULTS, OWNERS],
};
