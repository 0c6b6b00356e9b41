// Asks a Triton about itself, on the port where it takes requests.
import type { DescribedModel, DescribeRequest, DescribeResult, ModelStatistics, ModelVersion } from '../../model/description.ts';
import type { FetchJson, JsonResult } from '../../model/fetch.ts';
import { askEachModel } from './each-model.ts';
import { parseConfig } from './parse-config.ts';
import { parseStats } from './parse-stats.ts';
import { configPath } from './paths.ts';

const STATISTICS = '/v2/models/stats';
const READY = '/v2/health/ready';

/**
 * Statistics first, so that they are as old as the question; they list the versions that are ready. Then readiness, then the
 * configurations that are not known. A model whose configuration cannot be read is named only, and read the next time: a server
 * with more models than a time-out allows is described little by little. Any other failure fails the whole.
 */
export async function describeTriton(request: DescribeRequest, fetchJson: FetchJson): Promise<DescribeResult> {
  const { target, known, rereads, said = [], signal } = request;
  const read = (path: string): Promise<JsonResult> => fetchJson({ target, path }, signal);
  const answer = await statisticsOf(said, read);
  if (answer.kind === 'failed') return answer;
  const { statistics, ambiguous } = answer;
  const ready = await read(READY);
  if (ready.kind === 'failed') return ready;
  const models: DescribedModel[] = [];
  const undescribed: { name: string; version: string }[] = [];
  for (const one of statistics) {
    const last = knownModel(known?.models, one);
    const model = last === undefined || rereads ? ((await readModel(one, read)) ?? last) : last;
    if (model === undefined) undescribed.push({ name: one.model, version: one.version });
    else models.push(model);
  }
  const description = { serverReady: ready.status === 200, models, undescribed, ...(ambiguous.length > 0 ? { ambiguous } : {}) };
  return { kind: 'described', description, statistics };
}

type Statistics = Awaited<ReturnType<typeof askEachModel>>;

/** A server with namespaces of models answers 400 to the question about all of them (measured on Triton 2.51): each is asked about then. */
async function statisticsOf(said: Iterable<ModelVersion>, read: (path: string) => Promise<JsonResult>): Promise<Statistics> {
  const answer = await read(STATISTICS);
  if (answer.kind === 'failed') return answer;
  const statistics = parseStats(answer.json);
  if (statistics !== undefined) return { kind: 'told', statistics, ambiguous: [] };
  const each: Statistics = answer.status === 400 ? await askEachModel(said, read) : { kind: 'told', statistics: [], ambiguous: [] };
  const isNothing = each.kind === 'told' && each.statistics.length === 0 && each.ambiguous.length === 0;
  return isNothing ? notTriton(`${STATISTICS} answers ${answer.status} and no statistics`) : each;
}

function knownModel(models: readonly DescribedModel[] | undefined, wanted: ModelStatistics): DescribedModel | undefined {
  return models?.find(({ name, version }) => name === wanted.model && version === wanted.version);
}

async function readModel(one: ModelVersion, read: (path: string) => Promise<JsonResult>): Promise<DescribedModel | undefined> {
  const answer = await read(configPath(one));
  return answer.kind === 'answer' && answer.status === 200 ? parseConfig(answer.json, one.version) : undefined;
}

function notTriton(what: string): Extract<JsonResult, { kind: 'failed' }> {
  return { kind: 'failed', error: { failure: 'wrong-source', message: `${what}; is triton_api.port the port of its HTTP API?` } };
}
