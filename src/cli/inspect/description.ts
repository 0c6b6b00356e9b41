// An inspection together with what the server said of itself.
import type { DescribedModel, DescribeResult, TargetDescription } from '../../model/description.ts';
import type { Warning } from '../../model/fact.ts';
import type { Inspection } from './inspection.ts';
import type { Reading } from './reading.ts';

/** Readings for kinds, instances and busy time; or, when nothing was answered, why the kinds stay unknown. */
export function withDescription(inspection: Inspection, result: DescribeResult): Inspection {
  if (result.kind === 'failed') {
    const because = ({ code, message }: Warning): Warning =>
      code === 'model-kinds-unknown' ? { code, message: `${message}; its API did not tell: ${result.error.message}` } : { code, message };
    return { ...inspection, warnings: inspection.warnings.map(because) };
  }
  const { description, statistics } = result;
  const busy = statistics.map(({ model, version, busySeconds }) =>
    reading('triton_instance_busy_seconds_total', { model, version }, { value: busySeconds, unit: 'seconds' }),
  );
  const warnings = inspection.warnings.filter(({ code }) => code !== 'model-kinds-unknown');
  return {
    ...inspection,
    readings: [...inspection.readings, ...description.models.flatMap(modelReadings), ...busy],
    warnings: [...warnings, ...descriptionWarnings(description)],
  };
}

function modelReadings({ name: model, version, kind, decoupled, batching, instances, maxBatchSize }: DescribedModel): Reading[] {
  const info = { model, version, kind, decoupled: String(decoupled), batching: String(batching) };
  const known = [reading('triton_model_info', info, { value: 1, unit: '' })];
  if (kind === 'ensemble') return known;
  return [
    ...known,
    reading('triton_model_instances', { model, version }, { value: instances, unit: 'instances' }),
    reading('triton_model_max_batch_size', { model, version }, { value: batching ? Math.max(1, maxBatchSize) : 1, unit: 'rows' }),
  ];
}

function reading(name: string, labels: Readonly<Record<string, string>>, measured: { value: number; unit: string }): Reading {
  return { name, labels, ...measured };
}

function descriptionWarnings({ serverReady, models, undescribed, ambiguous = [] }: TargetDescription): Warning[] {
  const warnings: Warning[] = [];
  if (!serverReady)
    warnings.push({ code: 'not-ready', message: 'the server answers its readiness probe with no: it has no load until it is' });
  const decoupled = models.filter((model) => model.decoupled).map(({ name }) => name);
  if (decoupled.length > 0) {
    const message = `${decoupled.join(', ')}: decoupled, and counted nowhere unless models.<name>.counts is include`;
    warnings.push({ code: 'models-not-counted', message });
  }
  if (ambiguous.length > 0) {
    const message = `${ambiguous.map(({ name }) => name).join(', ')}: in several namespaces of the server, which then tells nothing of the name; set models.<name>.kind and instances`;
    warnings.push({ code: 'instances-unknown', message });
  }
  if (undescribed.length > 0) {
    const message = `${undescribed.map(({ name }) => name).join(', ')}: no configuration could be read; set models.<name>.kind`;
    warnings.push({ code: 'model-kinds-unknown', message });
  }
  return warnings;
}
