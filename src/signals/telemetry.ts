// What signals count about themselves.
import type { Meter } from '../model/meter.ts';

export interface SignalTelemetry {
  /** One question about a signal, whatever came of it. */
  evaluated(signal: string, seconds: number): void;
  /** A question that the engine could not answer. */
  failed(signal: string): void;
}

// From one pod in memory to a remote engine at its time-out.
const BUCKETS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export function signalTelemetry(meter: Meter): SignalTelemetry {
  const durations = meter.histogram({
    name: 'plimsoll_signal_evaluation_seconds',
    help: 'Time that the evaluation of a signal for one question took.',
    labels: ['signal'],
    buckets: BUCKETS,
  });
  const failures = meter.counter({
    name: 'plimsoll_signal_evaluation_failures_total',
    help: 'Questions about a signal that the engine could not answer.',
    labels: ['signal'],
  });
  return {
    evaluated: (signal, seconds) => durations.observe(seconds, { signal }),
    failed: (signal) => failures.add(1, { signal }),
  };
}
