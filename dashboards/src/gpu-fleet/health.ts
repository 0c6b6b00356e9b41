// What GPUs draw, how hot they are, and what breaks.
import type { Section } from '../spec.ts';
import { BOARD_POWER, each, errors, NODES } from './series.ts';

export const POWER: Section = {
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

export const FAULTS: Section = {
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
