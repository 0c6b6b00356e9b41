// Which series there are for each rule: looked at again when series have come or gone, a few rules at a time, and never because somebody asks.
import { setImmediate } from 'node:timers/promises';
import type { AdapterRules } from '../../config/prometheus-adapter/compile.ts';
import type { AdapterRule } from '../../config/prometheus-adapter/rule.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../model/log.ts';
import { QueryError } from '../../model/query-engine.ts';
import type { SeriesShapes, Shapes } from '../../model/series-shapes.ts';
import { entriesOf, type RuleEntry } from './entries.ts';
import { RuleIndex } from './rule-index.ts';

export interface DiscoveryOptions {
  readonly shapes: SeriesShapes;
  readonly clock: Clock;
  readonly log: Log;
  /** Names of the catalogue, which no rule takes. */
  readonly taken: ReadonlySet<string>;
  /** Most time that is spent on a look. */
  readonly budgetMs: number;
}

/** Rules that say the same seriesQuery share what is found. */
interface Group {
  readonly rules: readonly AdapterRule[];
  /** Of the series when they were read; undefined before. */
  version: number | undefined;
  shapes: Shapes;
  entries: ReadonlyMap<AdapterRule, readonly RuleEntry[]>;
  hasFailed: boolean;
}

const NO_SHAPES: Shapes = new Map();

export class RuleDiscovery {
  readonly #options: DiscoveryOptions;
  #rules: AdapterRules = { custom: [], external: [] };
  /** By seriesQuery. */
  #groups = new Map<string, Group>();
  /** Undefined when what it was made of has changed. */
  #index: RuleIndex | undefined;
  /** Where the next look goes on. */
  #next = 0;
  #told = '';

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  get rules(): AdapterRules {
    return this.#rules;
  }

  /** What is known of series stays with the rules that ask for the same ones. */
  useRules(rules: AdapterRules): void {
    if (rules === this.#rules) return;
    this.#rules = rules;
    const groups = new Map<string, Group>();
    for (const [seriesQuery, ofQuery] of Map.groupBy(everyRule(rules), (rule) => rule.seriesQuery)) {
      const { version, shapes = NO_SHAPES } = this.#groups.get(seriesQuery) ?? {};
      groups.set(seriesQuery, { rules: ofQuery, version, shapes, entries: entriesByRule(ofQuery, shapes), hasFailed: false });
    }
    this.#groups = groups;
    this.#next = 0;
    this.#index = undefined;
  }

  index(): RuleIndex {
    this.#index ??= this.#makeIndex();
    return this.#index;
  }

  /** Rules that make no metric of the series that there are. */
  unmatched(): readonly AdapterRule[] {
    return everyRule(this.#rules).filter((rule) => (this.#groups.get(rule.seriesQuery)?.entries.get(rule) ?? []).length === 0);
  }

  /** Reads what may have changed, as far as the time allows; the next look goes on there. */
  async look(signal: AbortSignal): Promise<void> {
    const { shapes, clock, budgetMs } = this.#options;
    const groups = [...this.#groups.values()];
    const version = shapes.version();
    let spentMs = 0;
    for (let done = 0; done < groups.length && !signal.aborted; done += 1) {
      const group = groups[this.#next % groups.length];
      this.#next = (this.#next + 1) % groups.length;
      if (group === undefined || group.version === version) continue;
      const startMs = clock.nowMs();
      await this.#read(group, version);
      spentMs += clock.nowMs() - startMs;
      if (spentMs >= budgetMs) return;
      // Others wait no longer than for one question; what they take is theirs.
      await setImmediate();
    }
  }

  async #read(group: Group, version: number): Promise<void> {
    const [rule] = group.rules;
    if (rule === undefined) return;
    try {
      const shapes = await this.#options.shapes.read(rule.matchers);
      group.version = version;
      group.hasFailed = false;
      if (isSameShape(shapes, group.shapes)) return;
      group.shapes = shapes;
      group.entries = entriesByRule(group.rules, shapes);
      this.#index = undefined;
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      // What was known stays; once is told enough.
      if (!group.hasFailed) this.#options.log.warn({ rule: rule.path, err: error.message }, 'cannot look for the series of a rule');
      group.hasFailed = true;
    }
  }

  #makeIndex(): RuleIndex {
    const { taken, log } = this.#options;
    const clashes = new Set<string>();
    const entries: RuleEntry[] = [];
    for (const rule of everyRule(this.#rules)) {
      for (const entry of this.#groups.get(rule.seriesQuery)?.entries.get(rule) ?? []) {
        if (taken.has(entry.metric)) clashes.add(`${rule.path}: ${entry.metric}`);
        else entries.push(entry);
      }
    }
    const told = [...clashes].join(', ');
    if (told !== '' && told !== this.#told)
      log.warn({ metrics: told }, 'rules make metrics of names that the catalogue has: the catalogue is served');
    this.#told = told;
    return new RuleIndex(entries);
  }
}

function everyRule({ custom, external }: AdapterRules): readonly AdapterRule[] {
  return [...custom, ...external];
}

function entriesByRule(rules: readonly AdapterRule[], shapes: Shapes): ReadonlyMap<AdapterRule, readonly RuleEntry[]> {
  return new Map(rules.map((rule) => [rule, entriesOf(rule, shapes)]));
}

function isSameShape(one: Shapes, other: Shapes): boolean {
  if (one.size !== other.size) return false;
  for (const [name, labels] of one) {
    const others = other.get(name);
    if (others === undefined || labels.size !== others.size || [...labels].some((label) => !others.has(label))) return false;
  }
  return true;
}
