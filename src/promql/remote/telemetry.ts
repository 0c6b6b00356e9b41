// What the remote engine counts about itself.
import type { Meter } from '../../model/meter.ts';
import type { QueryFailure } from '../../model/query-engine.ts';
import type { BreakerState } from './breaker.ts';

export interface RemoteTelemetry {
  /** One question that went out, tried twice or not. */
  asked(method: string, seconds: number): void;
  failed(failure: QueryFailure): void;
  retried(): void;
  /** A question answered by what another one asked. */
  shared(): void;
  /** A question that did not go out, because the engine did not work before. */
  refused(): void;
  breaker(state: BreakerState): void;
}

// From a small answer beside us to the default time-out.
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const STATES: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

export function remoteTelemetry(meter: Meter): RemoteTelemetry {
  const seconds = meter.histogram({
    name: 'plimsoll_remote_query_duration_seconds',
    help: 'Time until the remote engine had answered a question, a second try included.',
    labels: ['method'],
    buckets: BUCKETS,
  });
  const failures = meter.counter({
    name: 'plimsoll_remote_query_failures_total',
    help: 'Questions that the remote engine did not answer, by kind of failure.',
    labels: ['failure'],
  });
  const retries = meter.counter({ name: 'plimsoll_remote_query_retries_total', help: 'Questions that the remote engine was asked twice.' });
  const shared = meter.counter({
    name: 'plimsoll_remote_shared_answers_total',
    help: 'Questions about signals that were answered by what another one had asked the remote engine.',
  });
  const refused = meter.counter({
    name: 'plimsoll_remote_refused_total',
    help: 'Questions that were not asked, because the remote engine had failed several times in a row.',
  });
  const breaker = meter.gauge({
    name: 'plimsoll_remote_breaker_state',
    help: 'Whether the remote engine is asked: 0 as usual, 1 with one question to see whether it is back, 2 not at all.',
  });
  breaker.set(STATES.closed);
  return {
    asked: (method, took) => seconds.observe(took, { method }),
    failed: (failure) => failures.add(1, { failure }),
    retried: () => retries.add(1),
    shared: () => shared.add(1),
    refused: () => refused.add(1),
    breaker: (state) => breaker.set(STATES[state]),
  };
}
