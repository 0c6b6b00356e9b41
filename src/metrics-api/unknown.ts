// Why there is no value: the words of every 404 about a metric.
import { nearest } from '../lib/nearest.ts';
import { quote } from '../lib/quote.ts';
import type { Absent, SignalAnswer, SignalValue } from '../model/signal.ts';
import { StatusError } from './status.ts';
import { listed } from './wording.ts';

interface NamedAnswer {
  /** Of the object asked about. */
  readonly name: string;
  readonly answer: SignalAnswer;
}

/** True for a value that a quantity can say. */
export function usable(answer: SignalAnswer): answer is SignalValue {
  return answer.kind === 'value' && Number.isFinite(answer.value);
}

/** Why there is no value, and what to do. */
type Cause = Pick<Absent, 'reason' | 'detail'>;

/** The 404 that custom-metrics-apiserver words in the same way, with the cause after it. */
export function metricNotFound(metric: string, subject: string, { reason, detail }: Cause): StatusError {
  return new StatusError(404, notFound(metric, subject, detail), { absent: reason });
}

function notFound(metric: string, subject: string, why: string): string {
  return `the server could not find the metric ${shownMetric(metric)} for ${subject}: ${why}`;
}

/** As long as names of metrics may be: the subresources of Kubernetes' own objects have no more. */
const LONGEST_NAME = 253;

/** Anybody's text goes into conditions and terminals only as the name it may be. */
function shownMetric(metric: string): string {
  return metric.length <= LONGEST_NAME && /^[\w.:-]+$/.test(metric) ? metric : quote(metric);
}

const SHOWN_METRICS = 50;

interface KnownMetrics {
  readonly names: readonly string[];
  /** What else can be the cause, as a sentence. */
  readonly besides?: string | undefined;
}

export function noSuchMetric(metric: string, subject: string, { names, besides }: KnownMetrics): StatusError {
  // Comparing takes time by the length of both.
  const meant = metric.length <= LONGEST_NAME ? nearest(metric, names) : undefined;
  const advice = meant === undefined ? `there are ${listed(names, SHOWN_METRICS)}` : `did you mean ${meant}?`;
  const cause = besides === undefined ? '' : `; ${besides}`;
  return new StatusError(404, notFound(metric, subject, `there is no such metric; ${advice}${cause}`));
}

/** Why there is no object of a name, from the names that there are. It is the same for a cluster and for targets that are configured. */
export function noSuchObject(names: readonly string[]): Cause {
  if (names.length > 0) return { reason: 'no-object', detail: `there is no such object; known are ${listed(names)}` };
  const advice = 'see whether it has pods, and whether their namespace is watched or the labels of a target name them';
  return { reason: 'no-object', detail: `there is no such object, and none of its kind is known there; ${advice}` };
}

const SHOWN_OBJECTS = 3;

/** Why none of the objects asked about has a value: the reason of the first, in words how often each, and the first of them. */
export function absenceOf(answers: readonly NamedAnswer[]): Cause {
  const absent = answers.map(({ name, answer }) => ({ name, ...reasonOf(answer) }));
  const [first] = absent;
  if (first === undefined) throw new Error('BUG: an absence of nothing');
  if (absent.length === 1) return first;
  const counts = new Map<string, number>();
  for (const { reason } of absent) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const summary = [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const details = absent.slice(0, SHOWN_OBJECTS).map(({ name, detail }) => `${name}: ${detail}`);
  return { reason: first.reason, detail: `none of ${absent.length} has a value (${summary}); ${details.join('; ')}` };
}

/** An answer is absent, or a value that no quantity can say. */
export function reasonOf(answer: SignalAnswer): Cause {
  if (answer.kind === 'absent') return answer;
  return { reason: 'not-finite', detail: `the value is ${answer.value}, which is no number that can be scaled on` };
}
