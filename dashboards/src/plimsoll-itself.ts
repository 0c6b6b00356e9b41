// Plimsoll itself: whether it reads its targets, how fresh and fast its answers are, and what goes wrong.
import { faults, ITSELF, rate } from './queries.ts';
import type { DashboardSpec, Query, Section } from './spec.ts';

/** Of the process, and of no other that the data source knows. */
function ofProcess(metric: string): string {
  return `${metric}{${ITSELF}} and on (instance) plimsoll_store_series`;
}

function quantiles(histogram: string, by: string): readonly Query[] {
  return [0.5, 0.99].map((share) => ({
    expr: `histogram_quantile(${share}, sum by (le, ${by}) (${rate(`${histogram}_bucket{${ITSELF}}`)}))`,
    legend: `{{${by}}}: ${share === 0.5 ? 'median' : '99 %'}`,
  }));
}

const FAULTS: Readonly<Record<string, string>> = {
  'scrapes that failed': faults(`plimsoll_scrapes_total{${ITSELF},result!="success"}`),
  'scrapes that were late': faults(`plimsoll_scrapes_skipped_total{${ITSELF}}`),
  'lines that cannot be read': faults(`plimsoll_exposition_malformed_lines_total{${ITSELF}}`),
  'series refused': faults(`plimsoll_store_rows_refused_total{${ITSELF}}`),
  'queries that failed': faults(`plimsoll_query_failures_total{${ITSELF}}`),
  'signals that failed': faults(`plimsoll_signal_evaluation_failures_total{${ITSELF}}`),
  'pages refused': faults(`plimsoll_exporter_refused_total{${ITSELF}}`),
  'lists of the cluster that failed': faults(`plimsoll_kubernetes_list_failures_total{${ITSELF}}`),
};

const DAY_SECONDS = 86_400;
const SHARE = [
  { at: 0.5, color: 'orange' },
  { at: 1, color: 'green' },
] as const;

const OVERVIEW: Section = {
  height: 4,
  panels: [
    {
      kind: 'stat',
      title: 'Targets that answer',
      description: 'Share of targets whose last scrape succeeded.',
      width: 4,
      unit: 'percentunit',
      decimals: 0,
      calm: 'red',
      thresholds: SHARE,
      queries: [{ expr: `sum(plimsoll_targets{${ITSELF},state="up"}) / sum(plimsoll_targets{${ITSELF}})`, legend: 'up' }],
    },
    {
      kind: 'stat',
      title: 'Lowest coverage',
      description:
        'Of the signals that at least one pod has, in any namespace. Signals that no server says stand at 0 and are left out here.',
      width: 4,
      unit: 'percentunit',
      decimals: 0,
      calm: 'red',
      thresholds: SHARE,
      queries: [{ expr: 'min(plimsoll_signal_coverage_ratio > 0)', legend: 'coverage' }],
    },
    {
      kind: 'stat',
      title: 'Answers to autoscalers',
      description:
        'Of the metrics API, per second, absent metrics (404) included. Nothing while there are HPAs: the APIService does not lead here.',
      width: 4,
      unit: 'reqps',
      queries: [{ expr: faults(`plimsoll_metrics_api_requests_total{${ITSELF}}`), legend: 'answers' }],
    },
    {
      kind: 'stat',
      title: 'Faults',
      description: 'Of all kinds, per second. The panel Faults by kind tells them apart.',
      width: 4,
      unit: 'cps',
      thresholds: [{ at: 0.001, color: 'orange' }],
      queries: [
        {
          expr: Object.values(FAULTS)
            .map((fault) => `(${fault})`)
            .join(' + '),
          legend: 'faults',
        },
      ],
    },
    {
      kind: 'stat',
      title: 'Memory',
      description: 'Resident, of the largest process.',
      width: 4,
      unit: 'bytes',
      decimals: 0,
      queries: [{ expr: `max(${ofProcess('process_resident_memory_bytes')})`, legend: 'resident' }],
    },
    {
      kind: 'stat',
      title: 'Certificate ends in',
      description:
        'That of the metrics API. A self-made one is renewed when 30 of its 90 days are left; below 14 days somebody should look.',
      width: 4,
      unit: 's',
      decimals: 0,
      calm: 'red',
      thresholds: [
        { at: 7 * DAY_SECONDS, color: 'orange' },
        { at: 14 * DAY_SECONDS, color: 'green' },
      ],
      queries: [{ expr: `min(plimsoll_serving_certificate_expiry_timestamp_seconds{${ITSELF}}) - time()`, legend: 'left' }],
    },
  ],
};

