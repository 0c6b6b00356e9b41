// How requests fare, and how far the numbers can be trusted.
import { faultShare, MODELS, PODS, perPod, rate } from '../queries.ts';
import type { Section } from '../spec.ts';

const RATE = perPod('triton_requests_per_second');
/** Some pods have tens of models, and failures have reasons besides. */
const STEP_OF_MODELS = '30s';
const STEP_OF_FAILURES = '1m';

export const LATENCY: Section = {
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

export const TRUST: Section = {
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
