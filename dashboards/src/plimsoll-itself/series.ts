// What several panels about Plimsoll are made of.
import { faults, ITSELF, rate } from '../queries.ts';
import type { Query } from '../spec.ts';

/** Of the process, and of no other that the data source knows. */
export function ofProcess(metric: string): string {
  return `${metric}{${ITSELF}} and on (instance) plimsoll_store_series`;
}

export function quantiles(histogram: string, by: string): readonly Query[] {
  return [0.5, 0.99].map((share) => ({
    expr: `histogram_quantile(${share}, sum by (le, ${by}) (${rate(`${histogram}_bucket{${ITSELF}}`)}))`,
    legend: `{{${by}}}: ${share === 0.5 ? 'median' : '99 %'}`,
  }));
}

export const FAULTS: Readonly<Record<string, string>> = {
  'scrapes that failed': faults(`plimsoll_scrapes_total{${ITSELF},result!="success"}`),
  'scrapes that were late': faults(`plimsoll_scrapes_skipped_total{${ITSELF}}`),
  'lines that cannot be read': faults(`plimsoll_exposition_malformed_lines_total{${ITSELF}}`),
  'series refused': faults(`plimsoll_store_rows_refused_total{${ITSELF}}`),
  'queries that failed': faults(`plimsoll_query_failures_total{${ITSELF}}`),
  'signals that failed': faults(`plimsoll_signal_evaluation_failures_total{${ITSELF}}`),
  'pages refused': faults(`plimsoll_exporter_refused_total{${ITSELF}}`),
  'lists of the cluster that failed': faults(`plimsoll_kubernetes_list_failures_total{${ITSELF}}`),
};
