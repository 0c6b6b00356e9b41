// What this stage counts about itself.
import type { Clock } from '../lib/clock.ts';
import type { Meter } from '../model/meter.ts';
import { QueryError } from '../model/query-engine.ts';
import type { Usage } from './eval/running/run.ts';

/** Runs a query, counts it, and turns whatever it throws into a QueryError. */
export type Observe = <R>(method: string, usage: Usage, query: () => Promise<R>) => Promise<R>;

export function createObserver(meter: Meter, clock: Clock): Observe {
  const seconds = meter.histogram({
    name: 'plimsoll_query_duration_seconds',
    help: 'Time to answer a query of the embedded engine.',
    labels: ['method'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5],
  });
  const samples = meter.counter({ name: 'plimsoll_query_samples_total', help: 'Samples read by queries of the embedded engine.' });
  const failures = meter.counter({
    name: 'plimsoll_query_failures_total',
    help: 'Queries of the embedded engine that failed, by kind of failure.',
    labels: ['failure'],
  });
  return async (method, usage, query) => {
    const startMs = clock.nowMs();
    try {
      usage.checkTime();
      return await query();
    } catch (error) {
      const failed = asQueryError(error);
      failures.add(1, { failure: failed.failure });
      throw failed;
    } finally {
      samples.add(usage.samples);
      seconds.observe((clock.nowMs() - startMs) / 1000, { method });
    }
  };
}

function asQueryError(cause: unknown): QueryError {
  if (cause instanceof QueryError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QueryError('execution', `cannot evaluate the query: ${reason}; report this, it is a fault of Plimsoll`, { cause });
}
