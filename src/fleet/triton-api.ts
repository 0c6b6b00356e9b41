// What Triton answers on its HTTP port about itself: readiness, statistics, configurations. Forms as in Triton 2.51.
import type { LeafSpec, ModelSpec } from './spec.ts';
import type { ModelState } from './state.ts';

export interface ApiAnswer {
  readonly kind: 'api';
  readonly status: number;
  readonly body: string;
}

export interface ApiServer {
  readonly models: readonly ModelSpec[];
  readonly states: readonly ModelState[];
}

const CONFIG = /^\/v2\/models\/(?<model>[^/]+)(?:\/versions\/1)?\/config$/;

/** A path that Triton does not know is an error 400 here as there. */
export function tritonApi(server: ApiServer, path: string): ApiAnswer {
  if (path === '/v2/health/ready' || path === '/v2/health/live') return { kind: 'api', status: 200, body: '' };
  if (path === '/v2/models/stats') return json({ model_stats: server.states.map(statistics) });
  const name = CONFIG.exec(path)?.groups?.['model'] ?? '';
  const model = server.models.find((one) => one.name === decodeURIComponent(name));
  if (model !== undefined) return json(configuration(model));
  return { kind: 'api', status: 400, body: JSON.stringify({ error: `Request for unknown model: '${name}' is not found` }) };
}

function json(value: unknown): ApiAnswer {
  return { kind: 'api', status: 200, body: JSON.stringify(value) };
}

function configuration(model: ModelSpec): object {
  const common = { name: model.name, max_batch_size: 0, model_transaction_policy: { decoupled: false } };
  if (model.kind === 'leaf') return { ...common, ...leafConfiguration(model) };
  const step = model.steps.map((name) => ({ model_name: name, model_version: -1 }));
  return { ...common, platform: 'ensemble', instance_group: [], ensemble_scheduling: { step } };
}

function leafConfiguration({ name, device, instances, maxBatch, maxQueueDelayUs }: LeafSpec): object {
  const kind = device === 'gpu' ? 'KIND_GPU' : 'KIND_CPU';
  return {
    max_batch_size: maxBatch,
    instance_group: [{ name: `${name}_0`, kind, count: instances, gpus: device === 'gpu' ? [0] : [] }],
    ...(maxBatch > 1 ? { dynamic_batching: { max_queue_delay_microseconds: maxQueueDelayUs } } : {}),
  };
}

function statistics({ name, counters, batches = new Map() }: ModelState): object {
  const steps = [...batches].map(([size, { executions: count, inputUs, inferUs, outputUs }]) => ({
    batch_size: size,
    compute_input: { count, ns: inputUs * 1000 },
    compute_infer: { count, ns: inferUs * 1000 },
    compute_output: { count, ns: outputUs * 1000 },
  }));
  return { name, version: '1', inference_count: counters.inferences, execution_count: counters.executions, batch_stats: steps };
}
