// /series, /labels and /label/<name>/values: what there is, whatever its values.
import type { Matcher } from '../model/matcher.ts';
import type { QueryEngine, QueryScope, SeriesRequest, SeriesResult } from '../model/query-engine.ts';
import { parseMatchers } from '../promql/syntax/parse-selector.ts';
import { type Answer, answerOf, listPieces, withinLimit } from './answer.ts';
import type { Endpoint, Question } from './endpoint.ts';
import type { Evaluations } from './evaluations.ts';
import { ApiFailure } from './failure.ts';
import { unescapeName } from './label-name.ts';
import { sortedByLabels } from './sort-series.ts';
import { writeLabels } from './write-result.ts';

export interface SeriesServices {
  readonly engine: Pick<QueryEngine, 'series' | 'labelValues'>;
  readonly evaluations: Evaluations;
}

/** Stands for no condition at all. */
const EVERYTHING = '{__name__=~".+"}';

export function seriesEndpoints(services: SeriesServices): readonly Endpoint[] {
  return [
    { path: '/series', takesForm: true, answer: (question) => series(question, services) },
    { path: '/labels', takesForm: true, answer: (question) => labels(question, services) },
  ];
}

async function series(question: Question, services: SeriesServices): Promise<Answer> {
  const { parameters } = question;
  if (parameters.all('match[]').length === 0) throw new ApiFailure('bad_data', 'no match[] parameter provided');
  const limit = parameters.limit();
  const found = await evaluated(question, services, (request) => services.engine.series(request));
  const { items, warnings } = withinLimit(await sortedByLabels(found.series), limit);
  return {
    data: listPieces(items, (one) => writeLabels(one.labels)),
    warnings: [...found.warnings, ...warnings],
    release: services.evaluations.hold(items.length),
  };
}

async function labels(question: Question, services: SeriesServices): Promise<Answer> {
  const limit = question.parameters.limit();
  const found = await evaluated(question, services, (request) => services.engine.series(request));
  return limited({ values: labelNames(found), warnings: found.warnings }, limit);
}

function labelNames({ series: found }: SeriesResult): readonly string[] {
  const names = new Set<string>();
  for (const { labels: of } of found) for (const name of of.keys()) names.add(name);
  return [...names].sort();
}

/** Of the label that the path names. */
export async function labelValues(
  name: string,
  { question, services }: { readonly question: Question; readonly services: SeriesServices },
): Promise<Answer> {
  const label = unescapeName(name);
  const limit = question.parameters.limit();
  return limited(await evaluated(question, services, (request) => services.engine.labelValues({ ...request, label })), limit);
}

interface Found {
  readonly values: readonly string[];
  readonly warnings: readonly string[];
}

function limited({ values, warnings }: Found, limit: number | undefined): Answer {
  const { items, warnings: more } = withinLimit(values, limit);
  return { ...answerOf(items), warnings: [...warnings, ...more] };
}

async function evaluated<Result>(
  { parameters, abortSignal }: Question,
  { evaluations }: SeriesServices,
  work: (request: SeriesRequest) => Promise<Result>,
): Promise<Result> {
  const span = parameters.span();
  const given = parameters.matcherSets();
  const matchers: readonly (readonly Matcher[])[] = given.length > 0 ? given : [parseMatchers(EVERYTHING)];
  const asked = { abortSignal, parameter: 'match[]' };
  const { result } = await evaluations.run(asked, (scope: QueryScope) => work({ ...scope, ...span, matchers }));
  return result;
}
