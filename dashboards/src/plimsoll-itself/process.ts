// What Plimsoll takes of the machine.
import { ITSELF, rate } from '../queries.ts';
import type { Section } from '../spec.ts';
import { ofProcess } from './series.ts';

export const PROCESS: Section = {
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
