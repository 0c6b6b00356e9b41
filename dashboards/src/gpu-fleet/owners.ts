// Which pods hold GPUs and slices.
import { PODS, perPod } from '../queries.ts';
import type { Section } from '../spec.ts';
import { NODES, USED } from './series.ts';

/** One row for each pod that holds a GPU, and the GPU's value. */
function ofOwner(device: string, metric: string): string {
  const columns = 'namespace, pod, container, uuid, mig_id, evidence, shared';
  return `max by (${columns}) (gpu_owner{${PODS}} * on (${device}) group_left () max by (${device}) (${metric}))`;
}

export const OWNERS: Section = {
  title: 'Who holds them',
  height: 9,
  panels: [
    {
      kind: 'table',
      title: 'GPUs and their pods',
      description:
        'How it is known stands beside it. A GPU that several pods share gives each of them its whole value. Choose namespace and workload at the top.',
      width: 24,
      columns: {
        namespace: 'Namespace',
        pod: 'Pod',
        container: 'Container',
        uuid: 'GPU',
        mig_id: 'Slice',
        evidence: 'Known by',
        shared: 'Pods that share it',
      },
      units: { Utilisation: 'percentunit', Memory: 'bytes', Power: 'watt' },
      whenEmpty: 'no pod holds a GPU, or none of the chosen ones',
      queries: [
        { expr: ofOwner('uuid, mig_id', 'gpu_utilization_ratio'), legend: 'Utilisation' },
        { expr: ofOwner('uuid, mig_id', 'gpu_memory_used_bytes'), legend: 'Memory' },
        { expr: ofOwner('uuid', 'gpu_power_watts'), legend: 'Power' },
      ],
    },
    {
      kind: 'series',
      title: 'GPUs held, by namespace',
      description: 'GPUs and slices that pods hold, and those on the chosen nodes that nobody is known to hold.',
      width: 8,
      unit: 'short',
      decimals: 0,
      isStepped: true,
      queries: [
        { expr: `count by (namespace) (max by (namespace, uuid, mig_id) (gpu_owner{${PODS}}))`, legend: '{{namespace}}' },
        { expr: `count(${USED} unless on (uuid, mig_id) gpu_owner) or 0 * count(${USED})`, legend: 'nobody' },
      ],
    },
    {
      kind: 'series',
      title: 'Utilisation by namespace',
      description: 'Mean over the pods that hold whole GPUs; DCGM has no utilisation of slices.',
      width: 8,
      unit: 'percentunit',
      max: 1,
      queries: [{ expr: `avg by (namespace) (${perPod('gpu_utilization_ratio')})`, legend: '{{namespace}}' }],
    },
    {
      kind: 'series',
      title: 'Slices (MIG) at work',
      description:
        'Share of time in which the engine of each MIG slice was active: what an HPA can follow there. Empty where no board is sliced.',
      width: 8,
      unit: 'percentunit',
      max: 1,
      whenEmpty: 'no board on the chosen nodes is sliced',
      queries: [
        {
          expr: `max by (node, gpu, mig_id, mig_profile) (gpu_engine_active_ratio{${NODES},mig_id!=""})`,
          legend: '{{node}} · {{gpu}} · {{mig_profile}} {{mig_id}}',
        },
      ],
    },
  ],
};
