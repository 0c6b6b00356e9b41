// What an explanation is asked about, read from the parameters of a request.
import { nearest } from '../lib/nearest.ts';
import { quote } from '../lib/quote.ts';
import type { ExplainQuestion, Subject } from '../model/explanation.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import { LabelSelectorError, parseLabelSelector } from '../model/parse-label-selector.ts';
import type { SignalInfo } from '../model/signal.ts';
import { ApiError } from './app.ts';

/** A kind of object that metrics can be asked about. */
export interface ExplainedResource {
  /** API group, '' for core. */
  readonly group: string;
  /** Plural, lower case. */
  readonly name: string;
  readonly namespaced: boolean;
}

export interface QuestionSources {
  readonly signals: readonly SignalInfo[];
  readonly resources: readonly ExplainedResource[];
  readonly inventory: Inventory;
}

export interface ReadQuestion extends Pick<ExplainQuestion, 'signal' | 'subject' | 'metricSelector'> {
  /** As it was asked about, in one spelling. */
  readonly object: string;
}

const PARAMETERS = ['metric', 'object', 'labelSelector', 'selector', 'metricLabelSelector'] as const;
const FORMS = 'deployments.apps/NAMESPACE/NAME, pods/NAMESPACE/*, nodes/NAME or external/NAMESPACE';
/** As those of the metrics API: each is held against every pod. */
const MOST_REQUIREMENTS = 100;

/** Throws an ApiError that says what to write instead. */
export function readQuestion(query: URLSearchParams, sources: QuestionSources): ReadQuestion {
  const unknown = [...query.keys()].find((name) => !PARAMETERS.some((known) => known === name));
  if (unknown !== undefined) throw wrong(`there is no parameter ${quote(unknown)}; the parameters are ${PARAMETERS.join(', ')}`);
  const signal = signalOf(query.get('metric'), sources.signals);
  const object = query.get('object');
  if (object === null || object === '') throw wrong(`the parameter object is missing; write ${FORMS}`);
  return { signal, ...subjectOf(object, query, sources), metricSelector: selectorOf(query, 'metricLabelSelector') };
}

function signalOf(metric: string | null, known: readonly SignalInfo[]): string {
  const names = known.map(({ name }) => name);
  if (metric === null || metric === '') throw wrong(`the parameter metric is missing; use one of ${names.join(', ')}`);
  if (names.includes(metric)) return metric;
  const meant = nearest(metric, names) ?? begunAs(metric, names);
  const change = meant === undefined ? `the metrics are ${names.join(', ')}` : `did you mean ${meant}?`;
  throw new ApiError(400, `cannot explain ${quote(metric)}: there is no such metric; ${change}`);
}

/** The name whose beginning is nearest to what somebody did not write to its end. */
function begunAs(text: string, names: readonly string[]): string | undefined {
  const beginning = nearest(
    text,
    names.map((name) => name.slice(0, text.length)),
  );
  return beginning === undefined ? undefined : names.find((name) => name.startsWith(beginning));
}

function subjectOf(
  text: string,
  query: URLSearchParams,
  { resources, inventory }: QuestionSources,
): { readonly object: string; readonly subject: Subject } {
  const [kind = '', ...rest] = text.split('/');
  if (kind === 'external') return externalOf(rest, query);
  const resource = resourceOf(kind, resources);
  const qualified = resource.group === '' ? resource.name : `${resource.name}.${resource.group}`;
  // The metrics API has nodes//NAME too.
  const [name, namespace, ...others] = (resource.namespaced || rest[0] !== '' ? rest : rest.slice(1)).toReversed();
  if (!name || others.length > 0 || (namespace !== undefined) !== resource.namespaced || namespace === '') {
    throw wrong(`object is ${quote(text)}; write ${qualified}/${resource.namespaced ? 'NAMESPACE/NAME' : 'NAME'}`);
  }
  if (name === '*') {
    if (qualified !== 'pods' || namespace === undefined)
      throw wrong(`object is ${quote(text)}; "*" stands for pods only: name one of ${qualified}`);
    const pods = inventory.podsIn(namespace, selectorOf(query, 'labelSelector'));
    return { object: `pods/${namespace}/*`, subject: { kind: 'pods', pods } };
  }
  const place = namespace === undefined ? {} : { namespace };
  const object = [qualified, ...Object.values(place), name].join('/');
  if (qualified === 'pods') return { object, subject: { kind: 'pods', pods: [{ namespace: namespace ?? '', name }] } };
  return { object, subject: { kind: 'object', object: { group: resource.group, resource: resource.name, ...place, name } } };
}

function externalOf(
  [namespace, ...more]: readonly string[],
  query: URLSearchParams,
): { readonly object: string; readonly subject: Subject } {
  if (!namespace || more.length > 0) throw wrong('an external metric is asked of a namespace; write external/NAMESPACE, and selector=');
  const parameter = query.has('selector') ? 'selector' : 'labelSelector';
  return { object: `external/${namespace}`, subject: { kind: 'external', namespace, selector: selectorOf(query, parameter) } };
}

/** By its qualified name, or its name alone where that is enough. */
function resourceOf(kind: string, resources: readonly ExplainedResource[]): ExplainedResource {
  const qualified = (one: ExplainedResource): string => (one.group === '' ? one.name : `${one.name}.${one.group}`);
  const exact = resources.find((one) => qualified(one) === kind);
  const named = resources.filter((one) => one.name === kind);
  const found = exact ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  const names = [...resources.map(qualified), 'external'];
  const meant = nearest(kind, [...names, ...resources.map(({ name }) => name)]);
  throw wrong(
    `there is no kind of object ${quote(kind)}; ${meant === undefined ? `the kinds are ${names.join(', ')}` : `did you mean ${meant}?`}`,
  );
}

function selectorOf(query: URLSearchParams, parameter: (typeof PARAMETERS)[number]): LabelSelector {
  const text = query.get(parameter) ?? '';
  try {
    const selector = parseLabelSelector(text);
    const values = selector.reduce((sum, requirement) => sum + Math.max(1, requirement.values.length), 0);
    if (values <= MOST_REQUIREMENTS) return selector;
    throw wrong(`${parameter} has ${values} conditions, and ${MOST_REQUIREMENTS} is the limit; select by a label that fewer share`);
  } catch (cause) {
    if (!(cause instanceof LabelSelectorError)) throw cause;
    throw wrong(`${parameter} is ${quote(text)}: ${cause.message}; write it as in kubectl -l`);
  }
}

function wrong(cause: string): ApiError {
  return new ApiError(400, `cannot explain: ${cause}`);
}
