// What is told of an answer: the question as it was read, and what was said.
import type { Answered, AskedMetric, GivenAnswer } from '../model/answer-recorder.ts';
import type { MetricList } from './list-writer.ts';
import { type ApiPath, parsePath } from './paths.ts';
import type { Resources } from './resources.ts';
import type { MetricsApiServices } from './services.ts';
import { type StatusError, statusOf } from './status.ts';
import { usable } from './unknown.ts';

type Services = Pick<MetricsApiServices, 'recorder' | 'clock' | 'log'>;

export interface Telling {
  /** Undefined, or one about something else than metrics: then there is nothing to tell. */
  readonly path: ApiPath | undefined;
  readonly query: URLSearchParams;
  readonly user: string | undefined;
  readonly given: GivenAnswer;
}

/** Never throws: whoever asked gets the answer whatever becomes of its record. */
export function tell({ path, query, user = '', given }: Telling, { recorder, clock, log }: Services): void {
  if (recorder === undefined) return;
  const asked = askedOf(path, query);
  if (asked === undefined) return;
  const answered: Answered = { atMs: clock.nowMs(), user, asked, given };
  try {
    recorder.record(answered);
  } catch (error) {
    log.error({ err: error }, 'an answer was not recorded');
  }
}

function askedOf(path: ApiPath | undefined, query: URLSearchParams): AskedMetric | undefined {
  const selectors = { labelSelector: query.get('labelSelector') ?? '', metricLabelSelector: query.get('metricLabelSelector') ?? '' };
  if (path?.kind === 'external') return { api: 'external', metric: path.metric, namespace: path.namespace, ...selectors };
  if (path?.kind !== 'custom') return undefined;
  const { metric, namespace, resource, name } = path;
  return { api: 'custom', metric, namespace, object: { group: resource.group, resource: resource.name, name }, ...selectors };
}

export function givenList({ answers, kept, items = kept?.objects }: MetricList): GivenAnswer {
  if (items !== undefined) return { kind: 'list', objects: items, answers };
  const answer = answers[0]?.answer;
  if (answer === undefined || !usable(answer)) throw new Error('BUG: an item without a value');
  return { kind: 'value', answer };
}

/** `isRefusal`: it was not looked at further than who asks. */
export function givenFailure(failure: StatusError, { isRefusal }: { readonly isRefusal: boolean }): GivenAnswer {
  const { code, reason, message } = statusOf(failure);
  return { kind: 'failure', code, reason: failure.absent ?? reason, message, isRefusal };
}

/** Of a request that was refused before its path was read; undefined for a path that cannot be read. */
export function pathOfRefused(path: string, resources: Resources): ApiPath | undefined {
  try {
    return parsePath(path, resources);
  } catch {
    return undefined;
  }
}
