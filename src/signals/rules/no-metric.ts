// Why a rule makes no metric of the series that there are: the first condition that none of them meets.
import type { AdapterRule } from '../../config/prometheus-adapter/rule.ts';
import { nearest } from '../../lib/nearest.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import { shapesOf } from './engine-shapes.ts';
import { entriesOf } from './entries.ts';

/** Shown of what there is. */
const MOST_SHOWN = 5;

/** A sentence with what to change; undefined where it makes one. */
export function whyNoMetric(rule: AdapterRule, series: readonly Labels[]): string | undefined {
  const onName = rule.matchers.filter(({ name }) => name === METRIC_NAME);
  const others = rule.matchers.filter(({ name }) => name !== METRIC_NAME);
  if (series.length === 0) return 'there are no series at all';
  const named = series.filter((labels) => onName.every((matcher) => matches(matcher, labels)));
  if (named.length === 0) return noSuchName(onName, series);
  let left = named;
  for (const matcher of others) {
    const next = left.filter((labels) => matches(matcher, labels));
    if (next.length === 0) return noneHas(matcher, left);
    left = next;
  }
  return noName(rule, left);
}

function matches(matcher: Matcher, labels: Labels): boolean {
  return matcher.matches(labels.get(matcher.name) ?? '');
}

function written({ name, operator, value }: Matcher): string {
  return `${name}${operator}${JSON.stringify(value)}`;
}

function noSuchName(onName: readonly Matcher[], series: readonly Labels[]): string {
  const names = namesOf(series);
  const exact = onName.find(({ operator }) => operator === '=')?.value;
  if (exact === undefined)
    return `none of ${names.length} names of series meets ${onName.map(written).join(',')}; there are ${listed(names)}`;
  const meant = nearest(exact, names);
  const advice = meant === undefined ? `there are ${listed(names)}` : `did you mean ${meant}?`;
  return `no series is called ${exact}; ${advice}`;
}

function noneHas(matcher: Matcher, series: readonly Labels[]): string {
  const values = [...new Set(series.map((labels) => labels.get(matcher.name) ?? ''))].filter((value) => value !== '').sort();
  const has =
    values.length === 0
      ? `they have no label ${matcher.name}`
      : `there ${matcher.name} is ${listed(values.map((value) => JSON.stringify(value)))}`;
  return `${series.length} series are called so, and none has ${written(matcher)}: ${has}`;
}

function noName(rule: AdapterRule, series: readonly Labels[]): string | undefined {
  const { naming } = rule;
  const names = namesOf(series);
  const accepted = names.filter((name) => naming.accepts(name));
  if (accepted.length === 0) return `seriesFilters and name.matches let none of ${names.length} names through: ${listed(names)}`;
  if (accepted.every((name) => naming.metricName(name) === undefined))
    return `name.as ${JSON.stringify(naming.as)} leaves no name of ${listed(accepted)}`;
  if (entriesOf(rule, shapesOf(series)).length > 0) return undefined;
  const labels = [...new Set(series.flatMap((one) => [...one.keys()]))].filter((label) => label !== METRIC_NAME).sort();
  return `none of the labels stands for a kind of object: ${listed(labels)}; name one in resources.overrides`;
}

function namesOf(series: readonly Labels[]): readonly string[] {
  return [...new Set(series.map((labels) => labels.get(METRIC_NAME) ?? ''))].sort();
}

function listed(words: readonly string[]): string {
  const more = words.length - MOST_SHOWN;
  const shown = words.slice(0, MOST_SHOWN).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
