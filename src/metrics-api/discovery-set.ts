// What discovery names: kinds of object × signals, whatever is scraped and however much is there; what it leaves out is served all the same.
import type { RuleMetricList } from '../model/rule-metrics.ts';
import { qualifiedName, type Resource, type Resources } from './resources.ts';

/** Entries of one list of resources: clients of the whole cluster fetch it again and again (kubernetes issue 98801 tells of thousands). */
export const MOST_LISTED = 500;

/** Stands where no signal is configured: kubectl and others take an empty list of resources for a broken API. */
const PLACEHOLDER = 'no_signals';

export interface DiscoverySet {
  /** Each with one metric at least. */
  readonly custom: readonly { readonly resource: Resource; readonly metrics: readonly string[] }[];
  /** Lower case, as client-go asks for them. */
  readonly external: readonly string[];
  readonly isTruncated: boolean;
}

/** The same for the same names, in whatever order they come: the first of them by name, each for as many resources as there is room for. */
export function discoverySet(signals: readonly string[], resources: Resources): DiscoverySet {
  const metrics = signals.length === 0 ? [PLACEHOLDER] : uniqueSorted(signals);
  const custom = [...resources.values()].map((resource, index) => ({
    resource,
    metrics: metrics.slice(0, Math.max(0, Math.ceil((MOST_LISTED - index) / resources.size))),
  }));
  return {
    custom: custom.filter(({ metrics: listed }) => listed.length > 0),
    external: uniqueSorted(metrics.map((name) => name.toLowerCase())).slice(0, MOST_LISTED),
    isTruncated: metrics.length * resources.size > MOST_LISTED,
  };
}

/** Entries of rules, custom and external ones each: as many as a file of prometheus-adapter's chart with its default rules makes, tenfold. */
const MOST_OF_RULES = 5000;

/** With the metrics of rules, as prometheus-adapter lists them: each for the kinds that its series have labels of, external ones as they are written. */
export function withRules({ custom, external, isTruncated }: DiscoverySet, rules: RuleMetricList | undefined): DiscoverySet {
  if (rules === undefined) return { custom, external, isTruncated };
  const all = new Map(custom.map((entry) => [qualifiedName(entry.resource), entry]));
  let room = MOST_OF_RULES;
  let wanted = 0;
  for (const { kind, metrics } of rules.custom) {
    const name = qualifiedName(kind);
    const before = all.get(name) ?? { resource: kind, metrics: [] };
    all.set(name, { ...before, metrics: uniqueSorted([...before.metrics, ...metrics.slice(0, room)]) });
    room = Math.max(0, room - metrics.length);
    wanted += metrics.length;
  }
  return {
    custom: [...all.values()].filter(({ metrics }) => metrics.length > 0),
    external: uniqueSorted([...external, ...rules.external.slice(0, MOST_OF_RULES)]),
    isTruncated: isTruncated || Math.max(wanted, rules.external.length) > MOST_OF_RULES,
  };
}

function uniqueSorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
