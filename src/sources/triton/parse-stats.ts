// What GET /v2/models/stats says: the model versions that are ready, and how long their instances have executed.
import * as z from 'zod';
import type { ModelStatistics } from '../../model/description.ts';

// A step that a server does not tell took no time.
const step = z.object({ ns: z.number().nonnegative() }).default({ ns: 0 });

const statistics = z.object({
  model_stats: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      batch_stats: z.array(z.object({ compute_input: step, compute_infer: step, compute_output: step })).default([]),
    }),
  ),
});

const NANOSECONDS = 1e9;

/**
 * In the order said; undefined when the answer is no statistics. `batch_stats` count executions, where the metrics on :8002
 * count requests: a batch of four is one here and four there (measured on Triton 2.51).
 */
export function parseStats(json: unknown): readonly ModelStatistics[] | undefined {
  const { success, data } = statistics.safeParse(json);
  if (!success) return undefined;
  return data.model_stats.map(({ name: model, version, batch_stats: batches }) => {
    let busyNs = 0;
    for (const batch of batches) busyNs += batch.compute_input.ns + batch.compute_infer.ns + batch.compute_output.ns;
    return { model, version, busySeconds: busyNs / NANOSECONDS };
  });
}
