// custom.metrics.k8s.io: metrics of pods and of the objects behind which pods stand.
import { setImmediate } from 'node:timers/promises';
import { quote } from '../lib/quote.ts';
import type { Inventory, ObjectRef } from '../model/inventory.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import type { Pod } from '../model/pod.ts';
import type { SignalAnswer, SignalInfo } from '../model/signal.ts';
import { customListForm } from './answer.ts';
import type { EmptySelections } from './empty-selections.ts';
import type { MetricList } from './list-writer.ts';
import type { CustomPath } from './paths.ts';
import { isPods, qualifiedName } from './resources.ts';
import { parseSelectors } from './selectors.ts';
import type { MetricsApiServices } from './services.ts';
import { StatusError } from './status.ts';
import { absenceOf, metricNotFound, noSuchMetric, noSuchObject, usable } from './unknown.ts';
import { listed } from './wording.ts';

export interface CustomRequest {
  /** Path and query as they came. */
  readonly target: string;
  readonly path: CustomPath;
  readonly query: URLSearchParams;
  readonly abortSignal: AbortSignal;
}

type Services = Pick<MetricsApiServices, 'signals' | 'inventory'> & { readonly empties: EmptySelections };

/**
 * The MetricValueList of a request: an item for every object whose value is known. Where objects are there and none has a value it is a 404 that
 * says why, whose message the HPA shows. Where a question about all objects finds none, the list is empty, as servers of this API have it, and the
 * log says why. Rejects with a StatusError or a QueryError.
 */
export async function customAnswer(request: CustomRequest, services: Services): Promise<MetricList> {
  const { path, query, target, abortSignal } = request;
  const { labelSelector, metricSelector } = selectorsOf(query);
  const known = services.signals.list();
  const info = known.find(({ name }) => name === path.metric);
  if (info === undefined) throw noSuchMetric(path.metric, subjectOf(path), known);
  refuseOtherLabels(info, metricSelector);

  const question = { path, signal: info.name, labelSelector, metricSelector, abortSignal };
  const { objects, answers } = isPods(path.resource) ? await answersOfPods(question, services) : await answersOfObjects(question, services);
  if (path.name === undefined) noteSelection(question, { selected: objects.length, text: query.get('labelSelector') ?? '' }, services);
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

function selectorsOf(query: URLSearchParams): { readonly labelSelector: LabelSelector; readonly metricSelector: LabelSelector } {
  const [labelSelector = [], metricSelector = []] = parseSelectors(query, ['labelSelector', 'metricLabelSelector']);
  return { labelSelector, metricSelector };
}

interface Question {
  readonly path: CustomPath;
  readonly signal: string;
  readonly labelSelector: LabelSelector;
  readonly metricSelector: LabelSelector;
  readonly abortSignal: AbortSignal;
}

/** What was asked about, and an answer for each in the same order. */
interface Answered {
  readonly objects: readonly { readonly namespace?: string; readonly name: string }[];
  readonly answers: readonly { readonly answer: SignalAnswer }[];
}

async function answersOfPods(question: Question, services: Services): Promise<Answered> {
  const { signal, metricSelector, abortSignal } = question;
  const pods = podsAsked(question, services.inventory());
  if (pods.length === 0) return { objects: pods, answers: [] };
  return { objects: pods, answers: await services.signals.ofPods({ signal, pods, metricSelector, abortSignal }) };
}

function podsAsked({ path, labelSelector }: Question, inventory: Inventory): readonly Pod[] {
  const { name, namespace = '' } = path;
  return name === undefined ? inventory.podsIn(namespace, labelSelector) : podsBehind(path, inventory, name);
}

/** Some milliseconds: what else is due need not wait for all Deployments of a namespace. */
const OBJECTS_A_TURN = 50;

async function answersOfObjects(question: Question, services: Services): Promise<Answered> {
  const { signal, metricSelector, abortSignal } = question;
  const objects = objectsAsked(question, services.inventory());
  const answers: { answer: SignalAnswer }[] = [];
  for (const object of objects) {
    answers.push({ answer: await services.signals.ofObject({ signal, object, metricSelector, abortSignal }) });
    if (answers.length % OBJECTS_A_TURN === 0) await setImmediate();
  }
  return { objects, answers };
}

function objectsAsked({ path, labelSelector }: Question, inventory: Inventory): readonly ObjectRef[] {
  const { name } = path;
  if (name !== undefined) {
    podsBehind(path, inventory, name);
    return [{ ...kindOf(path), name }];
  }
  if (labelSelector.length === 0) return inventory.objects(kindOf(path));
  const advice = 'only the labels of pods are known; ask without labelSelector';
  throw new StatusError(400, `cannot select ${qualifiedName(path.resource)} by their labels: ${advice}`);
}

/** The pods of the object that has this name. Throws a 404 that names those there are. */
function podsBehind(path: CustomPath, inventory: Inventory, name: string): readonly Pod[] {
  const pods = inventory.podsOf({ ...kindOf(path), name });
  if (pods !== undefined) return pods;
  const known = inventory.objects(kindOf(path)).map((object) => object.name);
  throw metricNotFound(path.metric, subjectOf(path), noSuchObject(known));
}

function noteSelection({ path }: Question, asked: { readonly selected: number; readonly text: string }, services: Services): void {
  const { resource, namespace } = path;
  const selection = { resource: qualifiedName(resource), namespace, labelSelector: asked.text };
  if (asked.selected > 0) services.empties.isOver(selection);
  else services.empties.found(selection, () => knownWithoutSelector(path, services.inventory()));
}

function knownWithoutSelector(path: CustomPath, inventory: Inventory): number {
  return isPods(path.resource) ? inventory.podsIn(path.namespace ?? '', []).length : inventory.objects(kindOf(path)).length;
}

function kindOf({ resource, namespace }: CustomPath): Omit<ObjectRef, 'name'> {
  return { group: resource.group, resource: resource.name, ...(namespace !== undefined && { namespace }) };
}

/** `pods`, `deployments.apps "triton"`, with the namespace where there is one. */
function subjectOf({ resource, name, namespace }: CustomPath): string {
  const object = name === undefined ? '' : ` ${quote(name)}`;
  const place = namespace === undefined ? '' : ` in namespace ${quote(namespace)}`;
  return `${qualifiedName(resource)}${object}${place}`;
}

function refuseOtherLabels(info: SignalInfo, selector: LabelSelector): void {
  const other = selector.find(({ key }) => !info.labels.includes(key));
  if (other === undefined) return;
  const has = info.labels.length === 0 ? 'it has none' : `it has ${listed(info.labels, info.labels.length)}`;
  throw new StatusError(400, `cannot apply metricLabelSelector: metric ${info.name} has no label ${quote(other.key)}; ${has}`);
}
