// What a Triton says of each model and version, in base units, both series sets summed over gpu_uuid.
import { keyOf } from '../../lib/key.ts';
import type { Warning } from '../../model/fact.ts';
import { MODEL_READINGS, type ModelReading, PENDING_FAMILY, REQUEST_DURATION_FAMILY } from '../../sources/triton/families.ts';
import type { Document } from './document.ts';
import type { Reading } from './reading.ts';

/** One reading per model, version and family, in the order of the table. Rows that say no number are left out. */
export function tritonReadings(document: Document): readonly Reading[] {
  return MODEL_READINGS.flatMap((reading) => readingsOf(reading, document));
}

function readingsOf({ raw, name, unit, perUnit }: ModelReading, document: Document): Reading[] {
  const sums = new Map<string, { readonly model: string; readonly version: string; total: number }>();
  for (const { name: family, line, value } of document.samples) {
    const model = line.labels.get('model');
    if (family !== raw || !model || !Number.isFinite(value)) continue;
    const version = line.labels.get('version') ?? '';
    const key = keyOf([model, version]);
    const sum = sums.get(key) ?? { model, version, total: 0 };
    sum.total += value;
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ model, version, total }) => ({ name, labels: { model, version }, value: total / perUnit, unit }));
}

/** What a reader of these numbers should know. */
export function tritonWarnings(document: Document, readings: readonly Reading[]): readonly Warning[] {
  // The failures of an unloaded model go on being said.
  if (readings.every((reading) => reading.name === 'triton_failures_total')) return [NO_MODELS];
  const warnings = [KINDS_UNKNOWN];
  const hasPending = document.families.has(PENDING_FAMILY);
  if (!hasPending) warnings.push(NO_PENDING_GAUGE);
  // An excerpt may lack any family; a text with the pending gauge is whole enough to tell.
  if (hasPending && !document.families.has(REQUEST_DURATION_FAMILY)) warnings.push(COUNTERS_DISABLED);
  return warnings;
}

const NO_MODELS: Warning = {
  code: 'no-models',
  message: 'no model says a number: none is loaded, or none has a metric; look at :8000/v2/repository/index',
};

const KINDS_UNKNOWN: Warning = {
  code: 'model-kinds-unknown',
  message:
    'metrics do not tell ensembles from their children, whose requests count again: set models.<name>.kind to ensemble where it is one',
};

const NO_PENDING_GAUGE: Warning = {
  code: 'no-pending-gauge',
  message: `no ${PENDING_FAMILY}, which servers before 23.09 do not have: requests that wait show only when they are done`,
};

const COUNTERS_DISABLED: Warning = {
  code: 'counters-disabled',
  message:
    'no duration counters: the server runs with counter_latencies=false, and then its counts of requests stay 0 too; only pending is live',
};
