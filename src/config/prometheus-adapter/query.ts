// The query of a rule, filled for one question: conditions on labels, what is grouped by, and the series.
import { describeTemplateError, type GoTemplate, GoTemplateError } from '../../lib/go-template/template.ts';
import { quote } from '../../lib/quote.ts';
import type { LabelRequirement, LabelSelector } from '../../model/label-selector.ts';
import { type ObjectKind, qualifiedName } from '../../model/object-kinds.ts';
import { QueryError } from '../../model/query-engine.ts';
import { NAMESPACES } from './kinds.ts';
import type { ResourceLabels } from './resource-labels.ts';

export const QUERY_FIELDS = ['Series', 'LabelMatchers', 'LabelValuesByName', 'GroupBy', 'GroupBySlice'];

export interface CustomQuestion {
  /** Of the series, not of the metric. */
  readonly series: string;
  readonly kind: ObjectKind;
  /** Undefined for kinds without one. */
  readonly namespace: string | undefined;
  readonly names: readonly string[];
  readonly selector: LabelSelector;
}

export interface ExternalQuestion {
  readonly series: string;
  readonly namespace: string;
  readonly selector: LabelSelector;
}

/** What a rule's queries are made of. */
export interface QueryParts {
  /** `rules[3]`, for messages. */
  readonly path: string;
  readonly text: string;
  readonly template: GoTemplate;
  readonly resources: ResourceLabels;
  /** Of external rules: whether only series of the asker's namespace count. */
  readonly namespaced: boolean;
}

/** Throws a QueryError `bad-expression` where the rule has no label for the kind or the namespace. */
export function customQuery(parts: QueryParts, { series, kind, namespace, names, selector }: CustomQuestion): string {
  const conditions = new Conditions(selector);
  if (namespace !== undefined) conditions.add(labelFor(parts, NAMESPACES), '=', [namespace]);
  const label = labelFor(parts, kind);
  conditions.add(label, names.length > 1 ? '=~' : '=', names);
  return filled(parts, series, conditions, [label]);
}

/** Throws as `customQuery`. */
export function externalQuery(parts: QueryParts, { series, namespace, selector }: ExternalQuestion): string {
  const conditions = new Conditions(selector);
  if (parts.namespaced) conditions.add(labelFor(parts, NAMESPACES), '=', [namespace]);
  return filled(parts, series, conditions, []);
}

function labelFor({ path, resources }: QueryParts, kind: ObjectKind): string {
  const label = resources.labelOf(kind);
  if (label !== undefined) return label;
  const name = qualifiedName(kind);
  const advice = kind === NAMESPACES ? ', or namespaced: false in an external rule' : '';
  throw new QueryError('bad-expression', `${path} says no label for ${name}; give it resources.overrides or a resources.template${advice}`);
}

function filled({ path, text, template }: QueryParts, series: string, conditions: Conditions, groupBy: readonly string[]): string {
  try {
    const query = template.fill({
      Series: series,
      LabelMatchers: conditions.matchers.join(','),
      LabelValuesByName: conditions.values,
      GroupBy: groupBy.join(','),
      GroupBySlice: groupBy,
    });
    if (query !== '') return query;
  } catch (cause) {
    if (!(cause instanceof GoTemplateError)) throw cause;
    throw new QueryError('bad-expression', `${path}.metricsQuery cannot be filled: ${describeTemplateError(cause, text)}`, { cause });
  }
  throw new QueryError('bad-expression', `${path}.metricsQuery ${quote(text)} makes an empty query; write one that always says something`);
}

type Operator = '=' | '!=' | '=~' | '!~';

/** Those of the selector, by the order of their keys as Kubernetes reads selectors; then those that are added. */
class Conditions {
  readonly matchers: string[] = [];
  readonly values = new Map<string, string>();

  constructor(selector: LabelSelector) {
    const sorted = selector.toSorted((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
    for (const requirement of sorted) this.add(requirement.key, operatorOf(requirement), [...new Set(requirement.values)].sort());
  }

  /** Several values are alternatives of one expression; prometheus-adapter lets their dots stand for any character. */
  add(label: string, operator: Operator, values: readonly string[]): void {
    const condition = values.length > 1 ? values.map((value) => value.replaceAll('.', '\\.')).join('|') : (values[0] ?? '');
    // JSON's escapes are among Go's, which PromQL has.
    this.matchers.push(`${label}${operator}${JSON.stringify(condition)}`);
    this.values.set(label, values.join('|'));
  }
}

function operatorOf({ operator, values }: LabelRequirement): Operator {
  switch (operator) {
    case 'In':
      return values.length > 1 ? '=~' : '=';
    case 'NotIn':
      return values.length > 1 ? '!~' : '!=';
    case 'Exists':
      return '!=';
    case 'DoesNotExist':
      return '=';
  }
}
