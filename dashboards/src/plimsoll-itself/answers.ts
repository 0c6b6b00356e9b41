// What is asked, how soon it is answered, and what fails.
import { ITSELF, rate } from '../queries.ts';
import type { Section } from '../spec.ts';
import { FAULTS, quantiles } from './series.ts';

export const ANSWERS: Section = {
  title: 'Answers',
  height: 8,
  panels: [
    {
      kind: 'series',
      title: 'Metrics API, by status',
      description:
        'Answers to autoscalers and people per second. 404 is a metric without a value, whose message says why; 403 somebody who may not ask; 5xx a fault.',
      width: 8,
      unit: 'reqps',
      queries: [{ expr: `sum by (group, code) (${rate(`plimsoll_metrics_api_requests_total{${ITSELF}}`)})`, legend: '{{group}} {{code}}' }],
    },
    {
      kind: 'series',
      title: 'Metrics API, time to answer',
      description:
        'Until the answer was handed over. The control plane’s patience ends at some seconds; a thousand pods take some ten milliseconds.',
      width: 8,
      unit: 's',
      queries: quantiles('plimsoll_metrics_api_request_seconds', 'group'),
    },
    {
      kind: 'series',
      title: 'Query API, by path and status',
      description: 'What Grafana, KEDA and promtool ask under /api/v1. 503 and 499: too much at once, or nobody waited for it.',
      width: 8,
      unit: 'reqps',
      queries: [
        { expr: `sum by (endpoint, code) (${rate(`plimsoll_prometheus_api_requests_total{${ITSELF}}`)})`, legend: '{{endpoint}} {{code}}' },
      ],
    },
    {
      kind: 'series',
      title: 'Dearest signals',
      description: 'Processor time that evaluating a signal takes, five dearest: seconds of evaluation per second.',
      width: 12,
      unit: 'percentunit',
      queries: [{ expr: `topk(5, sum by (signal) (${rate(`plimsoll_signal_evaluation_seconds_sum{${ITSELF}}`)}))`, legend: '{{signal}}' }],
    },
    {
      kind: 'series',
      title: 'Faults by kind',
      description:
        'Per second. Scrapes that failed have their reasons in the table above; refused series and lines name the limit in the log.',
      width: 12,
      unit: 'cps',
      queries: Object.entries(FAULTS).map(([legend, expr]) => ({ expr, legend })),
    },
  ],
};
