// Whether targets are read, how long that takes and how old the numbers are.
import { ITSELF } from '../queries.ts';
import type { Section } from '../spec.ts';
import { quantiles } from './series.ts';

export const TARGETS: Section = {
  title: 'Targets and freshness',
  height: 8,
  panels: [
    {
      kind: 'series',
      title: 'Targets by state',
      description: 'Of each source, what the last scrape made of them. Unread ones have not been tried yet.',
      width: 8,
      unit: 'short',
      decimals: 0,
      isStepped: true,
      queries: [{ expr: `sum by (source, state) (plimsoll_targets{${ITSELF}})`, legend: '{{source}} {{state}}' }],
    },
    {
      kind: 'series',
      title: 'Scrape time',
      description: 'From the request to the stored samples, by source. Near half of the scrape interval scrapes begin to time out.',
      width: 8,
      unit: 's',
      queries: quantiles('plimsoll_scrape_duration_seconds', 'source'),
    },
    {
      kind: 'series',
      title: 'Age of the newest samples',
      description:
        'Oldest and median over targets. It moves between nothing and the scrape interval; more than three intervals, and signals are absent. In a Prometheus its own interval comes on top.',
      width: 8,
      unit: 's',
      queries: [
        { expr: 'max(time() - timestamp(triton_model_info))', legend: 'Tritons: oldest' },
        { expr: 'quantile(0.5, time() - timestamp(triton_model_info))', legend: 'Tritons: median' },
        { expr: 'max(time() - timestamp(gpu_temperature_celsius))', legend: 'GPUs: oldest' },
      ],
    },
    {
      kind: 'table',
      title: 'Targets that cannot be read',
      description: 'Each with the reason of its last scrape. Pods behind them are absent from every signal.',
      width: 12,
      columns: { job: 'Job', instance: 'Target', source: 'Source', failure: 'Failure', error: 'What happened, and what to do' },
      units: {},
      whenEmpty: 'every target answers',
      queries: [{ expr: 'max by (job, instance, source, failure, error) (plimsoll_target_error_info)', legend: 'is so' }],
    },
    {
      kind: 'table',
      title: 'What to know about the numbers',
      description: 'Warnings about targets that answer: what their numbers leave out or cannot tell.',
      width: 12,
      columns: { job: 'Job', instance: 'Target', source: 'Source', code: 'Warning', warning: 'What it means' },
      units: {},
      whenEmpty: 'nothing to know',
      queries: [{ expr: 'max by (job, instance, source, code, warning) (plimsoll_target_warning_info)', legend: 'is so' }],
    },
  ],
};
