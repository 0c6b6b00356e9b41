// How an answer comes about: the same evaluation as for any question, with what it was made of.
import { partsOf } from '../lib/key.ts';
import type { DeviceReading, EvaluatedExpression, ExplainedAnswer, ExplainQuestion, Findings, PodFinding } from '../model/explanation.ts';
import type { Labels } from '../model/labels.ts';
import { type Pod, type PodRef, podKey } from '../model/pod.ts';
import { QueryError } from '../model/query-engine.ts';
import type { Absent, SignalInfo } from '../model/signal.ts';
import { answerOf } from './answer.ts';
import type { Arrangement } from './arrangement.ts';
import { CATALOGUE, type SignalRow } from './catalogue.ts';
import { type Context, type Inquired, inquire } from './inquiry.ts';
import { type PodOutcome, targetsAbout } from './outcome.ts';
import type { Reading } from './readings.ts';
import { readsOf, written } from './reads.ts';
import { podsOfExternal, podsOfObject, unknownPod } from './resolve.ts';
import { loadsOf, pinnedPods, pinnedWarning } from './skew.ts';

type Asked = Omit<ExplainQuestion, 'signal'> & { readonly row: SignalRow };

/** Exporters that may serve a pod whose node is not known are all there are. */
const MOST_TARGETS = 8;

/** Rejects with a QueryError alone. */
export async function explain(context: Context, question: Asked): Promise<Findings> {
  const { row, subject } = question;
  const scope = scopeOf(context, question);
  if ('kind' in scope) return nothingFound(row, { absent: scope, atMs: context.clock.nowMs() });
  const { pods } = context.podLists.of(scope.pods, context.inventory());
  const inquired = await inquire(context, { ...question, ...scope, pods });
  const ranked = [...inquired.outcomes].sort((one, other) => rankOf(one) - rankOf(other) || sizeOf(other, row) - sizeOf(one, row));
  const told = ranked.slice(0, question.mostPods);
  const pinned = await pinnedAmong(context, { ...question, pods });
  return {
    ...about(row),
    atMs: inquired.basis.atMs,
    answers: subject.kind === 'pods' ? answersOf(told, inquired, unknownOf(scope.pods, pods)) : [wholeAnswer(inquired, pinned)],
    pods: told.map((outcome) => findingOf(outcome, inquired.arrangement, row)),
    podCount: pods.length,
    expressions: expressionsOf(inquired, row),
    liveTargets: inquired.arrangement.view.liveIds,
  };
}

/** Who is asked about, or why nobody is. */
function scopeOf(context: Context, { row, subject, metricSelector }: Asked) {
  if (subject.kind === 'pods') return { pods: subject.pods, metricSelector };
  if (subject.kind === 'external') return podsOfExternal(context.inventory(), { ...subject, info: row });
  const pods = podsOfObject(context.inventory(), subject.object);
  return 'kind' in pods ? pods : { pods, metricSelector };
}

function nothingFound(row: SignalRow, { absent, atMs }: { readonly absent: Absent; readonly atMs: number }): Findings {
  return {
    ...about(row),
    atMs,
    answers: [{ pod: undefined, answer: absent }],
    pods: [],
    podCount: 0,
    expressions: [],
    liveTargets: new Set(),
  };
}

function about({ name, unit, help, labels, across, needs, source, device }: SignalRow) {
  const info: SignalInfo = { name, unit, help, labels };
  // A server's models and buckets are told apart within what it says of its own pod.
  return { info, across, needs, deviceLabels: source === 'dcgm' || source === 'kubelet' ? device : [] };
}

/** Whatever an autoscaler follows, it does not help while connections are pinned. */
function wholeAnswer({ outcomes, basis }: Inquired, pinned: readonly string[]): ExplainedAnswer {
  const answer = answerOf(outcomes, basis);
  if (answer.kind === 'absent' || answer.isPinned !== undefined) return { pod: undefined, answer };
  return { pod: undefined, answer: { ...answer, warnings: [...answer.warnings, ...pinned] } };
}

/** Nothing where it cannot be told: it is no part of the answer. */
async function pinnedAmong(
  context: Context,
  { pods, subject, row, abortSignal }: Asked & { readonly pods: readonly Pod[] },
): Promise<readonly string[]> {
  const skew = CATALOGUE.find(({ across }) => across === 'skew');
  if (skew === undefined || row === skew || subject.kind === 'pods' || pods.length < 2) return [];
  try {
    const { outcomes, basis } = await inquire(context, { row: skew, pods, metricSelector: [], ...(abortSignal && { abortSignal }) });
    const loads = loadsOf(outcomes);
    const pinned = pinnedPods(loads, { atMs: basis.atMs, windowMs: basis.windowMs ?? 0 });
    return pinned.length === 0 ? [] : [pinnedWarning(pinned)];
  } catch (error) {
    if (error instanceof QueryError) return [];
    throw error;
  }
}

function answersOf(told: readonly PodOutcome[], { basis }: Inquired, unknown: readonly PodRef[]): readonly ExplainedAnswer[] {
  return [
    ...told.map((outcome) => ({ pod: outcome.pod, answer: answerOf([outcome], basis) })),
    ...unknown.map((pod) => ({ pod, answer: unknownPod(pod) })),
  ];
}

function unknownOf(asked: readonly PodRef[], known: readonly PodRef[]): readonly PodRef[] {
  if (asked.length === known.length) return [];
  const keys = new Set(known.map(podKey));
  return asked.filter((pod) => !keys.has(podKey(pod)));
}

function rankOf(outcome: PodOutcome): number {
  if (outcome.kind === 'read') return 1;
  return outcome.expected ? 0 : 2;
}

function sizeOf(outcome: PodOutcome, { across }: SignalRow): number {
  if (outcome.kind === 'missing') return 0;
  const size = ({ value, per }: Reading): number => (across === 'skew' ? value : per === 0 ? 0 : value / per);
  return outcome.readings.reduce((sum, reading) => sum + size(reading), 0);
}

function findingOf(outcome: PodOutcome, { view }: Arrangement, row: SignalRow): PodFinding {
  const targets = targetsAbout(outcome.pod, { row, view }).slice(0, MOST_TARGETS);
  if (outcome.kind === 'missing') return { ...outcome, targets };
  return { ...outcome, readings: outcome.readings.map((reading) => readingOf(reading, row)), targets };
}

function readingOf({ device, value, per, newestMs }: Reading, row: SignalRow): DeviceReading {
  const read = { device: deviceOf(device, row.device), value, newestMs };
  if (row.per === undefined) return { ...read, per: undefined };
  return row.across === 'skew' ? { ...read, per: undefined, waiting: per } : { ...read, per };
}

function deviceOf(key: string, names: readonly string[]): Labels {
  if (names.length === 0) return new Map();
  const values = partsOf(key);
  return new Map(names.flatMap((name, at) => (values[at] ? [[name, values[at]]] : [])));
}

function expressionsOf({ arrangement, outcomes }: Inquired, { across }: SignalRow): readonly EvaluatedExpression[] {
  const { expr, per, owners, candidates, podSet } = arrangement;
  const roles = [
    ['value', expr],
    [across === 'skew' ? 'waiting' : 'per', per],
    ['owners', owners],
    ['candidates', outcomes.some(({ kind }) => kind === 'missing') ? candidates : undefined],
  ] as const;
  return roles.flatMap(([role, text]) => (text === undefined ? [] : [{ role, ...written(text, podSet.pods), reads: readsOf(text) }]));
}
