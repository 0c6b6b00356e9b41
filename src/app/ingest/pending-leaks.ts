// The leaks of one target's pending gauges, model by model, over its scrapes.
import { modelKey, PENDING } from '../../facts/models-said.ts';
import type { FactName } from '../../facts/names.ts';
import { type PendingReading, type PendingState, pendingAfter } from '../../facts/pending-leak.ts';
import type { Fact } from '../../model/fact.ts';
import { labelsOf, METRIC_NAME } from '../../model/labels.ts';
import type { Line } from '../../model/line.ts';

export interface SaidValue {
  readonly line: Line;
  readonly value: number;
}

const LEAKED: FactName = 'triton_pending_leak_requests';
const COUNTERS = /^nv_inference_(?:count|exec_count|request_success|request_failure|queue_duration_us)$/;

interface Known {
  readonly model: string;
  readonly version: string;
  readonly state: PendingState;
}

export class PendingLeaks {
  #known: ReadonlyMap<string, Known> = new Map();

  /** One scrape. A model that is no longer said is forgotten. */
  read(values: Iterable<SaidValue>, sentMs: number): void {
    const next = new Map<string, Known>();
    for (const [key, { model, version, reading }] of readingsOf(values)) {
      next.set(key, { model, version, state: pendingAfter(this.#known.get(key)?.state, reading, sentMs) });
    }
    this.#known = next;
  }

  /** What is to be subtracted from the gauge, for the models where that is not 0. */
  facts(): Fact[] {
    return this.#leaking().map(({ model, version, state }) => ({
      labels: labelsOf({ [METRIC_NAME]: LEAKED, model, version }),
      value: state.leaked,
    }));
  }

  models(): readonly string[] {
    return [...new Set(this.#leaking().map(({ model }) => model))];
  }

  #leaking(): Known[] {
    return [...this.#known.values()].filter(({ state }) => state.leaked > 0);
  }
}

function readingsOf(values: Iterable<SaidValue>): Map<string, { model: string; version: string; reading: PendingReading }> {
  const readings = new Map<string, { model: string; version: string; reading: PendingReading }>();
  for (const { line, value } of values) {
    const { labels } = line;
    const family = labels.get(METRIC_NAME) ?? '';
    const isPending = family === PENDING;
    if ((!isPending && !COUNTERS.test(family)) || !Number.isFinite(value)) continue;
    const model = labels.get('model') ?? '';
    const version = labels.get('version') ?? '';
    const key = modelKey(model, version);
    const { pending, progress } = readings.get(key)?.reading ?? { pending: 0, progress: 0 };
    const reading = isPending ? { pending: pending + value, progress } : { pending, progress: progress + value };
    readings.set(key, { model, version, reading });
  }
  return readings;
}
