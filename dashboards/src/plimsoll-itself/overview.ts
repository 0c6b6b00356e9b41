// The first line of numbers about Plimsoll.
import { faults, ITSELF } from '../queries.ts';
import type { Section } from '../spec.ts';
import { FAULTS, ofProcess } from './series.ts';

const DAY_SECONDS = 86_400;
const SHARE = [
  { at: 0.5, color: 'orange' },
  { at: 1, color: 'green' },
] as const;

export const OVERVIEW: Section = {
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
