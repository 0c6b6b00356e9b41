// What one rule makes of the series that there are: metrics, and the kinds of object that they are about.
import type { AdapterRule } from '../../config/prometheus-adapter/rule.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { ObjectKind } from '../../model/object-kinds.ts';
import type { Shapes } from '../../model/series-shapes.ts';

export interface RuleEntry {
  readonly rule: AdapterRule;
  readonly metric: string;
  /** Name of the series that it is made of. */
  readonly series: string;
  /** Of a custom metric: those that labels of the series stand for. */
  readonly kinds: readonly ObjectKind[];
}

/** In the order of the series' names. Series that no filter lets through, that get no name or, of custom metrics, stand for no object make none. */
export function entriesOf(rule: AdapterRule, shapes: Shapes): readonly RuleEntry[] {
  const entries: RuleEntry[] = [];
  for (const series of [...shapes.keys()].sort()) {
    const metric = rule.naming.accepts(series) ? rule.naming.metricName(series) : undefined;
    if (metric === undefined) continue;
    const kinds = rule.isExternal ? [] : kindsOf(rule, shapes.get(series) ?? []);
    if (rule.isExternal || kinds.length > 0) entries.push({ rule, metric, series, kinds });
  }
  return entries;
}

function kindsOf({ resources }: AdapterRule, labels: Iterable<string>): readonly ObjectKind[] {
  const kinds = new Set<ObjectKind>();
  for (const label of labels) {
    const kind = label === METRIC_NAME ? undefined : resources.kindOf(label);
    if (kind !== undefined) kinds.add(kind);
  }
  return [...kinds];
}
