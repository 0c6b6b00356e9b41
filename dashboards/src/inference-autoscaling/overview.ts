// The first line of numbers about demand.
import type { Section } from '../spec.ts';
import { CAPACITY, FULLNESS, IN_FLIGHT, SATURATION } from './series.ts';

export const OVERVIEW: Section = {
  height: 4,
  panels: [
    {
      kind: 'stat',
      title: 'Demand',
      description:
        'Requests waiting in or executing on the chosen pods: what an HPA should follow. 0 is idle; nothing is known where there is no number.',
      width: 4,
      unit: 'short',
      decimals: 1,
      queries: [{ expr: `sum(${IN_FLIGHT})`, legend: 'in flight' }],
    },
    {
      kind: 'stat',
      title: 'Capacity',
      description:
        'Requests that the chosen pods can execute at once: instances × batch. Absent while the instances of a model are not known.',
      width: 4,
      unit: 'short',
      decimals: 1,
      queries: [{ expr: `sum(${CAPACITY})`, legend: 'capacity' }],
    },
    {
      kind: 'stat',
      title: 'Demand ÷ capacity',
      description: 'How full the chosen pods are together. Above the target replicas are due, above 100 % requests wait for an instance.',
      width: 4,
      unit: 'percentunit',
      decimals: 0,
      thresholds: FULLNESS,
      queries: [{ expr: `sum(${IN_FLIGHT}) / sum(${CAPACITY})`, legend: 'fullness' }],
    },
    {
      kind: 'stat',
      title: 'Fullest model of a pod',
      description:
        'The one that is nearest to its limit, which the mean hides. Far above the mean: one model is the bottleneck, or requests are routed unevenly.',
      width: 4,
      unit: 'percentunit',
      decimals: 0,
      thresholds: FULLNESS,
      queries: [{ expr: `max(${SATURATION})`, legend: 'fullest' }],
    },
    {
      kind: 'stat',
      title: 'Pods that answer',
      description: 'Chosen pods of which the demand is known right now.',
      width: 4,
      unit: 'short',
      decimals: 0,
      queries: [{ expr: `count(${IN_FLIGHT})`, legend: 'pods' }],
    },
    {
      kind: 'stat',
      title: 'Coverage of the demand',
      description:
        'Share of the pods of a namespace that should have a demand and do, in the worst namespace. Below 100 % the sum is partly an estimate, below 50 % an HPA gets none.',
      width: 4,
      unit: 'percentunit',
      decimals: 0,
      calm: 'red',
      thresholds: [
        { at: 0.5, color: 'orange' },
        { at: 1, color: 'green' },
      ],
      queries: [
        { expr: 'min(plimsoll_signal_coverage_ratio{signal="triton_inflight_requests",namespace=~"$namespace"})', legend: 'coverage' },
      ],
    },
  ],
};
