// The newest samples of selected series, for a Prometheus that federates Plimsoll.
import type { Sample } from '../exposition/line.ts';
import { writeSample, writeType } from '../exposition/write.ts';
import { labelsKey, METRIC_NAME } from '../model/labels.ts';
import { type InstantRequest, type QueryEngine, QueryError } from '../model/query-engine.ts';
import { parseMatchers } from '../promql/parse-selector.ts';

export interface FederateRequest {
  /** Every value of `match[]`: plain selectors, any of which selects a series. */
  readonly selectors: readonly string[];
  readonly seriesLimit: number;
  readonly scope: Pick<InstantRequest, 'timeMs' | 'deadlineMs' | 'sampleBudget' | 'abortSignal'>;
}

/** The samples as text, each series once and with its own time, sorted by name. Rejects with a QueryError. */
export async function federate(request: FederateRequest, engine: QueryEngine): Promise<string> {
  if (request.selectors.length === 0)
    throw new QueryError('bad-expression', 'cannot federate: no selector is given; add match[]=<selector>');
  for (const selector of request.selectors) refuseOtherThanSelector(selector);
  const samples = new Map<string, Sample>();
  for (const expr of request.selectors) {
    const result = await engine.instant({ ...request.scope, expr });
    if (result.kind !== 'vector') continue;
    for (const { labels, value, newestMs } of result.series) {
      samples.set(labelsKey(labels), { labels, value, ...(newestMs !== undefined && { timestampMs: Math.floor(newestMs) }) });
    }
    refuseTooMany(samples.size, request.seriesLimit);
  }
  return writeFamilies(samples);
}

function refuseOtherThanSelector(text: string): void {
  try {
    parseMatchers(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new QueryError('bad-expression', `cannot federate: ${why}; match[] takes plain selectors such as {job="triton"}`, { cause });
  }
}

function refuseTooMany(count: number, limit: number): void {
  if (count <= limit) return;
  throw new QueryError('over-limit', `cannot federate ${count} series: one answer holds at most ${limit}; narrow match[]`);
}

/** What Plimsoll keeps of a family is its samples, so its type is said as Prometheus itself says it when federated. */
function writeFamilies(samples: ReadonlyMap<string, Sample>): string {
  const byName = new Map<string, string[]>();
  for (const sample of samples.values()) {
    const name = sample.labels.get(METRIC_NAME) ?? '';
    const lines = byName.get(name);
    if (lines === undefined) byName.set(name, [writeSample(sample)]);
    else lines.push(writeSample(sample));
  }
  let text = '';
  for (const [name, lines] of [...byName].sort(([one], [other]) => (one < other ? -1 : 1))) {
    text += `${writeType(name, 'unknown')}${lines.sort().join('')}`;
  }
  return text;
}
