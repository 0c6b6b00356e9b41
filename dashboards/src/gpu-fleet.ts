// GPU fleet: how busy, full, hot and broken the GPUs are, and who holds them.
import { PODS, perPod, SUFFIX, WORKLOAD_OF_POD } from './queries.ts';
import type { DashboardSpec, Section } from './spec.ts';

const NODES = 'node=~"$node"';

/** Once for each GPU or slice, whoever tells of it: its DCGM exporter, its Triton, or both. */
function each(metric: string, ...further: readonly string[]): string {
  return `max by (node, uuid, mig_id) (${metric}{${[NODES, ...further].join(',')}})`;
}

/** The same with a short name: the index that DCGM says, or the beginning of the UUID where Triton alone tells of the GPU. */
function named(metric: string): string {
  const dcgm = `max by (node, gpu, uuid, mig_id) (${metric}{${NODES},source="dcgm"})`;
  return `(${dcgm} or on (uuid, mig_id) label_replace(${each(metric)}, "gpu", "$1", "uuid", "(.{12}).*"))`;
}

const USED = each('gpu_memory_used_bytes');
const FREE = each('gpu_memory_free_bytes');
/** What is said, or what its parts add up to; a slice has no reserved part. */
const TOTAL = `(${each('gpu_memory_total_bytes')} or ${USED} + ${FREE} + ${each('gpu_memory_reserved_bytes')} or ${USED} + ${FREE})`;
/** A board, however many slices it has. */
const BOARD_POWER = `max by (node, uuid) (gpu_power_watts{${NODES}})`;

/** Most boards begin to slow down between 83 and 90 °C. */
const HEAT = [
  { at: 75, color: 'orange' },
  { at: 85, color: 'red' },
] as const;

function errors(metric: string, range: string): string {
  return `max by (node, uuid, xid) (increase(${metric}{${NODES}}[${range}]))`;
}

const OVERVIEW: Section = {
  height: 4,
  panels: [
    {
      kind: 'stat',
      title: 'GPUs',
      description: 'Boards on the chosen nodes that tell of their memory; slices of one board count once.',
      width: 4,
      unit: 'short',
      decimals: 0,
      queries: [{ expr: `count(max by (uuid) (${USED}))`, legend: 'GPUs' }],
    },
    {
      kind: 'stat',
      title: 'Utilisation',
      description: 'Share of time in which any kernel ran, mean over GPUs. 100 % is not saturation: one small kernel at a time is enough.',
      width: 4,
      unit: 'percentunit',
      decimals: 0,
      queries: [{ expr: `avg(${each('gpu_utilization_ratio')})`, legend: 'utilisation' }],
    },
    {
      kind: 'stat',
      title: 'Memory in use',
      description: 'Σ used ÷ Σ total. Servers that take all they may at their start stand still here.',
      width: 4,
      unit: 'percentunit',
      decimals: 0,
      thresholds: [
        { at: 0.9, color: 'orange' },
        { at: 0.97, color: 'red' },
      ],
      queries: [{ expr: `sum(${USED}) / sum(${TOTAL})`, legend: 'memory' }],
    },
    {
      kind: 'stat',
      title: 'Power',
      description: 'Drawn by the boards of the chosen nodes together; a board counts once.',
      width: 4,
      unit: 'watt',
      decimals: 0,
      queries: [{ expr: `sum(${BOARD_POWER})`, legend: 'power' }],
    },
    {
      kind: 'stat',
      title: 'Hottest GPU',
      description: 'Most boards slow down between 83 and 90 °C.',
      width: 4,
      unit: 'celsius',
      decimals: 0,
      thresholds: HEAT,
      queries: [{ expr: `max(gpu_temperature_celsius{${NODES}})`, legend: 'hottest' }],
    },
    {
      kind: 'stat',
      title: 'XID errors',
      description:
        'In the time that is shown. Which XID means what is in NVIDIA’s list: 13 and 31 are mostly the program, 48, 63, 79 and 94 mostly the board.',
      width: 4,
      unit: 'short',
      decimals: 0,
      thresholds: [{ at: 0.5, color: 'red' }],
      queries: [{ expr: `sum(${errors('gpu_xid_errors_total', '$__range')})`, legend: 'errors' }],
    },
  ],
};

