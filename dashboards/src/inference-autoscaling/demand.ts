// Demand against capacity, and the replicas that follow from it.
import { perPod } from '../queries.ts';
import type { Section } from '../spec.ts';
import { CAPACITY, FULLNESS, IN_FLIGHT, SATURATION } from './series.ts';

/** What kube-state-metrics says of the autoscalers of the chosen workloads. */
const AUTOSCALERS =
  'on (namespace, horizontalpodautoscaler) group_left () max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_info{namespace=~"$namespace",scaletargetref_name=~"$workload"})';

function hpa(field: string): string {
  return `sum(max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_${field}{namespace=~"$namespace"}) * ${AUTOSCALERS})`;
}

export const DEMAND: Section = {
  title: 'Demand and capacity',
  height: 9,
  panels: [
    {
      kind: 'series',
      title: 'Demand against capacity',
      description:
        'Executing and waiting requests on top of each other, with what fits at once and what fits at the chosen target. Waiting above nothing for long: replicas are missing, or cannot start.',
      width: 14,
      unit: 'short',
      isStacked: true,
      queries: [
        { expr: `sum(${perPod('triton_executing_requests')})`, legend: 'executing' },
        { expr: `sum(${perPod('triton_pending_requests')})`, legend: 'waiting' },
        { expr: `sum(${CAPACITY})`, legend: 'capacity', isBound: true },
        { expr: `$target * sum(${CAPACITY})`, legend: 'capacity at target', isBound: true },
      ],
    },
    {
      kind: 'series',
      title: 'Saturation over pods',
      description: 'Of each pod the fullest model. Median and fullest far apart: load is not spread evenly, and more replicas help little.',
      width: 10,
      unit: 'percentunit',
      thresholds: [{ at: 1, color: 'red' }],
      queries: [
        { expr: `max(${SATURATION})`, legend: 'fullest pod' },
        { expr: `quantile(0.9, ${SATURATION})`, legend: 'fuller than nine of ten' },
        { expr: `quantile(0.5, ${SATURATION})`, legend: 'median pod' },
      ],
    },
    {
      kind: 'series',
      title: 'Demand by namespace',
      description: 'Requests waiting or executing. A step here that no step of requests explains is a slower model, not more load.',
      width: 14,
      unit: 'short',
      queries: [{ expr: `sum by (namespace) (${IN_FLIGHT})`, legend: '{{namespace}}' }],
    },
    {
      kind: 'bars',
      title: 'Fullest pods',
      description: 'The ten pods whose fullest model is nearest to its limit now.',
      width: 10,
      unit: 'percentunit',
      min: 0,
      max: 1.5,
      thresholds: FULLNESS,
      queries: [{ expr: `topk(10, ${SATURATION})`, legend: '{{namespace}}/{{pod}}' }],
    },
  ],
};

export const REPLICAS: Section = {
  title: 'Replicas',
  height: 9,
  panels: [
    {
      kind: 'series',
      title: 'Replicas wanted and had',
      description:
        'Wanted: demand ÷ (target × capacity of a pod), rounded up, before stabilisation and limits. Had: pods with a capacity. Choose one workload for numbers to compare. What the HPA says needs kube-state-metrics in the same data source; without it those lines are missing.',
      width: 14,
      unit: 'short',
      decimals: 0,
      isStepped: true,
      queries: [
        { expr: `count(${CAPACITY})`, legend: 'had' },
        { expr: `ceil(sum(${IN_FLIGHT}) / ($target * avg(${CAPACITY})))`, legend: 'wanted at the target' },
        { expr: hpa('status_desired_replicas'), legend: 'HPA: desired' },
        { expr: hpa('status_current_replicas'), legend: 'HPA: current' },
        { expr: hpa('spec_max_replicas'), legend: 'HPA: at most', isBound: true },
      ],
    },
    {
      kind: 'series',
      title: 'Demand on each replica',
      description:
        'Mean and fullest, with the AverageValue that an HPA at the chosen target would have. The mean above the line for minutes: the HPA is at its limit, or pods do not become ready.',
      width: 10,
      unit: 'short',
      decimals: 1,
      queries: [
        { expr: `avg(${IN_FLIGHT})`, legend: 'mean' },
        { expr: `max(${IN_FLIGHT})`, legend: 'most' },
        { expr: `$target * avg(${CAPACITY})`, legend: 'target', isBound: true },
      ],
    },
  ],
};
