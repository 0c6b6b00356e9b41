// custom.metrics.k8s.io: metrics of pods and of the objects behind which pods stand.
import { setImmediate } from 'node:timers/promises';
import { quote } from '../lib/quote.ts';
import type { Inventory, ObjectRef } from '../model/inventory.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import type { Pod } from '../model/pod.ts';
import type { SignalAnswer, SignalInfo } from '../model/signal.ts';
import { type Answered, type CustomRequest, type CustomServices, customList } from './custom-list.ts';
import type { MetricList } from './list-writer.ts';
import type { CustomPath } from './paths.ts';
import { isPods } from './resources.ts';
import { customRuleAnswer } from './rules.ts';
import { kindOf, objectsSelected, subjectOf } from './selected.ts';
import { parseSelectors } from './selectors.ts';
import { StatusError } from './status.ts';
import { metricNotFound, noSuchObject } from './unknown.ts';
import { listed } from './wording.ts';

/**
 * The MetricValueList of a request: an item for every object whose value is known, or a 404 that says why there is none. Rejects with a StatusError
 * or a QueryError.
 */
export async function customAnswer(request: CustomRequest, services: CustomServices): Promise<MetricList> {
  const { path, query, target, abortSignal } = request;
  const { labelSelector, metricSelector } = selectorsOf(query);
  const info = services.signals.list().find(({ name }) => name === path.metric);
  if (info === undefined) return await customRuleAnswer({ path, target, query, labelSelector, metricSelector, abortSignal }, services);
  refuseOtherLabels(info, metricSelector);

  const question = { path, signal: info.name, labelSelector, metricSelector, abortSignal };
  const { objects, answers } = isPods(path.resource) ? await answersOfPods(question, services) : await answersOfObjects(question, services);
  return customList({ ...request, metricSelector }, { objects, answers }, services);
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

async function answersOfPods(question: Question, services: CustomServices): Promise<Answered> {
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

async function answersOfObjects(question: Question, services: CustomServices): Promise<Answered> {
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
  return objectsSelected(path, labelSelector, inventory);
}

/** The pods of the object that has this name. Throws a 404 that names those there are. */
function podsBehind(path: CustomPath, inventory: Inventory, name: string): readonly Pod[] {
  const pods = inventory.podsOf({ ...kindOf(path), name });
  if (pods !== undefined) return pods;
  const known = inventory.objects(kindOf(path)).map((object) => object.name);
  throw metricNotFound(path.metric, subjectOf(path), noSuchObject(known));
}

function refuseOtherLabels(info: SignalInfo, selector: LabelSelector): void {
  const other = selector.find(({ key }) => !info.labels.includes(key));
  if (other === undefined) return;
  const has = info.labels.length === 0 ? 'it has none' : `it has ${listed(info.labels, info.labels.length)}`;
  throw new StatusError(400, `cannot apply metricLabelSelector: metric ${info.name} has no label ${quote(other.key)}; ${has}`);
}