const WORK: Section = {
  title: 'Work',
  height: 9,
  panels: [
    {
      kind: 'series',
      title: 'Utilisation by node',
      description: 'Share of time in which any kernel ran, mean over the GPUs of the node.',
      width: 10,
      unit: 'percentunit',
      max: 1,
      queries: [{ expr: `avg by (node) (${each('gpu_utilization_ratio')})`, legend: '{{node}}' }],
    },
    {
      kind: 'series',
      title: 'What works inside',
      description:
        'Mean over GPUs. Utilisation high and tensor cores low: the GPU is waited for more than it works. Only with the profiling fields of DCGM; SM activity is off by default.',
      width: 8,
      unit: 'percentunit',
      max: 1,
      queries: [
        { expr: `avg(${each('gpu_engine_active_ratio')})`, legend: 'engine' },
        { expr: `avg(${each('gpu_sm_active_ratio')})`, legend: 'multiprocessors' },
        { expr: `avg(${each('gpu_tensor_active_ratio')})`, legend: 'tensor cores' },
        { expr: `avg(${each('gpu_dram_active_ratio')})`, legend: 'memory interface' },
      ],
    },
    {
      kind: 'bars',
      title: 'Busiest GPUs',
      description: 'The ten with the highest utilisation now: node and index.',
      width: 6,
      unit: 'percentunit',
      min: 0,
      max: 1,
      queries: [{ expr: `topk(10, ${named('gpu_utilization_ratio')})`, legend: '{{node}} · {{gpu}}' }],
    },
  ],
};

const MEMORY: Section = {
  title: 'Memory',
  height: 8,
  panels: [
    {
      kind: 'series',
      title: 'Memory in use by node',
      description: 'Σ used over the GPUs of the node, with all that they have.',
      width: 16,
      unit: 'bytes',
      queries: [
        { expr: `sum by (node) (${USED})`, legend: '{{node}}' },
        { expr: `sum by (node) (${TOTAL})`, legend: '{{node}}: all', isBound: true },
      ],
    },
    {
      kind: 'bars',
      title: 'Fullest GPUs',
      description: 'The ten with the largest share of their memory in use now; slices by themselves.',
      width: 8,
      unit: 'percentunit',
      min: 0,
      max: 1,
      thresholds: [
        { at: 0.9, color: 'orange' },
        { at: 0.97, color: 'red' },
      ],
      queries: [
        {
          expr: `topk(10, ${named('gpu_memory_used_bytes')} / on (node, uuid, mig_id) group_left () ${TOTAL})`,
          legend: '{{node}} · {{gpu}} {{mig_id}}',
        },
      ],
    },
  ],
};

const POWER: Section = {
  title: 'Power, heat and clocks',
  height: 8,
  panels: [
    {
      kind: 'series',
      title: 'Power by node',
      description: 'Σ over boards, with the sum of the limits that are known (Triton says them; DCGM only if its counter file does).',
      width: 8,
      unit: 'watt',
      queries: [
        { expr: `sum by (node) (${BOARD_POWER})`, legend: '{{node}}' },
        { expr: `sum by (node) (max by (node, uuid) (gpu_power_limit_watts{${NODES}}))`, legend: '{{node}}: limit', isBound: true },
      ],
    },
    {
      kind: 'series',
      title: 'Hottest GPU by node',
      description: 'Most boards slow down between 83 and 90 °C. One node alone is a fan or the air in front of it.',
      width: 8,
      unit: 'celsius',
      thresholds: [{ at: 85, color: 'red' }],
      queries: [{ expr: `max by (node) (gpu_temperature_celsius{${NODES}})`, legend: '{{node}}' }],
    },
    {
      kind: 'series',
      title: 'Clock by node',
      description: 'Clock of the multiprocessors, mean over GPUs. Falling under load: power or heat limits the boards.',
      width: 8,
      unit: 'hertz',
      queries: [{ expr: `avg by (node) (${each('gpu_sm_clock_hertz')})`, legend: '{{node}}' }],
    },
  ],
};

const FAULTS: Section = {
  title: 'Faults',
  height: 8,
  panels: [
    {
      kind: 'series',
      title: 'XID errors by node',
      description:
        'New ones, by code where the exporter counts by code. Exporters that say the last code alone show a change of it, not the same error again.',
      width: 8,
      unit: 'short',
      decimals: 0,
      isStepped: true,
      queries: [{ expr: `sum by (node, xid) (${errors('gpu_xid_errors_total', '$__rate_interval')})`, legend: '{{node}} {{xid}}' }],
    },
    {
      kind: 'series',
      title: 'PCIe replays by node',
      description: 'Transfers that had to be repeated. More than a few a minute: a loose or damaged connection.',
      width: 8,
      unit: 'short',
      isStepped: true,
      queries: [{ expr: `sum by (node) (${errors('gpu_pcie_replays_total', '$__rate_interval')})`, legend: '{{node}}' }],
    },
    {
      kind: 'series',
      title: 'Replaced rows of memory',
      description:
        'Since ever, after errors that could not be corrected. A board with new ones should be drained and reset; NVIDIA replaces one that has none left.',
      width: 8,
      unit: 'short',
      decimals: 0,
      isStepped: true,
      queries: [{ expr: `sum by (node) (${each('gpu_uncorrectable_remapped_rows_total')})`, legend: '{{node}}' }],
    },
  ],
};

/** One row for each pod that holds a GPU, and the GPU's value. */
function ofOwner(device: string, metric: string): string {
  const columns = 'namespace, pod, container, uuid, mig_id, evidence, shared';
  return `max by (${columns}) (gpu_owner{${PODS}} * on (${device}) group_left () max by (${device}) (${metric}))`;
}

const OWNERS: Section = {
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
