// Rules that are asked of a store in memory by the embedded engine, on a virtual clock.
import { promqlReader } from '../../../src/app/adapter/promql-reader.ts';
import { settingsOf } from '../../../src/app/settings.ts';
import { type AdapterRules, compileAdapterRules } from '../../../src/config/prometheus-adapter/compile.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { Log } from '../../../src/model/log.ts';
import { silentLog } from '../../../src/model/log.ts';
import type { Matcher } from '../../../src/model/matcher.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import type { ObjectKind } from '../../../src/model/object-kinds.ts';
import { KINDS_WITH_PODS, OTHER_KINDS } from '../../../src/model/object-kinds.ts';
import type { InstantRequest, InstantResult } from '../../../src/model/query-engine.ts';
import type { SeriesShapes, Shapes } from '../../../src/model/series-shapes.ts';
import { createRuleMetrics, type FollowedRuleMetrics, type RuleMetricsOptions } from '../../../src/signals/rules/rule-metrics.ts';

export const NEVER = new AbortController().signal;

export async function compiled(text: string): Promise<AdapterRules> {
  const result = await compileAdapterRules(text, { promql: promqlReader({ experimentalFunctions: false }), owners: [] });
  if (result.kind === 'problems') throw new Error(JSON.stringify(result.problems));
  return result.rules;
}

export interface Rule {
  readonly seriesQuery?: string;
  readonly resources?: object;
  readonly name?: object;
  readonly metricsQuery?: string;
}

const USUAL: Rule = {
  seriesQuery: 'queue',
  resources: { template: '<<.Resource>>' },
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)',
};

/** JSON is YAML. */
export function file(rules: readonly Rule[], externalRules: readonly Rule[] = []): string {
  const whole = (all: readonly Rule[]): readonly Rule[] => all.map((rule) => ({ ...USUAL, ...rule }));
  return JSON.stringify({ rules: whole(rules), externalRules: whole(externalRules) });
}

export function kind(name: string): ObjectKind {
  const found = [...KINDS_WITH_PODS, ...OTHER_KINDS].find((one) => one.name === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

/** Series by name and their labels, that can change; reads are counted. */
export interface FakeShapes extends SeriesShapes {
  use(shapes: Readonly<Record<string, readonly string[]>>): void;
  readonly reads: string[];
  /** Thrown by the next reads. */
  failure: Error | undefined;
}

export function fakeShapes(first: Readonly<Record<string, readonly string[]>> = {}): FakeShapes {
  let version = 0;
  let shapes = first;
  const reads: string[] = [];
  return {
    reads,
    failure: undefined,
    use: (next) => {
      shapes = next;
      version += 1;
    },
    version: () => version,
    async read(matchers: readonly Matcher[]): Promise<Shapes> {
      reads.push(matchers.map(({ value }) => value).join(','));
      if (this.failure !== undefined) throw this.failure;
      const exact = matchers.find(({ name, operator }) => name === '__name__' && operator === '=')?.value;
      const names = exact === undefined ? Object.keys(shapes) : [exact];
      const named = names.flatMap((name) => {
        const labels = shapes[name];
        const isSelected = matchers.every((matcher) => matcher.name !== '__name__' || matcher.matches(name));
        return labels !== undefined && isSelected ? [[name, labels] as const] : [];
      });
      return new Map(named.map(([name, labels]) => [name, new Set(['__name__', ...labels])]));
    },
  };
}

export interface World {
  readonly metrics: FollowedRuleMetrics;
  readonly clock: VirtualClock;
  readonly asked: InstantRequest[];
}

export interface WorldOptions {
  readonly rules: string;
  readonly shapes: SeriesShapes;
  readonly answer?: (request: InstantRequest) => InstantResult;
  readonly log?: Log;
  readonly more?: Partial<RuleMetricsOptions>;
}

const NOTHING: InstantResult = { kind: 'vector', series: [], warnings: [] };

/** After one look. */
export async function world({ rules, shapes, answer = () => NOTHING, log = silentLog, more = {} }: WorldOptions): Promise<World> {
  const clock = new VirtualClock();
  const asked: InstantRequest[] = [];
  const engine = {
    instant: async (request: InstantRequest): Promise<InstantResult> => {
      asked.push(request);
      return answer(request);
    },
  };
  const { config } = settingsOf('the test', []);
  const metrics = createRuleMetrics({ engine, shapes, clock, log, meter: nullMeter, config: () => config, ...more });
  metrics.useRules(await compiled(rules));
  await metrics.look(NEVER);
  return { metrics, clock, asked };
}
