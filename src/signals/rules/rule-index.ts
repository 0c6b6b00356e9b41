// The metrics of all rules by name: of two rules that make the same one the later counts, as in prometheus-adapter.
import { keyOf } from '../../lib/key.ts';
import { type ObjectKind, qualifiedName } from '../../model/object-kinds.ts';
import type { RuleMetricList } from '../../model/rule-metrics.ts';
import type { RuleEntry } from './entries.ts';

export class RuleIndex {
  readonly list: RuleMetricList;
  readonly #custom = new Map<string, RuleEntry>();
  readonly #external = new Map<string, RuleEntry>();
  readonly #kinds = new Map<string, ObjectKind[]>();

  /** `entries` in the order of the rules. */
  constructor(entries: Iterable<RuleEntry>) {
    const metrics = new Map<string, { readonly kind: ObjectKind; readonly metrics: Set<string> }>();
    for (const entry of entries) {
      if (entry.rule.isExternal) this.#external.set(entry.metric, entry);
      for (const kind of entry.kinds) {
        const name = qualifiedName(kind);
        this.#custom.set(keyOf([name, entry.metric]), entry);
        const ofKind = metrics.get(name) ?? { kind, metrics: new Set() };
        metrics.set(name, ofKind);
        if (ofKind.metrics.has(entry.metric)) continue;
        ofKind.metrics.add(entry.metric);
        this.#kinds.set(entry.metric, [...(this.#kinds.get(entry.metric) ?? []), kind]);
      }
    }
    const kinds = [...metrics].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, ofKind]) => ofKind);
    this.list = {
      custom: kinds.map(({ kind, metrics: names }) => ({ kind, metrics: [...names].sort() })),
      external: [...this.#external.keys()].sort(),
    };
  }

  custom(metric: string, kind: ObjectKind): RuleEntry | undefined {
    return this.#custom.get(keyOf([qualifiedName(kind), metric]));
  }

  external(metric: string): RuleEntry | undefined {
    return this.#external.get(metric);
  }

  kindsOf(metric: string): readonly ObjectKind[] {
    return this.#kinds.get(metric) ?? [];
  }
}
