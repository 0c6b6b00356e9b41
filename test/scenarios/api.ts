// The HTTP API of a scenario's Triton, in the forms of the real one.
import { type ScenarioApi, type ScenarioModel, valueAt } from './language.ts';

export function apiAnswer(
  { models, ready }: ScenarioApi,
  { path, atMs }: { path: string; atMs: number },
): { readonly status: number; readonly json: unknown } {
  const now = models.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (path === '/v2/health/ready') return { status: ready.length > 0 && !valueAt(ready, atMs) ? 400 : 200, json: undefined };
  if (path === '/v2/models/stats') return { status: 200, json: { model_stats: now.map((model) => statistics(model, atMs)) } };
  const [, name, version] = /^\/v2\/models\/([^/]+)\/versions\/([^/]+)\/config$/.exec(path) ?? [];
  const model = now.find((one) => one.name === name && versionOf(one) === version);
  return model === undefined ? { status: 400, json: { error: 'unknown model' } } : { status: 200, json: configuration(model) };
}

function versionOf({ options }: ScenarioModel): string {
  return options['version'] ?? '1';
}

function statistics(model: ScenarioModel, atMs: number): object {
  const ns = (valueAt(model.busy, atMs) ?? 0) * 1e9;
  return { name: model.name, version: versionOf(model), batch_stats: [{ batch_size: 1, compute_infer: { count: 1, ns } }] };
}

function configuration({ kind, name, options }: ScenarioModel): object {
  const common = { name, model_transaction_policy: { decoupled: options['decoupled'] === 'true' } };
  if (kind === 'ensemble') return { ...common, platform: 'ensemble', instance_group: [], ensemble_scheduling: { step: [] } };
  return {
    ...common,
    max_batch_size: Number(options['max_batch_size'] ?? 0),
    instance_group: [{ count: Number(options['instances'] ?? 1), gpus: [] }],
    ...(options['batching'] === 'true' ? { dynamic_batching: {} } : {}),
    ...(options['sequence'] === 'true' ? { sequence_batching: { oldest: {} } } : {}),
  };
}
