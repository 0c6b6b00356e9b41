// /metadata and /targets/metadata: types and descriptions of families, as targets say them.
import { setImmediate } from 'node:timers/promises';
import type { Labels } from '../model/labels.ts';
import type { FamilyMetadata, MetadataSource } from '../model/metadata.ts';
import type { TargetBook, TargetStatus } from '../model/target.ts';
import { parseMatchers } from '../promql/syntax/parse-selector.ts';
import { type Answer, answerOf, listPieces } from './answer.ts';
import type { Endpoint, Question } from './endpoint.ts';
import { ApiFailure, toldOf } from './failure.ts';
import { writeLabels } from './write-result.ts';

export interface MetadataServices {
  readonly book: Pick<TargetBook, 'all'>;
  readonly metadata: MetadataSource;
}

/** Targets of one turn: some milliseconds. */
const TARGETS_A_TURN = 50;

export function metadataEndpoints(services: MetadataServices): readonly Endpoint[] {
  return [
    { path: '/metadata', takesForm: false, answer: (question) => metadata(question, services) },
    { path: '/targets/metadata', takesForm: false, answer: (question) => targetMetadata(question, services) },
  ];
}

/** Each family with every description that some target has for it. */
async function metadata(question: Question, services: MetadataServices): Promise<Answer> {
  const { parameters } = question;
  const limit = parameters.count('limit');
  const most = parameters.count('limit_per_metric') || undefined;
  const wanted = parameters.text('metric');
  const found = new Map<string, Map<string, FamilyMetadata>>();
  await eachFamily({ question, services, wanted }, (_target, family) => {
    const known = found.get(family.name) ?? new Map<string, FamilyMetadata>();
    if (known.size === most) return;
    found.set(family.name, known.set(JSON.stringify([family.type, family.help, family.unit]), family));
  });
  const families = [...found].sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, limit);
  return answerOf(Object.fromEntries(families.map(([name, said]) => [name, [...said.values()].map(documentOf)])));
}

function documentOf({ type, unit, help }: FamilyMetadata): object {
  return { type, unit, help };
}

interface Said {
  readonly target: Labels;
  readonly family: FamilyMetadata;
}

async function targetMetadata(question: Question, services: MetadataServices): Promise<Answer> {
  const { parameters } = question;
  const most = parameters.count('limit') ?? Number.POSITIVE_INFINITY;
  const selector = parameters.text('match_target');
  const matchers = selector === '' ? [] : toldOf('match_target', () => parseMatchers(selector));
  const wanted = parameters.text('metric');
  const found: Said[] = [];
  const isAsked = ({ labels }: { readonly labels: Labels }): boolean =>
    matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''));
  await eachFamily({ question, services, wanted, isAsked, isEnough: () => found.length >= most }, ({ target }, family) => {
    found.push({ target: target.labels, family });
  });
  return { data: listPieces(found, (said) => writeSaid(said, wanted)) };
}

/** The family's name is left out where it was asked for. */
function writeSaid({ target, family }: Said, wanted: string): string {
  const name = wanted === '' ? `"metric":${JSON.stringify(family.name)},` : '';
  const { type, help, unit } = family;
  return `{"target":${writeLabels(target)},${name}"type":"${type}","help":${JSON.stringify(help)},"unit":${JSON.stringify(unit)}}`;
}

interface Search {
  readonly question: Question;
  readonly services: MetadataServices;
  /** One family alone; empty for all. */
  readonly wanted: string;
  readonly isAsked?: (target: TargetStatus['target']) => boolean;
  /** Looked at before each target. */
  readonly isEnough?: () => boolean;
}

async function eachFamily(
  { question, services, wanted, isAsked, isEnough }: Search,
  visit: (status: TargetStatus, family: FamilyMetadata) => void,
): Promise<void> {
  let looked = 0;
  for (const status of [...services.book.all()]) {
    if (isEnough?.()) return;
    if (isAsked?.(status.target) === false) continue;
    looked += 1;
    if (looked % TARGETS_A_TURN === 0) await setImmediate();
    if (question.abortSignal.aborted) throw new ApiFailure('canceled', 'the one who asked has gone');
    for (const family of services.metadata.families(status.target.id)) {
      if (wanted === '' || family.name === wanted) visit(status, family);
    }
  }
}
