// What the API counts of itself.
import type { Meter } from '../model/meter.ts';

export interface ApiTelemetry {
  /** `endpoint` is one of a closed list, whatever was asked. */
  answered(answer: { readonly endpoint: string; readonly code: number; readonly seconds: number }): void;
}

/** From an answer out of memory to the time-out of queries. */
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function apiTelemetry(meter: Meter): ApiTelemetry {
  const answers = meter.counter({
    name: 'plimsoll_prometheus_api_requests_total',
    help: 'Requests to /api/v1, by path and status; 499: the one who asked had gone.',
    labels: ['endpoint', 'code'],
  });
  const seconds = meter.histogram({
    name: 'plimsoll_prometheus_api_request_seconds',
    help: 'Time until requests to /api/v1 were answered, waiting for their turn included.',
    labels: ['endpoint'],
    buckets: SECONDS_BUCKETS,
  });
  return {
    answered: ({ endpoint, code, seconds: took }) => {
      answers.add(1, { endpoint, code: String(code) });
      seconds.observe(took, { endpoint });
    },
  };
}
