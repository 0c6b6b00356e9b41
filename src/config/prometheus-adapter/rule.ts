// One rule of prometheus-adapter, compiled: which series it takes, what they are called, and what is asked about them.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { ObjectKind } from '../../model/object-kinds.ts';
import { QueryError } from '../../model/query-engine.ts';
import type { RawRule } from './document.ts';
import { NAMESPACES } from './kinds.ts';
import { compileNaming, type Naming } from './naming.ts';
import { type CustomQuestion, customQuery, type ExternalQuestion, externalQuery, QUERY_FIELDS, type QueryParts } from './query.ts';
import type { ResourceLabels } from './resource-labels.ts';
import { compileResources } from './resources.ts';
import type { Tools } from './tools.ts';

export interface AdapterRule {
  /** Where it stands: `rules[3]`, `externalRules[0]`, from 0. */
  readonly path: string;
  readonly isExternal: boolean;
  readonly seriesQuery: string;
  /** What seriesQuery says. */
  readonly matchers: readonly Matcher[];
  readonly metricsQuery: string;
  /** Of a query that is filled: the longest range that it reads; undefined for an instantaneous one. */
  readonly rangeMs: number | undefined;
  readonly naming: Naming;
  readonly resources: ResourceLabels;
  /** Of an external rule: whether only series of the asker's namespace count. */
  readonly namespaced: boolean;
  /** The query about objects of a kind; throws a QueryError where the rule has no label for them. */
  customQuery(question: CustomQuestion): string;
  /** The query of an external metric; throws a QueryError where the rule has no label for the namespace. */
  externalQuery(question: ExternalQuestion): string;
  /** A query as they come, with values that are made up. */
  readonly example: string;
  /** The same about another series. */
  exampleOf(series: string): string;
}

/** Tells `tools` of each mistake; undefined where there is one. */
export function compileRule(
  raw: RawRule,
  { path, isExternal }: Pick<AdapterRule, 'path' | 'isExternal'>,
  tools: Tools,
): AdapterRule | undefined {
  const seriesQuery = required(raw.seriesQuery, 'seriesQuery', tools);
  const metricsQuery = required(raw.metricsQuery, 'metricsQuery', tools);
  const matchers = seriesQuery && tools.promql(seriesQuery, 'seriesQuery', (promql) => promql.selector(seriesQuery));
  const naming = compileNaming(raw, tools);
  const resources = compileResources(raw.resources, tools);
  const template = metricsQuery && tools.template(metricsQuery, 'metricsQuery', QUERY_FIELDS);
  if (!matchers || !seriesQuery || !metricsQuery || !naming || !resources || !template) return undefined;
  const parts = { path, text: metricsQuery, template, resources, namespaced: raw.resources?.namespaced ?? true };
  const asked = readExample(parts, { isExternal, matchers }, tools);
  if (asked === undefined) return undefined;
  return {
    path,
    isExternal,
    seriesQuery,
    matchers,
    metricsQuery,
    naming,
    resources,
    namespaced: parts.namespaced,
    rangeMs: asked.rangeMs,
    example: asked.example,
    exampleOf: (series) => exampleQuery(parts, { isExternal, series }),
    customQuery: (question) => customQuery(parts, question),
    externalQuery: (question) => externalQuery(parts, question),
  };
}

function required(text: string | null | undefined, field: string, tools: Tools): string | undefined {
  if (text) return text;
  tools.mistake(field, 'missing; it is required');
  return undefined;
}

interface Example {
  readonly example: string;
  readonly rangeMs: number | undefined;
}

/** A query is read once at the start: what is no PromQL then is none when it is asked. */
function readExample(
  parts: QueryParts,
  { isExternal, matchers }: Pick<AdapterRule, 'isExternal' | 'matchers'>,
  tools: Tools,
): Example | undefined {
  const series = matchers.find(({ name, operator }) => name === METRIC_NAME && operator === '=')?.value ?? 'series';
  const example = orMistake(() => exampleQuery(parts, { isExternal, series }), tools);
  if (example === undefined) return undefined;
  const read = tools.promql(example, 'metricsQuery', (promql) => promql.expression(example));
  if (read === undefined) return undefined;
  if (read.type === 'vector' || (isExternal && read.type === 'scalar')) return { example, rangeMs: read.rangeMs };
  const wanted = isExternal ? 'series or a number' : 'series, one for each object';
  tools.mistake('metricsQuery', `cannot use ${JSON.stringify(example)}: it gives a ${read.type}; write a query that gives ${wanted}`);
  return undefined;
}

function orMistake(make: () => string, tools: Tools): string | undefined {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause;
    tools.mistake('metricsQuery', cause.message);
    return undefined;
  }
}

function exampleQuery(parts: QueryParts, { isExternal, series }: { readonly isExternal: boolean; readonly series: string }): string {
  const any = { ...parts, resources: withAnyLabel(parts.resources) };
  const asked = { series, namespace: 'default', selector: [] };
  const kind = parts.resources.overridden.find(({ namespaced }) => namespaced) ?? PODS_LIKE;
  return isExternal ? externalQuery(any, asked) : customQuery(any, { ...asked, kind, names: ['name'] });
}

const PODS_LIKE: ObjectKind = { group: '', version: 'v1', name: 'pods', kind: 'Pod', namespaced: true };

/** For an example any label will do. */
function withAnyLabel(resources: ResourceLabels): ResourceLabels {
  const fallback = (kind: ObjectKind): string => (kind === NAMESPACES ? 'namespace' : kind.kind.toLowerCase());
  return { ...resources, labelOf: (kind) => resources.labelOf(kind) ?? fallback(kind) };
}
