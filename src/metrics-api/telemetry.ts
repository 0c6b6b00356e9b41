// What the metrics API counts of itself.
import type { Meter } from '../model/meter.ts';
import { GROUPS } from './resources.ts';

export interface ApiTelemetry {
  answered(answer: { readonly target: string; readonly code: number; readonly seconds: number }): void;
}

/** From answers out of memory to the request time-out of kube-apiserver. */
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

export function apiTelemetry(meter: Meter): ApiTelemetry {
  const requests = meter.counter({
    name: 'plimsoll_metrics_api_requests_total',
    help: 'Requests that the metrics API answered, by API group and HTTP status.',
    labels: ['group', 'code'],
  });
  const seconds = meter.histogram({
    name: 'plimsoll_metrics_api_request_seconds',
    help: 'Time from the head of a request to its answer, by API group.',
    labels: ['group'],
    buckets: SECONDS_BUCKETS,
  });
  return {
    answered(answer): void {
      const group = groupOf(answer.target);
      requests.add(1, { group, code: String(answer.code) });
      seconds.observe(answer.seconds, { group });
    },
  };
}

/** One of the groups served, or empty: a label that askers cannot widen. */
function groupOf(target: string): string {
  return GROUPS.find(({ name }) => target.startsWith(`/apis/${name}/`))?.name ?? '';
}