const TARGETS: Section = {
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

const ANSWERS: Section = {
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

const PROCESS: Section = {
  title: 'Process',
  height: 8,
  panels: [
    {
      kind: 'series',
      title: 'Memory',
      description: 'Resident memory, and the parts that are known: heap, and samples with all that belongs to them.',
      width: 6,
      unit: 'bytes',
      queries: [
        { expr: ofProcess('process_resident_memory_bytes'), legend: '{{instance}} resident' },
        { expr: ofProcess('nodejs_heap_size_used_bytes'), legend: '{{instance}} heap' },
        { expr: `plimsoll_store_bytes{${ITSELF}}`, legend: '{{instance}} samples' },
      ],
    },
    {
      kind: 'series',
      title: 'Processor',
      description: 'Cores in use. Scraping and answering share one thread, so near 1 answers become late.',
      width: 6,
      unit: 'short',
      thresholds: [{ at: 1, color: 'red' }],
      queries: [
        { expr: `${rate(`process_cpu_seconds_total{${ITSELF}}`)} and on (instance) plimsoll_store_series`, legend: '{{instance}}' },
      ],
    },
    {
      kind: 'series',
      title: 'Longest wait for the thread',
      description:
        'How late a timer came at worst since the last reading: what an answer may have waited. Single peaks are collections of memory.',
      width: 6,
      unit: 's',
      queries: [{ expr: ofProcess('nodejs_eventloop_lag_max_seconds'), legend: '{{instance}}' }],
    },
    {
      kind: 'series',
      title: 'Series kept',
      description: 'Rows of samples, stale ones inside the retention included. At limits.series new ones are refused.',
      width: 6,
      unit: 'short',
      decimals: 0,
      queries: [
        { expr: `plimsoll_store_series{${ITSELF}}`, legend: '{{instance}} series' },
        { expr: `plimsoll_store_lines{${ITSELF}}`, legend: '{{instance}} distinct lines' },
      ],
    },
    {
      kind: 'series',
      title: 'Answers that can be looked up',
      description:
        'How far back every answer to an autoscaler is kept (plimsoll explain --at). Shorter than you need: raise recorder.memory_bytes.',
      width: 12,
      unit: 's',
      queries: [{ expr: `plimsoll_recorder_reach_seconds{${ITSELF}}`, legend: '{{instance}}' }],
    },
    {
      kind: 'series',
      title: 'Samples read by queries',
      description: 'Per second, by all questions: what dashboards and rules cost.',
      width: 12,
      unit: 'short',
      queries: [{ expr: `sum by (instance) (${rate(`plimsoll_query_samples_total{${ITSELF}}`)})`, legend: '{{instance}}' }],
    },
  ],
};

export const plimsollItself: DashboardSpec = {
  uid: 'plimsoll-itself',
  title: 'Plimsoll itself',
  description: 'Targets, scrape time, freshness, answers, faults and memory of Plimsoll.',
  guide: `**First:** *Targets that answer* and the table of those that do not. Everything else follows: a target that cannot be read makes its pods absent, and absent pods lower *coverage*.
Answers are fine while *Longest wait for the thread* stays far below a second.`,
  variables: [
    {
      name: 'instance',
      label: 'Plimsoll',
      description: 'A replica or shard, by the address at which it is read.',
      query: 'label_values(plimsoll_store_series, instance)',
    },
  ],
  sections: [OVERVIEW, TARGETS, ANSWERS, PROCESS],
};
