// The first line of numbers about GPUs.
import type { Section } from '../spec.ts';
import { BOARD_POWER, each, errors, HEAT, NODES, TOTAL, USED } from './series.ts';

export const OVERVIEW: Section = {
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
