// Inference autoscaling: demand against capacity, what that asks of replicas, and how the requests fare.
import { faultShare, MODELS, PODS, perPod, rate, SUFFIX, WORKLOAD_OF_POD } from './queries.ts';
import type { DashboardSpec, Section } from './spec.ts';

const IN_FLIGHT = perPod('triton_inflight_requests');
const CAPACITY = perPod('triton_capacity_requests');
const SATURATION = perPod('triton_saturation_ratio');
/** What kube-state-metrics says of the autoscalers of the chosen workloads. */
const AUTOSCALERS =
  'on (namespace, horizontalpodautoscaler) group_left () max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_info{namespace=~"$namespace",scaletargetref_name=~"$workload"})';

/** The shipped HPAs aim at 0.7 of what a pod executes at a time. */
const TARGETS = ['0.7', '0.5', '0.6', '0.8', '0.9'];
/** Requests wait from 1 on; at the target a replica more is due. */
const FULLNESS = [
  { at: 0.7, color: 'orange' },
  { at: 1, color: 'red' },
] as const;

function hpa(field: string): string {
  return `sum(max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_${field}{namespace=~"$namespace"}) * ${AUTOSCALERS})`;
}

const OVERVIEW: Section = {
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

const DEMAND: Section = {
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

const REPLICAS: Section = {
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

const RATE = perPod('triton_requests_per_second');
/** Some pods have tens of models, and failures have reasons besides. */
const STEP_OF_MODELS = '30s';
const STEP_OF_FAILURES = '1m';

const LATENCY: Section = {
  title: 'Requests and latency',
  height: 9,
  panels: [
    {
      kind: 'series',
      title: 'Requests by model',
      description: 'Successful requests per second. An ensemble counts beside its parts, so the lines do not add up.',
      width: 12,
      step: STEP_OF_MODELS,
      unit: 'reqps',
      queries: [{ expr: `sum by (model) (${rate(`nv_inference_request_success{${MODELS}}`)})`, legend: '{{model}}' }],
    },
    {
      kind: 'series',
      title: 'Latency by model',
      description:
        'Mean time of a successful request inside Triton, waiting included: Σ time ÷ Σ requests. What network and client add is not in it. Absent while nothing finishes.',
      width: 12,
      step: STEP_OF_MODELS,
      unit: 's',
      queries: [
        {
          expr: `sum by (model) (${rate(`nv_inference_request_duration_us{${MODELS}}`)}) / sum by (model) (${rate(`nv_inference_request_success{${MODELS}}`)}) / 1e6`,
          legend: '{{model}}',
        },
      ],
    },
    {
      kind: 'series',
      title: 'Where the time goes',
      description:
        'Mean request of a leaf model on the chosen pods, whatever the model: requests waiting and executing ÷ requests per second (Little’s law). Waiting that grows while executing stands still is missing capacity; executing that grows is larger batches or a slower GPU.',
      width: 12,
      unit: 's',
      isStacked: true,
      queries: [
        { expr: `sum(${perPod('triton_executing_requests')}) / sum(${RATE})`, legend: 'executing' },
        { expr: `sum(${perPod('triton_queued_requests')}) / sum(${RATE})`, legend: 'waiting' },
      ],
    },
    {
      kind: 'series',
      title: 'Batch size by model',
      description:
        'Mean size of executed batches: Σ inferences ÷ Σ executions. At 1 under load dynamic batching is off or its delay too short; at the largest batch the model is at its limit. An ensemble stands at 1: its parts batch.',
      width: 12,
      step: STEP_OF_MODELS,
      unit: 'short',
      decimals: 1,
      queries: [
        {
          expr: `sum by (model) (${rate(`nv_inference_count{${MODELS}}`)}) / sum by (model) (${rate(`nv_inference_exec_count{${MODELS}}`)})`,
          legend: '{{model}}',
        },
      ],
    },
  ],
};

const TRUST: Section = {
  title: 'Failures and coverage',
  height: 8,
  panels: [
    {
      kind: 'series',
      title: 'Failed requests by model',
      description: 'Share of finished requests that failed, minute by minute. Triton does not count those that a full queue refused.',
      width: 8,
      step: STEP_OF_FAILURES,
      unit: 'percentunit',
      thresholds: [{ at: 0.01, color: 'red' }],
      queries: [{ expr: faultShare('nv_inference_request_failure', 'nv_inference_request_success'), legend: '{{model}}' }],
    },
    {
      kind: 'series',
      title: 'Coverage of signals of Tritons',
      description:
        'Share of the pods that should have a value and do, by signal, in the worst namespace. A signal at 0 needs something that these servers do not say: plimsoll explain tells what.',
      width: 8,
      unit: 'percentunit',
      max: 1,
      queries: [
        { expr: 'min by (signal) (plimsoll_signal_coverage_ratio{signal=~"triton_.+",namespace=~"$namespace"})', legend: '{{signal}}' },
      ],
    },
    {
      kind: 'series',
      title: 'Models that are not ready',
      description: 'Models that a chosen Triton has and does not serve right now: loading, unloading, or broken.',
      width: 8,
      unit: 'short',
      decimals: 0,
      isStepped: true,
      queries: [
        {
          expr: `count by (namespace) (triton_model_ready{${PODS}}) - sum by (namespace) (triton_model_ready{${PODS}})`,
          legend: '{{namespace}}',
        },
      ],
    },
  ],
};

export const inferenceAutoscaling: DashboardSpec = {
  uid: 'plimsoll-inference-autoscaling',
  title: 'Inference autoscaling',
  description:
    'Demand against capacity of Triton pods, the replicas that follow from it, latency, failures and how complete the numbers are.',
  guide: `**First:** is *Demand ÷ capacity* above the target, and are *Replicas wanted* more than *had*? Then pods are missing or late. If not, but requests are slow: *Where the time goes*.
Numbers that are missing are not 0: *Coverage* says how many, and \`plimsoll explain\` why.`,
  variables: [
    {
      name: 'namespace',
      label: 'Namespace',
      description: 'Of the pods.',
      query: 'label_values(plimsoll_signal_coverage_ratio, namespace)',
      allValue: '.*',
    },
    {
      name: 'workload',
      label: 'Workload',
      description: 'Names of pods without what Deployments, StatefulSets and DaemonSets append.',
      query: 'label_values(plimsoll_triton_inflight_requests{namespace=~"$namespace"}, pod)',
      regex: WORKLOAD_OF_POD,
      allValue: '.*',
    },
    {
      name: 'model',
      label: 'Model',
      description: 'For the panels that tell models apart; signals of pods are about all models of the pod.',
      query: 'label_values(triton_model_info{namespace=~"$namespace"}, model)',
      allValue: '.*',
    },
  ],
  choices: [{ name: 'target', label: 'Target', description: 'Share of its capacity that a replica should have to do.', values: TARGETS }],
  constants: [SUFFIX],
  sections: [OVERVIEW, DEMAND, REPLICAS, LATENCY, TRUST],
};
