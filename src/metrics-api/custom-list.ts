// Answers about objects as a list: an item for every object whose value is known.
import type { LabelSelector } from '../model/label-selector.ts';
import type { SignalAnswer } from '../model/signal.ts';
import { customListForm } from './answer.ts';
import type { EmptySelections } from './empty-selections.ts';
import type { MetricList } from './list-writer.ts';
import type { CustomPath } from './paths.ts';
import { noteSelection, subjectOf } from './selected.ts';
import type { MetricsApiServices } from './services.ts';
import { absenceOf, metricNotFound, usable } from './unknown.ts';

export interface CustomRequest {
  /** Path and query as they came. */
  readonly target: string;
  readonly path: CustomPath;
  readonly query: URLSearchParams;
  readonly abortSignal: AbortSignal;
}

/** What was asked about, and an answer for each in the same order. */
export interface Answered {
  readonly objects: readonly { readonly namespace?: string; readonly name: string }[];
  readonly answers: readonly { readonly answer: SignalAnswer }[];
}

export type CustomServices = Pick<MetricsApiServices, 'signals' | 'inventory' | 'rules'> & { readonly empties: EmptySelections };

interface Asked extends CustomRequest {
  readonly metricSelector: LabelSelector;
}

/**
 * Where objects are there and none has a value it throws a 404 that says why, whose message the HPA shows. Where a question about all objects finds
 * none, the list is empty, as servers of this API have it, and the log says why.
 */
export function customList(
  { path, target, query, metricSelector }: Asked,
  { objects, answers }: Answered,
  services: CustomServices,
): MetricList {
  if (path.name === undefined) noteSelection(path, { selected: objects.length, text: query.get('labelSelector') ?? '' }, services);
  if (objects.length > 0 && !answers.some(({ answer }) => usable(answer))) {
    const absent = answers.map(({ answer }, index) => ({ name: objects[index]?.name ?? '', answer }));
    throw metricNotFound(path.metric, subjectOf(path), absenceOf(absent));
  }
  return {
    form: () => customListForm({ ...path, metricSelector, objects }),
    answers,
    // The target says all that the form says, but for the objects.
    ...(path.name === undefined && { kept: { key: target, objects } }),
  };
}
