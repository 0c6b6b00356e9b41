// The door to metrics of prometheus-adapter's rules: a question becomes the rule's own expression, asked of all series as a Prometheus would be.
import type { AdapterRules } from '../../config/prometheus-adapter/compile.ts';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../model/log.ts';
import type { Meter } from '../../model/meter.ts';
import type { InstantResult, QueryEngine } from '../../model/query-engine.ts';
import type { RuleExternalQuestion, RuleItem, RuleMetrics, RuleObjectsQuestion } from '../../model/rule-metrics.ts';
import type { SeriesShapes } from '../../model/series-shapes.ts';
import type { Absent, SignalAnswer } from '../../model/signal.ts';
import { CATALOGUE } from '../catalogue.ts';
import { itemsOf, ObjectAnswers } from './answers.ts';
import { RuleDiscovery } from './discovery.ts';
import type { RuleEntry } from './entries.ts';
import { ruleTelemetry } from './telemetry.ts';

export interface RuleMetricsOptions {
  readonly engine: Pick<QueryEngine, 'instant'>;
  readonly shapes: SeriesShapes;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Asked at each question, so that a reload may replace it. */
  readonly config: () => Pick<Config, 'limits'>;
  /** How often it is looked whether series have come or gone, and how long that may take. Default: a twentieth of each second. */
  readonly everyMs?: number;
  readonly budgetMs?: number;
}

export interface FollowedRuleMetrics extends RuleMetrics {
  /** Puts these rules in force. */
  useRules(rules: AdapterRules): void;
  /** Looks for series until `signal` is aborted. */
  follow(signal: AbortSignal): Promise<void>;
  /** One look. */
  look(signal: AbortSignal): Promise<void>;
}

const EVERY_MS = 1000;
const BUDGET_MS = 50;
/** Below the longest expression that the engine reads; names that make a longer one are asked about in several. */
const MOST_CHARACTERS = 90_000;

export function createRuleMetrics(options: RuleMetricsOptions): FollowedRuleMetrics {
  const { everyMs = EVERY_MS, budgetMs = BUDGET_MS, meter } = options;
  const taken = new Set(CATALOGUE.map(({ name }) => name));
  const discovery = new RuleDiscovery({ ...options, taken, budgetMs });
  const telemetry = ruleTelemetry(meter);
  const context = { ...options, discovery, telemetry };
  const look = async (signal: AbortSignal): Promise<void> => {
    await discovery.look(signal);
    telemetry.looked({ rules: discovery.rules, unmatched: discovery.unmatched().length });
  };
  return {
    list: () => discovery.index().list,
    kindsOf: (metric) => discovery.index().kindsOf(metric),
    ofObjects: (question) => answerObjects(context, question),
    ofExternal: (question) => answerExternal(context, question),
    unmatched: () => unmatchedText(discovery),
    useRules: (rules) => discovery.useRules(rules),
    look,
    follow: async (signal) => {
      while (!signal.aborted) {
        await look(signal);
        await options.clock.sleep(everyMs, signal);
      }
    },
  };
}

interface Context extends RuleMetricsOptions {
  readonly discovery: RuleDiscovery;
  readonly telemetry: ReturnType<typeof ruleTelemetry>;
}

async function answerObjects(context: Context, question: RuleObjectsQuestion): Promise<readonly { readonly answer: SignalAnswer }[]> {
  const { metric, kind, names } = question;
  const entry = context.discovery.index().custom(metric, kind);
  // Its series went between the look at the list and the question.
  if (entry === undefined) return names.map(() => ({ answer: gone(metric) }));
  const atMs = context.clock.nowMs();
  const answers = new ObjectAnswers({ rule: entry.rule, atMs }, kind);
  for (const expr of expressionsOf(entry, question, names))
    answers.add(await ask(context, { expr, atMs, abortSignal: question.abortSignal }));
  return names.map((name) => ({ answer: answers.of(name) }));
}

/** One, but where the names make it longer than the engine reads. */
function expressionsOf(
  entry: Pick<RuleEntry, 'rule' | 'series'>,
  question: RuleObjectsQuestion,
  names: readonly string[],
): readonly string[] {
  const { rule, series } = entry;
  const { kind, namespace, metricSelector } = question;
  const expr = rule.customQuery({ series, kind, namespace, names, selector: metricSelector });
  if (expr.length <= MOST_CHARACTERS || names.length < 2) return [expr];
  const half = Math.ceil(names.length / 2);
  return [names.slice(0, half), names.slice(half)].flatMap((some) => expressionsOf(entry, question, some));
}

async function answerExternal(context: Context, question: RuleExternalQuestion): Promise<readonly RuleItem[] | Absent> {
  const { metric, namespace, selector, abortSignal } = question;
  const entry = context.discovery.index().external(metric);
  if (entry === undefined) return gone(metric);
  const { rule, series } = entry;
  const atMs = context.clock.nowMs();
  const result = await ask(context, { expr: rule.externalQuery({ series, namespace, selector }), atMs, abortSignal });
  return itemsOf(result, { rule, atMs });
}

function gone(metric: string): Absent {
  return {
    kind: 'absent',
    reason: 'no-data',
    detail: `the series that ${metric} is made of have just gone; see whether their targets are scraped`,
  };
}

interface Asked {
  readonly expr: string;
  readonly atMs: number;
  readonly abortSignal: AbortSignal | undefined;
}

/** Every target is asked, dead ones for as long as Prometheus would: rules mean what they say. */
async function ask({ engine, config, clock, telemetry }: Context, { expr, atMs, abortSignal }: Asked): Promise<InstantResult> {
  const { limits } = config();
  try {
    return await engine.instant({
      expr,
      timeMs: atMs,
      deadlineMs: atMs + limits.query_timeout,
      sampleBudget: limits.query_samples,
      ...(abortSignal && { abortSignal }),
    });
  } catch (error) {
    telemetry.failed();
    throw error;
  } finally {
    telemetry.asked((clock.nowMs() - atMs) / 1000);
  }
}

function unmatchedText(discovery: RuleDiscovery): string | undefined {
  const { custom, external } = discovery.rules;
  const unmatched = discovery.unmatched();
  const [first] = unmatched;
  if (first === undefined) return undefined;
  return `${unmatched.length} of ${custom.length + external.length} rules have no series now, the first of them ${first.path}`;
}
