// What a Triton says of each model and version, in base units, both series sets summed over gpu_uuid.
import { keyOf } from '../../lib/key.ts';
import { MODEL_READINGS, type ModelReading } from '../../sources/triton/families.ts';
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
