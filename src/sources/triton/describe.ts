// Asks a Triton about itself, on the port where it takes requests.
import type { DescribedModel, DescribeRequest, DescribeResult, ModelStatistics } from '../../model/description.ts';
import type { FetchJson } from '../../model/fetch.ts';
import { parseConfig } from './parse-config.ts';
import { parseStats } from './parse-stats.ts';

const STATISTICS = '/v2/models/stats';
const READY = '/v2/health/ready';

/**
 * Statistics first, so that they are as old as the question; they list the versions that are ready. Then readiness, then the
 * configurations that are not known. A model whose configuration cannot be read is named only, and read the next time: a server
 * with more models than a time-out allows is described little by little. Any other failure fails the whole.
 */
export async function describeTriton({ target, known, rereads, signal }: DescribeRequest, fetchJson: FetchJson): Promise<DescribeResult> {
  const stats = await fetchJson({ target, path: STATISTICS }, signal);
  if (stats.kind === 'failed') return stats;
  const statistics = parseStats(stats.json);
  if (statistics === undefined) return notTriton(`${STATISTICS} answers ${stats.status} and no statistics`);
  const ready = await fetchJson({ target, path: READY }, signal);
  if (ready.kind === 'failed') return ready;
  const models: DescribedModel[] = [];
  const undescribed: { name: string; version: string }[] = [];
  for (const one of statistics) {
    const last = knownModel(known?.models, one);
    const model = last === undefined || rereads ? ((await readModel(one, (path) => fetchJson({ target, path }, signal))) ?? last) : last;
    if (model === undefined) undescribed.push({ name: one.model, version: one.version });
    else models.push(model);
  }
  return { kind: 'described', description: { serverReady: ready.status === 200, models, undescribed }, statistics };
}

function knownModel(models: readonly DescribedModel[] | undefined, wanted: ModelStatistics): DescribedModel | undefined {
  return models?.find(({ name, version }) => name === wanted.model && version === wanted.version);
}

async function readModel(
  { model, version }: ModelStatistics,
  read: (path: string) => ReturnType<FetchJson>,
): Promise<DescribedModel | undefined> {
  const answer = await read(`/v2/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}/config`);
  return answer.kind === 'answer' && answer.status === 200 ? parseConfig(answer.json, version) : undefined;
}

function notTriton(what: string): DescribeResult {
  return { kind: 'failed', error: { failure: 'wrong-source', message: `${what}; is triton_api.port the port of its HTTP API?` } };
}
