// /status/tsdb: how many series there are, and what makes them many.
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { QueryEngine, SeriesResult } from '../model/query-engine.ts';
import { parseMatchers } from '../promql/syntax/parse-selector.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Endpoint, Question } from './endpoint.ts';
import type { Evaluations } from './evaluations.ts';
import { ApiFailure } from './failure.ts';

export interface StatisticsServices {
  readonly engine: Pick<QueryEngine, 'series'>;
  readonly evaluations: Evaluations;
  readonly clock: Clock;
  /** How long samples are kept, in milliseconds. */
  readonly retentionMs: () => number;
}

const DEFAULT_LIMIT = 10;
/** Prometheus's own. */
const MOST_LIMIT = 10_000;
/** Series, or counts, of one turn: a millisecond or two. */
const A_TURN = 1000;

export function statisticsEndpoints(services: StatisticsServices): readonly Endpoint[] {
  return [{ path: '/status/tsdb', takesForm: false, answer: (question) => statistics(question, services) }];
}

async function statistics(question: Question, services: StatisticsServices): Promise<Answer> {
  const { parameters, abortSignal } = question;
  const limit = parameters.text('limit') === '' ? DEFAULT_LIMIT : (parameters.count('limit') ?? 0);
  if (limit < 1) throw new ApiFailure('bad_data', 'limit must be a positive number');
  if (limit > MOST_LIMIT) throw new ApiFailure('bad_data', `limit must not exceed ${MOST_LIMIT}`);
  const endMs = services.clock.nowMs();
  const startMs = endMs - services.retentionMs();
  const { result } = await services.evaluations.run({ abortSignal, parameter: 'limit' }, async (scope) => {
    const found = await services.engine.series({ ...scope, startMs, endMs, matchers: [parseMatchers('{__name__=~".+"}')] });
    return counted(found.series);
  });
  const { series, names, labels, pairs, newestMs } = result;
  const largest = (of: Iterable<readonly [string, number]>) => largestOf(of, limit);
  return answerOf({
    headStats: { numSeries: series, numLabelPairs: pairs.size, minTime: Math.floor(startMs), maxTime: Math.floor(newestMs) },
    seriesCountByMetricName: await largest(names),
    labelValueCountByLabelName: await largest([...labels].map(([name, values]) => [name, values.size] as const)),
    memoryInBytesByLabelName: await largest([...labels].map(([name, values]) => [name, bytesOf(values)] as const)),
    seriesCountByLabelValuePair: await largest(pairs),
  });
}

interface Counted {
  series: number;
  newestMs: number;
  readonly names: Map<string, number>;
  /** Values by label. */
  readonly labels: Map<string, Set<string>>;
  /** Series by `label=value`. */
  readonly pairs: Map<string, number>;
}

async function counted(series: SeriesResult['series']): Promise<Counted> {
  const all: Counted = { series: series.length, newestMs: 0, names: new Map(), labels: new Map(), pairs: new Map() };
  for (const [at, { labels, newestMs = 0 }] of series.entries()) {
    if (at % A_TURN === A_TURN - 1) await setImmediate();
    all.newestMs = Math.max(all.newestMs, newestMs);
    count(all.names, labels.get(METRIC_NAME) ?? '');
    for (const [name, value] of labels) {
      const values = all.labels.get(name) ?? new Set<string>();
      all.labels.set(name, values.add(value));
      count(all.pairs, `${name}=${value}`);
    }
  }
  return all;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function bytesOf(texts: Iterable<string>): number {
  let bytes = 0;
  for (const text of texts) bytes += Buffer.byteLength(text);
  return bytes;
}

/** The largest come first, of equal ones by name. */
async function largestOf(counts: Iterable<readonly [string, number]>, limit: number): Promise<readonly object[]> {
  let largest: (readonly [string, number])[] = [];
  let more: (readonly [string, number])[] = [];
  const take = (): void => {
    largest = [...largest, ...more]
      .sort(([name, value], [otherName, other]) => other - value || (name < otherName ? -1 : 1))
      .slice(0, limit);
    more = [];
  };
  for (const each of counts) {
    more.push(each);
    if (more.length < A_TURN) continue;
    take();
    await setImmediate();
  }
  take();
  return largest.map(([name, value]) => ({ name, value }));
}
