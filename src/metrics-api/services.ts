// What the metrics API needs of the rest of Plimsoll.
import type { Clock } from '../lib/clock.ts';
import type { Admit } from '../model/admission.ts';
import type { AnswerRecorder } from '../model/answer-recorder.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import type { RuleMetrics } from '../model/rule-metrics.ts';
import type { Signals } from '../model/signal.ts';
import type { OwnerKind } from './resources.ts';

export interface MetricsApiServices {
  readonly signals: Signals;
  /** Metrics beside those of the signals, whose names win. */
  readonly rules?: RuleMetrics | undefined;
  /** Asked for each request, so that a reload shows at once. */
  readonly inventory: () => Inventory;
  /** Kinds that own pods, besides those of Kubernetes itself: metrics can be asked about them. */
  readonly owners: readonly OwnerKind[];
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: Log;
  /** Plimsoll's own, `1.2.3`. */
  readonly version: string;
  /** Is told of every answer about a metric. */
  readonly recorder?: AnswerRecorder | undefined;
  /** Judges every request before it is looked at; without it everybody is admitted. */
  readonly admit?: Admit | undefined;
  /** What a health check answers at its path, the query included; undefined for every other path. */
  readonly health?: ((target: string) => { readonly code: number; readonly body: string } | undefined) | undefined;
}
