// Inference autoscaling: demand against capacity, what that asks of replicas, and how the requests fare.
import { DEMAND, REPLICAS } from './inference-autoscaling/demand.ts';
import { OVERVIEW } from './inference-autoscaling/overview.ts';
import { LATENCY, TRUST } from './inference-autoscaling/requests.ts';
import { SUFFIX, WORKLOAD_OF_POD } from './queries.ts';
import type { DashboardSpec } from './spec.ts';

/** The shipped HPAs aim at 0.7 of what a pod executes at a time. */
const TARGETS = ['0.7', '0.5', '0.6', '0.8', '0.9'];

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
