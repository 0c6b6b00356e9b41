// Which models the lines of a Triton speak of, and which of its families it has: all that facts about models need of the lines.
import { keyOf } from '../lib/key.ts';
import type { ModelVersion } from '../model/description.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { Line } from '../model/line.ts';

export interface ModelsSaid {
  /** Every model and version once, by a key of both. */
  readonly models: ReadonlyMap<string, ModelVersion>;
  /** Triton 23.09 and later say what waits. */
  readonly hasPending: boolean;
  /** With `counter_latencies=false`: the durations are gone, and the counts that stay are 0 whatever happens. What says nothing of either is an excerpt. */
  readonly countersAreOff: boolean;
  /** True for 23.09 to 23.12, some of which leak pending requests: they have the gauge and no pinned pool (since 24.01). */
  readonly mayLeak: boolean;
}

const PINNED_FAMILIES = 'nv_pinned_memory_pool_';
const MODEL_FAMILIES = 'nv_inference_';
export const PENDING = 'nv_inference_pending_request_count';
// Collectors of OpenTelemetry append `_total`: the counters are on, under names that no template asks for.
const DURATION = /^nv_inference_.*_duration_us(?:_total)?$/;
// The rows of this family stay when a model is unloaded (measured on Triton 2.51): they are no sign of life.
const OUTLIVES_THE_MODEL = 'nv_inference_request_failure';

export function modelKey(model: string, version: string): string {
  return keyOf([model, version]);
}

export function modelsSaid(lines: Iterable<Line>): ModelsSaid {
  const models = new Map<string, ModelVersion>();
  let hasPending = false;
  let hasDurations = false;
  let hasPinned = false;
  for (const { labels } of lines) {
    const family = labels.get(METRIC_NAME) ?? '';
    const model = labels.get('model');
    hasPinned ||= family.startsWith(PINNED_FAMILIES);
    if (!model || !family.startsWith(MODEL_FAMILIES) || family === OUTLIVES_THE_MODEL) continue;
    hasPending ||= family === PENDING;
    hasDurations ||= DURATION.test(family);
    const version = labels.get('version') ?? '';
    models.set(modelKey(model, version), { model, version });
  }
  return { models, hasPending, countersAreOff: hasPending && !hasDurations, mayLeak: hasPending && !hasPinned };
}
