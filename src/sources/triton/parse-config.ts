// A model's configuration as GET /v2/models/M/versions/V/config says it.
import * as z from 'zod';
import type { DescribedModel } from '../../model/description.ts';

// Triton fills in its defaults; what is missing here is so in servers that have no such field.
const configuration = z.object({
  name: z.string(),
  platform: z.string().default(''),
  max_batch_size: z.int().nonnegative().default(0),
  instance_group: z.array(z.object({ count: z.int().nonnegative().default(1), gpus: z.array(z.int()).default([]) })).default([]),
  dynamic_batching: z.object({}).optional(),
  sequence_batching: z.object({ oldest: z.object({}).optional(), direct: z.object({}).optional() }).optional(),
  ensemble_scheduling: z.object({ step: z.array(z.object({ model_name: z.string() })).default([]) }).optional(),
  model_transaction_policy: z.object({ decoupled: z.boolean().default(false) }).optional(),
});

/** Undefined when the answer is no model configuration, as `{"error": …}` is none. */
export function parseConfig(json: unknown, version: string): DescribedModel | undefined {
  const { success, data } = configuration.safeParse(json);
  if (!success) return undefined;
  const { max_batch_size: maxBatchSize, dynamic_batching: dynamic, sequence_batching: sequence, ensemble_scheduling: ensemble } = data;
  const isEnsemble = ensemble !== undefined || data.platform === 'ensemble';
  return {
    name: data.name,
    version,
    kind: isEnsemble ? 'ensemble' : 'leaf',
    decoupled: data.model_transaction_policy?.decoupled === true,
    batching: dynamic !== undefined || sequence !== undefined,
    sequence: sequence !== undefined,
    instances: isEnsemble ? 0 : instancesOf(data.instance_group),
    maxBatchSize,
    steps: ensemble?.step.map((step) => step.model_name) ?? [],
  };
}

/** A group has `count` instances on each GPU that it names. */
function instancesOf(groups: readonly { readonly count: number; readonly gpus: readonly number[] }[]): number {
  let instances = 0;
  for (const { count, gpus } of groups) instances += count * Math.max(1, gpus.length);
  return instances;
}
