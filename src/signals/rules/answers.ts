// What an engine says to the query of a rule, as answers: one for each object, or one for each series.
import type { AdapterRule } from '../../config/prometheus-adapter/rule.ts';
import { type Labels, labelsKey, METRIC_NAME } from '../../model/labels.ts';
import { type ObjectKind, qualifiedName } from '../../model/object-kinds.ts';
import { type InstantResult, type InstantSeries, QueryError } from '../../model/query-engine.ts';
import type { RuleItem } from '../../model/rule-metrics.ts';
import type { Absent, SignalAnswer, SignalValue } from '../../model/signal.ts';
import { absent } from '../absence.ts';

export interface Basis {
  readonly rule: AdapterRule;
  /** When it was evaluated: the time of what does not say how new it is. */
  readonly atMs: number;
}

/** More items than any HPA adds up: who gets so many has forgotten to aggregate. */
const MOST_ITEMS = 10_000;

export class ObjectAnswers {
  readonly #basis: Basis;
  readonly #kind: ObjectKind;
  readonly #label: string;
  readonly #byName = new Map<string, SignalAnswer>();
  #unnamed = 0;

  constructor(basis: Basis, kind: ObjectKind) {
    this.#basis = basis;
    this.#kind = kind;
    this.#label = basis.rule.resources.labelOf(kind) ?? '';
  }

  add(result: InstantResult): void {
    if (result.kind !== 'vector') throw otherKind(this.#basis.rule, result);
    for (const series of result.series) {
      const name = series.labels.get(this.#label) ?? '';
      if (name === '') this.#unnamed += 1;
      else this.#byName.set(name, this.#merged(name, this.#byName.get(name), answerOf(series, result, this.#basis)));
    }
  }

  of(name: string): SignalAnswer {
    return this.#byName.get(name) ?? this.#missing(name);
  }

  /** Which of several numbers is meant nobody can know; equal ones are one. */
  #merged(name: string, before: SignalAnswer | undefined, value: SignalValue): SignalAnswer {
    if (before === undefined || (before.kind === 'value' && Object.is(before.value, value.value))) return value;
    const { path } = this.#basis.rule;
    return absent(
      'ambiguous',
      `${path} gives several series with ${this.#label}=${JSON.stringify(name)}; aggregate them: sum(…) by (<<.GroupBy>>)`,
    );
  }

  #missing(name: string): Absent {
    const { path } = this.#basis.rule;
    const label = `${this.#label}=${JSON.stringify(name)}`;
    if (this.#unnamed > 0 && this.#byName.size === 0) {
      return absent('no-data', `${path} gives series without the label ${this.#label}; write by (<<.GroupBy>>) into its metricsQuery`);
    }
    const change = `see whether ${qualifiedName(this.#kind)} of that name are scraped, and whether their series have this label`;
    return absent('no-data', `${path} gives no series with ${label}; ${change}`);
  }
}

/** All with finite values, or why there is none: an item that is left out would be missing from the sum that the HPA makes. */
export function itemsOf(result: InstantResult, basis: Basis): readonly RuleItem[] | Absent {
  const { path } = basis.rule;
  const series = seriesOf(result, basis.rule);
  if (series.length > MOST_ITEMS) {
    throw new QueryError(
      'over-limit',
      `${path} gives ${series.length} series, and ${MOST_ITEMS} is the limit of items; aggregate them: sum(…)`,
    );
  }
  if (series.length === 0)
    return absent('no-data', `${path} gives no series; see whether its series are scraped, and whether the selector selects one`);
  const other = series.find(({ value }) => !Number.isFinite(value));
  if (other !== undefined)
    return absent('not-finite', `${path} gives ${other.value}${shownLabels(other.labels)}, which is no number that can be scaled on`);
  // In an order of their own, whatever order series came in.
  const keyed = series.map((one) => ({ key: labelsKey(one.labels), one }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ one }) => ({ labels: one.labels, answer: answerOf(one, result, basis) }));
}

function seriesOf(result: InstantResult, rule: AdapterRule): readonly InstantSeries[] {
  if (result.kind === 'vector') return result.series;
  if (result.kind === 'scalar') return [{ labels: new Map(), value: result.value }];
  throw otherKind(rule, result);
}

function otherKind({ path }: AdapterRule, { kind }: InstantResult): QueryError {
  return new QueryError('execution', `${path} gives a ${kind} where series belong; change its metricsQuery`);
}

function answerOf({ value, newestMs }: InstantSeries, { warnings }: InstantResult, { rule, atMs }: Basis): SignalValue {
  return {
    kind: 'value',
    value,
    newestMs: newestMs ?? atMs,
    ...(rule.rangeMs !== undefined && { windowMs: rule.rangeMs }),
    coverage: { expected: 1, contributing: 1, missing: [] },
    estimated: false,
    warnings,
  };
}

const MOST_LABELS = 5;

function shownLabels(labels: Labels): string {
  const pairs = [...labels].filter(([name]) => name !== METRIC_NAME).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : ` for {${pairs.slice(0, MOST_LABELS).join(', ')}}`;
}
