// What would come of a file of prometheus-adapter's rules, told before it serves: of each rule its metrics, its query and what is odd about it.

import type { Problem } from '../../config/problem.ts';
import type { AdapterRule } from '../../config/prometheus-adapter/rule.ts';
import type { Config } from '../../config/schema.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import { qualifiedName } from '../../model/object-kinds.ts';
import { QueryError } from '../../model/query-engine.ts';
import type { Expr } from '../../promql/syntax/ast.ts';
import { parseExpression } from '../../promql/syntax/parse.ts';
import { CATALOGUE } from '../../signals/catalogue.ts';
import { shapesOf } from '../../signals/rules/engine-shapes.ts';
import { entriesOf, type RuleEntry } from '../../signals/rules/entries.ts';
import type { FamilyTypes } from '../../signals/rules/families.ts';
import { error, type Finding, warning } from '../../signals/rules/finding.ts';
import { whyNoMetric } from '../../signals/rules/no-metric.ts';
import { trapsOfRule } from '../../signals/rules/rule-traps.ts';
import { type TrapOptions, trapsIn } from '../../signals/rules/traps.ts';
import { compileFile } from './read-rules.ts';

/** Series to hold rules against, and what is known of their families. */
export interface KnownSeries {
  readonly series: readonly Labels[];
  readonly types: FamilyTypes;
}

export interface CheckOptions {
  readonly file: string;
  readonly config: Config;
  /** Undefined where nobody is asked: then nothing is said of what rules match. */
  readonly known: KnownSeries | undefined;
}

export interface CheckedMetric {
  readonly name: string;
  /** Kinds that it can be asked about, `pods`, `deployments.apps`; none for an external metric. */
  readonly objects: readonly string[];
  readonly series: string;
}

export interface CheckedRule {
  /** `rules[3]`. */
  readonly rule: string;
  readonly seriesQuery: string;
  /** As it is asked, with values that are made up. */
  readonly query: string;
  /** Of the series that there are; undefined where none were asked. */
  readonly metrics: readonly CheckedMetric[] | undefined;
  readonly findings: readonly Finding[];
}

export type RulesCheck = { readonly problems: readonly Problem[] } | { readonly rules: readonly CheckedRule[] };

/** Rejects with a UserError (exit code 2) where the file cannot be read. */
export async function checkRules({ file, config, known }: CheckOptions): Promise<RulesCheck> {
  const compiled = await compileFile({ file, config });
  if ('problems' in compiled) return { problems: compiled.problems };
  const all = [...compiled.rules.custom, ...compiled.rules.external];
  const options = { types: known?.types ?? new Map(), intervalMs: config.scrape.interval, retentionMs: config.retention };
  const experimentalFunctions = config.enable_features.includes('promql-experimental-functions');
  const read = (text: string): Expr => parseExpression(text, { experimentalFunctions });
  const byName = known && Map.groupBy(known.series, (labels) => labels.get(METRIC_NAME) ?? '');
  const owners = new Map<string, string>();
  return {
    rules: all.map((rule) => {
      const entries = byName && entriesOf(rule, shapesOf(selected(rule, byName)));
      const metrics = entries?.map(metricOf);
      const findings = [
        ...(known === undefined || entries === undefined ? [] : findingsOfEntries(rule, { entries, known, owners })),
        ...trapsOfRule(rule),
        ...trapsOfQuery(rule, { entries, read, options }),
      ];
      return { rule: rule.path, seriesQuery: rule.seriesQuery, query: rule.example, metrics, findings };
    }),
  };
}

/** The distinct seriesQueries of a file; none of one that is not right. Rejects as `checkRules`. */
export async function selectorsOfRules(options: Pick<CheckOptions, 'file' | 'config'>): Promise<readonly string[]> {
  const compiled = await compileFile(options);
  if ('problems' in compiled) return [];
  return [...new Set([...compiled.rules.custom, ...compiled.rules.external].map(({ seriesQuery }) => seriesQuery))];
}

function selected({ matchers }: AdapterRule, byName: ReadonlyMap<string, readonly Labels[]>): readonly Labels[] {
  const onName = matchers.filter(({ name }) => name === METRIC_NAME);
  const names = [...byName.keys()].filter((name) => onName.every((matcher) => matcher.matches(name)));
  const named = names.flatMap((name) => byName.get(name) ?? []);
  return named.filter((labels) => matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? '')));
}

function metricOf({ metric, kinds, series }: RuleEntry): CheckedMetric {
  return { name: metric, objects: kinds.map(qualifiedName).sort(), series };
}

interface Matched {
  readonly entries: readonly RuleEntry[];
  readonly known: KnownSeries;
  /** Which rule makes a metric of a kind, of those that came before. */
  readonly owners: Map<string, string>;
}

function findingsOfEntries(rule: AdapterRule, { entries, known, owners }: Matched): readonly Finding[] {
  if (entries.length === 0) {
    const why = whyNoMetric(rule, known.series) ?? 'its series stand for nothing';
    return [error('no-series', `it makes no metric now: ${why}`)];
  }
  const findings: Finding[] = [];
  const taken = new Set(CATALOGUE.map(({ name }) => name));
  const catalogue = entries.find(({ metric }) => taken.has(metric));
  if (catalogue)
    findings.push(
      error('name-of-catalogue', `${catalogue.metric} is a metric of the catalogue, which is served instead; choose another name.as`),
    );
  const keys = entries.flatMap(keysOf);
  const clash = keys.find((key) => owners.has(key));
  if (clash !== undefined) findings.push(warning('made-twice', `${clash} is made by ${owners.get(clash)} too; the later rule is served`));
  const again = keys.find((key, index) => keys.indexOf(key) < index);
  if (again !== undefined) {
    findings.push(
      warning(
        'made-of-several',
        `${again} is made of several names of series, of which one is asked; tell them apart by name.as, or select one`,
      ),
    );
  }
  for (const key of keys) owners.set(key, rule.path);
  return findings;
}

function keysOf({ metric, kinds, rule }: RuleEntry): readonly string[] {
  return rule.isExternal ? [`${metric} (external)`] : kinds.map((kind) => `${metric} of ${qualifiedName(kind)}`);
}

interface Query {
  readonly entries: readonly RuleEntry[] | undefined;
  readonly read: (text: string) => Expr;
  readonly options: TrapOptions;
}

/** The same rule may be right for one series and wrong for another; of hundreds a few tell it. */
const MOST_SERIES = 20;

function trapsOfQuery(rule: AdapterRule, { entries, read, options }: Query): readonly Finding[] {
  const names = (entries ?? []).slice(0, MOST_SERIES).map(({ series }) => series);
  const texts = names.length === 0 ? [rule.example] : names.map((name) => rule.exampleOf(name));
  const found = new Map<string, Finding>();
  for (const text of new Set(texts)) {
    for (const finding of trapsOfText(text, read, options)) if (!found.has(finding.code)) found.set(finding.code, finding);
  }
  return [...found.values()];
}

function trapsOfText(text: string, read: Query['read'], options: TrapOptions): readonly Finding[] {
  try {
    return trapsIn(read(text), options);
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause;
    return [
      error('no-promql', `${JSON.stringify(text)} cannot be asked: ${cause.message}; leave series of such names out by seriesFilters`),
    ];
  }
}
