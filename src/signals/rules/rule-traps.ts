// Traps in what stands around the expression of a rule: its template, its names and its labels.
import type { AdapterRule } from '../../config/prometheus-adapter/rule.ts';
import { quote } from '../../lib/quote.ts';
import { KINDS_WITH_PODS } from '../../model/object-kinds.ts';
import { error, type Finding, warning } from './finding.ts';

export function trapsOfRule(rule: AdapterRule): readonly Finding[] {
  return [lostName(rule), noNamespace(rule), notGrouped(rule), notMatched(rule), everyNamespace(rule)].filter((one) => one !== undefined);
}

/** Go's own: the longest run of letters, digits and underscores is the name of the group. */
const REFERENCE = /\$(?:\{\w+\}|(?<bare>\w+))/g;

function lostName({ naming: { as } }: AdapterRule): Finding | undefined {
  for (const match of as.matchAll(REFERENCE)) {
    const bare = match.groups?.['bare'] ?? '';
    const [, number, rest] = /^(\d+)([A-Za-z_]\w*)$/.exec(bare) ?? [];
    if (number === undefined) continue;
    return error(
      'lost-name',
      `name.as ${quote(as)} names a group called ${quote(bare)}, which there is not, so that part is empty; write \${${number}}${rest}`,
    );
  }
  return undefined;
}

function noNamespace({ isExternal, namespaced, resources }: AdapterRule): Finding | undefined {
  const namespaces = KINDS_WITH_PODS.find(({ name }) => name === 'namespaces');
  if ((isExternal && !namespaced) || namespaces === undefined || resources.labelOf(namespaces) !== undefined) return undefined;
  const change = isExternal
    ? 'give resources.overrides one for namespace, or say namespaced: false'
    : 'give resources.overrides one for namespace';
  return error('no-namespace', `no label stands for namespaces, and every question is about one; ${change}`);
}

function notGrouped({ isExternal, metricsQuery }: AdapterRule): Finding | undefined {
  if (isExternal || metricsQuery.includes('.GroupBy')) return undefined;
  return warning(
    'not-grouped',
    'metricsQuery does not say <<.GroupBy>>, so an object with several series has no value; write sum(…) by (<<.GroupBy>>)',
  );
}

function notMatched({ metricsQuery }: AdapterRule): Finding | undefined {
  if (metricsQuery.includes('.LabelMatchers') || metricsQuery.includes('.LabelValuesByName')) return undefined;
  return warning(
    'not-matched',
    'metricsQuery does not say <<.LabelMatchers>>, so it is about all series, whatever namespace and selector are asked for',
  );
}

function everyNamespace({ isExternal, namespaced }: AdapterRule): Finding | undefined {
  if (!isExternal || namespaced) return undefined;
  return warning('every-namespace', 'with namespaced: false whoever may ask in one namespace is told about the series of all');
}
