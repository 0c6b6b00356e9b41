// What scraping says about itself.
import type { Counter, Gauge, Histogram, Meter } from '../model/meter.ts';
import type { TargetStatus } from '../model/target.ts';

export interface ScrapeTelemetry {
  added(status: TargetStatus): void;
  removed(status: TargetStatus): void;
  /** One attempt took the target from the first status to the second. */
  attempted(before: TargetStatus, after: TargetStatus): void;
  /** A scrape was due while the target's previous one was still running. */
  skipped(status: TargetStatus): void;
  /** Targets that are not scraped because there are too many. */
  overLimit(count: number): void;
}

// From an idle exporter on the same node to a time-out of two default intervals.
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Registers the metrics and keeps the numbers of targets by state. */
export function createScrapeTelemetry(meter: Meter): ScrapeTelemetry {
  const metrics = registerMetrics(meter);
  const counts = new Map<string, number>();

  function count(status: TargetStatus, change: 1 | -1): void {
    const labels = { source: status.target.source, state: stateOf(status) };
    const key = `${labels.source} ${labels.state}`;
    const amount = (counts.get(key) ?? 0) + change;
    counts.set(key, amount);
    metrics.targets.set(amount, labels);
  }

  return {
    added: (status) => count(status, 1),
    removed: (status) => count(status, -1),
    attempted(before, after) {
      if (stateOf(before) !== stateOf(after)) {
        count(before, -1);
        count(after, 1);
      }
      const { source } = after.target;
      metrics.attempts.add(1, { source, result: after.lastError?.failure ?? 'success' });
      metrics.duration.observe((after.lastDurationMs ?? 0) / 1000, { source });
    },
    skipped: (status) => metrics.skipped.add(1, { source: status.target.source }),
    overLimit: (surplus) => metrics.overLimit.set(surplus),
  };
}

interface ScrapeMetrics {
  readonly targets: Gauge;
  readonly attempts: Counter;
  readonly duration: Histogram;
  readonly skipped: Counter;
  readonly overLimit: Gauge;
}

function registerMetrics(meter: Meter): ScrapeMetrics {
  return {
    targets: meter.gauge({
      name: 'plimsoll_targets',
      help: 'Targets by what the last scrape made of them: up, down, or unread before the first.',
      labels: ['source', 'state'],
    }),
    attempts: meter.counter({
      name: 'plimsoll_scrapes_total',
      help: 'Finished scrapes; the result is success or the kind of failure, limits that were hit included.',
      labels: ['source', 'result'],
    }),
    duration: meter.histogram({
      name: 'plimsoll_scrape_duration_seconds',
      help: 'Time from the request to the stored samples or the failure.',
      labels: ['source'],
      buckets: DURATION_BUCKETS_SECONDS,
    }),
    skipped: meter.counter({
      name: 'plimsoll_scrapes_skipped_total',
      help: 'Scrapes not begun because the previous one of the same target was still running.',
      labels: ['source'],
    }),
    overLimit: meter.gauge({
      name: 'plimsoll_targets_over_limit',
      help: 'Targets that are not scraped because there are more than limits.targets.',
    }),
  };
}

function stateOf(status: TargetStatus): 'up' | 'down' | 'unread' {
  if (status.lastAttemptMs === undefined) return 'unread';
  return status.lastError === undefined ? 'up' : 'down';
}
