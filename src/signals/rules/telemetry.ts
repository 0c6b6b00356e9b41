// What rules count about themselves; none of it by metric, of which there may be thousands.
import type { AdapterRules } from '../../config/prometheus-adapter/compile.ts';
import type { Meter } from '../../model/meter.ts';

export interface RuleTelemetry {
  /** A query of a rule, whatever came of it. */
  asked(seconds: number): void;
  /** A query that the engine could not answer. */
  failed(): void;
  looked(found: { readonly rules: AdapterRules; readonly unmatched: number }): void;
}

// From one pod in memory to a remote engine at its time-out.
const BUCKETS = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export function ruleTelemetry(meter: Meter): RuleTelemetry {
  const seconds = meter.histogram({
    name: 'plimsoll_rule_query_seconds',
    help: 'Time that the query of a rule of prometheus-adapter took.',
    buckets: BUCKETS,
  });
  const failures = meter.counter({
    name: 'plimsoll_rule_query_failures_total',
    help: 'Queries of rules of prometheus-adapter that the engine could not answer.',
  });
  const rules = meter.gauge({ name: 'plimsoll_rules', help: 'Rules of prometheus-adapter in force.' });
  const unmatched = meter.gauge({ name: 'plimsoll_rules_unmatched', help: 'Rules of prometheus-adapter that there is no series for now.' });
  return {
    asked: (duration) => seconds.observe(duration),
    failed: () => failures.add(1),
    looked: ({ rules: { custom, external }, unmatched: without }) => {
      rules.set(custom.length + external.length);
      unmatched.set(without);
    },
  };
}
