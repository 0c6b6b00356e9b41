// Metrics that rules of prometheus-adapter make: asked for by names that the signals do not have.

import type { Inventory } from '../model/inventory.ts';
import type { LabelSelector } from '../model/label-selector.ts';
import { METRIC_NAME } from '../model/labels.ts';
import { OTHER_KINDS } from '../model/object-kinds.ts';
import type { RuleMetrics } from '../model/rule-metrics.ts';
import { externalItemsForm } from './answer.ts';
import { type Answered, type CustomRequest, type CustomServices, customList } from './custom-list.ts';
import type { MetricList } from './list-writer.ts';
import type { CustomPath, ExternalPath } from './paths.ts';
import { isPods, qualifiedName } from './resources.ts';
import { objectsSelected, subjectOf } from './selected.ts';
import type { MetricsApiServices } from './services.ts';
import { StatusError } from './status.ts';
import { metricNotFound, noSuchMetric } from './unknown.ts';
import { listed } from './wording.ts';

interface CustomQuestion extends CustomRequest {
  readonly labelSelector: LabelSelector;
  readonly metricSelector: LabelSelector;
}

/** Throws a 404 for a metric that no rule makes now, and for a kind of object that none of its labels stands for. */
export async function customRuleAnswer(question: CustomQuestion, services: CustomServices): Promise<MetricList> {
  const { path, metricSelector } = question;
  const { metric, resource } = path;
  const { rules } = services;
  const kinds = rules?.kindsOf(metric) ?? [];
  if (rules === undefined || kinds.length === 0) throw unknownCustom(path, services);
  if (!kinds.some((kind) => qualifiedName(kind) === qualifiedName(resource))) {
    const detail = `its series have no label that stands for ${qualifiedName(resource)}; ask about ${listed(kinds.map(qualifiedName))}`;
    throw metricNotFound(metric, subjectOf(path), { reason: 'no-object', detail });
  }
  return customList({ ...question, metricSelector }, await answered(question, rules, services.inventory()), services);
}

async function answered(question: CustomQuestion, rules: RuleMetrics, inventory: Inventory): Promise<Answered> {
  const { path, metricSelector, abortSignal } = question;
  const { metric, resource: kind, namespace } = path;
  const objects = objectsAsked(question, inventory);
  if (objects.length === 0) return { objects, answers: [] };
  const names = objects.map(({ name }) => name);
  return { objects, answers: await rules.ofObjects({ metric, kind, namespace, names, metricSelector, abortSignal }) };
}

/** One that is named need not be known: whether there are series of it is for the engine to say. */
function objectsAsked({ path, labelSelector }: CustomQuestion, inventory: Inventory): Answered['objects'] {
  const { name, namespace, resource } = path;
  if (name !== undefined) return [{ name, ...(namespace !== undefined && { namespace }) }];
  if (isPods(resource)) return inventory.podsIn(namespace ?? '', labelSelector);
  if (OTHER_KINDS.some((kind) => qualifiedName(kind) === qualifiedName(resource))) {
    throw new StatusError(400, `cannot list ${qualifiedName(resource)}: only objects with pods are followed; ask about one by its name`);
  }
  return objectsSelected(path, labelSelector, inventory);
}

function unknownCustom(path: CustomPath, { signals, rules }: Pick<MetricsApiServices, 'signals' | 'rules'>): StatusError {
  const resource = qualifiedName(path.resource);
  const ofRules = rules?.list().custom.find(({ kind }) => qualifiedName(kind) === resource)?.metrics ?? [];
  const names = [...signals.list().map(({ name }) => name), ...ofRules];
  return noSuchMetric(path.metric, subjectOf(path), { names, besides: rules?.unmatched() });
}

interface ExternalQuestion {
  readonly path: ExternalPath;
  readonly selector: LabelSelector;
  /** As messages name it. */
  readonly subject: string;
  readonly abortSignal: AbortSignal;
}

/** Throws a 404 for a metric that no rule makes now, and for one without series: an empty list would not say why. */
export async function externalRuleAnswer(
  { path, selector, subject, abortSignal }: ExternalQuestion,
  { signals, rules }: Pick<MetricsApiServices, 'signals' | 'rules'>,
): Promise<MetricList> {
  const { metric: asked, namespace } = path;
  const metrics = rules?.list().external ?? [];
  const metric = calledSo(asked, metrics);
  if (rules === undefined || metric === undefined) {
    const names = [...signals.list().map(({ name }) => name), ...metrics];
    throw noSuchMetric(asked, subject, { names, besides: rules?.unmatched() });
  }
  const items = await rules.ofExternal({ metric, namespace, selector, abortSignal });
  if ('kind' in items) throw metricNotFound(asked, subject, items);
  return {
    form: () =>
      externalItemsForm(
        asked,
        items.map(({ labels }) => Object.fromEntries(labels)),
      ),
    answers: items,
    ...(items.length > 1 && { items: items.map(({ labels }) => ({ name: nameOf(labels, asked) })) }),
  };
}

/** Of two names that differ in case only, the one that was written: client-go writes names in lower case. */
function calledSo(asked: string, metrics: readonly string[]): string | undefined {
  const lowerCase = asked.toLowerCase();
  return metrics.find((name) => name === asked) ?? metrics.find((name) => name.toLowerCase() === lowerCase);
}

function nameOf(labels: ReadonlyMap<string, string>, metric: string): string {
  const pairs = [...labels].filter(([name]) => name !== METRIC_NAME).map(([name, value]) => `${name}=${value}`);
  return pairs.join(',') || metric;
}
