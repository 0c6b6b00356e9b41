// What a server with namespaces of models tells: nothing of all at once, and nothing of a name that several namespaces have.
import * as z from 'zod';
import type { ModelStatistics, ModelVersion } from '../../model/description.ts';
import type { JsonResult } from '../../model/fetch.ts';
import { parseStats } from './parse-stats.ts';
import { configPath, statisticsPath } from './paths.ts';

interface Told {
  readonly kind: 'told';
  /** Of the versions that are ready, in the order asked. */
  readonly statistics: readonly ModelStatistics[];
  /** Versions that the server will not tell of, for their name is in several namespaces. */
  readonly ambiguous: readonly { readonly name: string; readonly version: string }[];
}

/** Asks about each model by itself. A failure fails the whole. */
export async function askEachModel(
  models: Iterable<ModelVersion>,
  read: (path: string) => Promise<JsonResult>,
): Promise<Told | Extract<JsonResult, { kind: 'failed' }>> {
  const statistics: ModelStatistics[] = [];
  const ambiguous: { name: string; version: string }[] = [];
  for (const one of models) {
    const answer = await read(statisticsPath(one));
    if (answer.kind === 'failed') return answer;
    const known = parseStats(answer.json);
    if (known !== undefined) statistics.push(...known);
    else if (isAmbiguous(await read(configPath(one)))) ambiguous.push({ name: one.model, version: one.version });
  }
  return { kind: 'told', statistics, ambiguous };
}

const refusal = z.object({ error: z.string() });

/** "There are 2 identifiers of model 'm' in global map, model namespace must be provided to resolve ambiguity." (Triton 2.51) */
function isAmbiguous(answer: JsonResult): boolean {
  if (answer.kind === 'failed') return false;
  const { success, data } = refusal.safeParse(answer.json);
  return success && data.error.includes('ambiguity');
}
