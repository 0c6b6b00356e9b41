// How busy and how full GPUs are.
import type { Section } from '../spec.ts';
import { each, named, TOTAL, USED } from './series.ts';

export const WORK: Section = {
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

export const MEMORY: Section = {
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
